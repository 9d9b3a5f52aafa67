import {
  createWriteStream,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  rmSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { extract } from 'tar';
import { open, validateFileName, type Entry, type ZipFile } from 'yauzl';
import { asFileError, isLeftBehind, ownMark, UserError } from '../../core/index.js';

const unpacking = '.unpacking-';

/**
 * Unpacks `archive` into `folder`: first beside it, then moved, so that `gives` is there whole or not.
 *
 * Only files and folders are unpacked, and none outside of `folder`.
 *
 * @throws UserError `ARCHIVE_UNSAFE`, `ARCHIVE_BROKEN`, `ARCHIVE_CONTENT`, `DISK_FULL`, `NO_RIGHTS`
 */
export async function unpack(
  archive: string,
  kind: 'tar.gz' | 'zip',
  folder: string,
  gives: string,
): Promise<void> {
  const beside = mkdtempSync(join(folder, `${unpacking}${ownMark()}-`));
  try {
    await (kind === 'zip' ? unzip(archive, beside) : untar(archive, beside));
    renameSync(join(beside, gives), join(folder, gives));
  } catch (error) {
    if (error instanceof UserError) throw error;
    // The folder was there a moment ago: what is missing is what the archive should have given.
    if ((error as NodeJS.ErrnoException).code === 'ENOENT')
      throw new UserError('ARCHIVE_CONTENT', 'The archive has unexpected contents.', {
        where: archive,
        expected: gives,
      });
    const known = asFileError(error, folder);
    if (known !== error) throw known;
    throw broken(archive, error);
  } finally {
    // A write that was under way may add a file meanwhile.
    rmSync(beside, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** Removes what killed processes of this machine have half unpacked. */
export function dropHalfUnpacked(folder: string): void {
  for (const name of readdirSync(folder))
    if (name.startsWith(unpacking) && isLeftBehind(name))
      rmSync(join(folder, name), { recursive: true, force: true });
}

/**
 * Paths are `tar`'s own affair: it refuses `..` in a path, and warns where it made an absolute one relative. Here any
 * warning is a failure. They are gathered instead of thrown (`strict`), so that nothing is still being written when
 * the folder beside is removed.
 */
async function untar(archive: string, folder: string): Promise<void> {
  let failure: unknown;
  await extract({
    file: archive,
    cwd: folder,
    // Owner, times and rights are those of new files, whatever the archive says.
    preserveOwner: false,
    noMtime: true,
    filter(path, entry) {
      if (failure !== undefined || !('type' in entry)) return false;
      if (entry.type === 'Directory' || entry.type === 'File' || entry.type === 'OldFile') {
        entry.mode = undefined;
        return true;
      }
      failure = unsafe(archive, `${path} (${entry.type})`);
      return false;
    },
    onwarn(code, message, data) {
      failure ??= tarFailure(archive, code, message, data);
    },
  });
  if (failure !== undefined) throw failure;
}

/** A warning of `tar` as an error: one about a path, the file system's own, or one about the archive. */
function tarFailure(
  archive: string,
  code: string,
  message: string,
  data: Readonly<Record<string, unknown>>,
): unknown {
  if (data instanceof Error) return data;
  const isAboutPath = code === 'TAR_ENTRY_ERROR' || code === 'TAR_ENTRY_INFO';
  return isAboutPath ? unsafe(archive, String(data.path)) : new Error(message);
}

async function unzip(archive: string, folder: string): Promise<void> {
  const file = await new Promise<ZipFile>((resolve, reject) =>
    open(
      archive,
      { lazyEntries: true, decodeStrings: false, strictFileNames: false },
      (error, zip) => (error ? reject(error) : resolve(zip)),
    ),
  );
  await new Promise<void>((resolve, reject) => {
    file.on('error', reject);
    file.on('end', resolve);
    file.on('entry', (entry: Entry) => {
      unzipEntry(file, entry, archive, folder).then(() => file.readEntry(), reject);
    });
    file.readEntry();
  }).finally(() => file.close());
}

/** Unix file types in the upper half of the external attributes. */
const typeMask = 0o170000;
const linkType = 0o120000;

async function unzipEntry(
  file: ZipFile,
  entry: Entry,
  archive: string,
  folder: string,
): Promise<void> {
  // Undecoded, so that yauzl leaves the check to us, and the message is ours.
  const name = entry.fileNameRaw.toString('utf8').replaceAll('\\', '/');
  if (validateFileName(name) !== null || name.includes('\0')) throw unsafe(archive, name);
  const path = join(folder, name);
  if (((entry.externalFileAttributes >>> 16) & typeMask) === linkType)
    throw unsafe(archive, `${name} (SymbolicLink)`);
  if (name.endsWith('/')) {
    mkdirSync(path, { recursive: true });
    return;
  }
  mkdirSync(dirname(path), { recursive: true });
  const stream = await new Promise<Readable>((resolve, reject) =>
    file.openReadStream(entry, (error, read) => (error ? reject(error) : resolve(read))),
  );
  await pipeline(stream, createWriteStream(path));
}

function unsafe(archive: string, name: string): UserError {
  return new UserError('ARCHIVE_UNSAFE', 'The archive contains an unsafe path.', {
    where: archive,
    expected: 'only files and folders inside the target folder',
    got: name,
    remedy: 'do not trust this archive; download the official one',
  });
}

function broken(archive: string, cause: unknown): UserError {
  return new UserError(
    'ARCHIVE_BROKEN',
    'Cannot unpack the archive.',
    {
      where: archive,
      got: cause instanceof Error ? cause.message : String(cause),
      remedy: 'remove it and try again',
    },
    { cause },
  );
}
