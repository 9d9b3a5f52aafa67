import { existsSync, mkdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { closest, asFileError, UserError } from '../../core/index.js';
import { archives, type Archive } from './archives.js';
import { fetchFile, type FetchOptions } from './fetch-file.js';
import { dropHalfUnpacked, unpack } from './unpack.js';

export interface DownloadOptions extends FetchOptions {
  /** Called with what is about to be done. */
  onStep?(step: 'fetch' | 'verify' | 'unpack' | 'there', archive: Archive): void;
  /** Where the archives are, by name; default: the official ones. */
  readonly from?: Readonly<Record<string, readonly Archive[]>>;
}

/**
 * Fetches a data set into a folder: verified, unpacked, ready for its reader. What is there already is
 * left alone; an archive that lies in the folder is used.
 *
 * @param name one of `Object.keys(archives)`
 * @throws UserError `DOWNLOAD_*`, `ARCHIVE_*`, `DISK_FULL`, `NO_RIGHTS`
 */
export async function download(
  name: string,
  folder: string,
  options: DownloadOptions = {},
): Promise<void> {
  const from = options.from ?? archives;
  if (!Object.hasOwn(from, name)) throw unknown(name, Object.keys(from));
  try {
    mkdirSync(folder, { recursive: true });
    dropHalfUnpacked(folder);
  } catch (error) {
    throw asFileError(error, folder);
  }
  for (const archive of from[name]) {
    if (existsSync(join(folder, archive.gives)) && archive.kind !== 'file') {
      options.onStep?.('there', archive);
      continue;
    }
    const path = join(folder, basename(new URL(archive.url).pathname));
    options.onStep?.(existsSync(path) ? 'verify' : 'fetch', archive);
    await fetchFile(archive, path, options);
    if (archive.kind === 'file') continue;
    options.onStep?.('unpack', archive);
    await unpack(path, archive.kind, folder, archive.gives);
  }
}

function unknown(name: string, names: readonly string[]): UserError {
  const near = closest(name, names);
  return new UserError('DOWNLOAD_UNKNOWN', 'Unknown data set.', {
    where: name,
    expected: names.join(', '),
    got: name,
    remedy: near === undefined ? undefined : `did you mean ${near}?`,
  });
}
