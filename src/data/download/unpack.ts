import {
  createReadStream,
  createWriteStream,
  mkdirSync,
  mkdtempSync,
  renameSync,
  rmSync,
} from 'node:fs';
import { dirname, join, posix, sep } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { Parser, type ReadEntry } from 'tar';
import { open, type Entry, type ZipFile } from 'yauzl';
import { asFileError, UserError } from '../../core/index.js';

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
  const beside = mkdtempSync(join(folder, '.unpacking-'));
  try {
    await (kind === 'zip' ? unzip(archive, beside) : untar(archive, beside));
    renameSync(join(beside, gives), join(folder, gives));
  } catch (error) {
    if (error instanceof UserError) throw error;
    const known = asFileError(error, folder);
    if (known !== error) throw known;
    if ((error as NodeJS.ErrnoException).code === 'ENOENT')
      throw new UserError('ARCHIVE_CONTENT', 'The archive does not hold what it should.', {
        where: archive,
        expected: gives,
      });
    throw broken(archive, error);
  } finally {
    rmSync(beside, { recursive: true, force: true });
  }
}

async function untar(archive: string, folder: string): Promise<void> {
  let failure: unknown;
  const writes: Promise<void>[] = [];
  const parser = new Parser({
    strict: true,
    onReadEntry(entry: ReadEntry) {
      try {
        const path = safePath(folder, entry.path, archive);
        if (entry.type === 'Directory') {
          mkdirSync(path, { recursive: true });
          entry.resume();
        } else if (entry.type === 'File' || entry.type === 'OldFile') {
          mkdirSync(dirname(path), { recursive: true });
          writes.push(pipeline(entry as unknown as Readable, createWriteStream(path)));
        } else throw unsafe(archive, `${entry.path} (${entry.type})`);
      } catch (error) {
        failure ??= error;
        entry.resume();
      }
    },
  });
  await pipeline(createReadStream(archive), parser as unknown as NodeJS.WritableStream);
  await Promise.all(writes);
  if (failure !== undefined) throw failure;
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
  // Undecoded: the names are checked here, so that the message is ours.
  const name = (entry.fileName as unknown as Buffer).toString('utf8');
  const path = safePath(folder, name, archive);
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

/** A path of an archive inside the folder. @throws UserError `ARCHIVE_UNSAFE` for any that leads out */
function safePath(folder: string, name: string, archive: string): string {
  const clean = posix.normalize(name.replaceAll('\\', '/'));
  const leadsOut =
    clean.startsWith('/') || clean === '..' || clean.startsWith('../') || /^[a-z]:/i.test(clean);
  if (leadsOut || name.includes('\0')) throw unsafe(archive, name);
  return join(folder, clean.split('/').join(sep));
}

function unsafe(archive: string, name: string): UserError {
  return new UserError('ARCHIVE_UNSAFE', 'The archive holds what must not be unpacked.', {
    where: archive,
    expected: 'files and folders within the folder alone',
    got: name,
    remedy: 'do not trust this archive; fetch the official one',
  });
}

function broken(archive: string, cause: unknown): UserError {
  return new UserError(
    'ARCHIVE_BROKEN',
    'The archive cannot be unpacked.',
    {
      where: archive,
      got: cause instanceof Error ? cause.message : String(cause),
      remedy: 'remove it and start again',
    },
    { cause },
  );
}
