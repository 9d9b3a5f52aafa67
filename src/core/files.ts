import {
  closeSync,
  fsyncSync,
  openSync,
  readFileSync,
  readSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { UserError } from './errors.js';
import { sweepHalves } from './left-behind.js';
import { makeFolder } from './make-folder.js';

/**
 * Writes a file so that it is either the old one or the whole new one: beside it, synced, renamed. What a killed process
 * left of the same file goes.
 *
 * Why not a package: docs/decisions/052-packages.md.
 *
 * @throws UserError `DISK_FULL`, `NO_RIGHTS` when the disk or the rights don't permit it, `NOT_A_PLACE` where a
 *   folder lies there, the folder is a file, a link on the way leads nowhere, or the name is too long.
 */
export function writeAtomic(path: string, data: string | Uint8Array): void {
  const temporary = `${path}.${process.pid}.tmp`;
  try {
    makeFolder(dirname(path));
    sweepHalves(path);
    const bytes = typeof data === 'string' ? Buffer.from(data, 'utf8') : data;
    const fd = openSync(temporary, 'w');
    try {
      let written = 0;
      while (written < bytes.length) written += writeSync(fd, bytes, written);
      fsyncSync(fd);
    } finally {
      closeSync(fd);
    }
    renameSync(temporary, path);
  } catch (error) {
    discard(temporary);
    throw asFileError(error, path);
  }
}

function discard(temporary: string): void {
  try {
    rmSync(temporary, { force: true });
  } catch {
    // It could not be made, so it cannot be removed either.
  }
}

/** Turns the file system's errors that a user can mend into a UserError; returns others as they are. */
export function asFileError(error: unknown, path: string): unknown {
  const code = (error as NodeJS.ErrnoException | undefined)?.code;
  if (code === 'ENOSPC' || code === 'EDQUOT')
    return new UserError('DISK_FULL', 'The disk is full.', {
      where: path,
      remedy: 'free some space, or choose another folder with --out',
    });
  if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS')
    return new UserError('NO_RIGHTS', 'No permission to write here.', {
      where: path,
      remedy: 'choose another folder with --out, or change the permissions',
    });
  const reason = code === undefined ? undefined : places[code];
  if (reason !== undefined)
    return new UserError('NOT_A_PLACE', 'Cannot write a file here.', {
      where: path,
      expected: 'the path of a file in a folder',
      got: reason,
      remedy: 'choose another folder with --out',
    });
  return error;
}

/** What is wrong with a path that nothing can be written to, by the system's code. */
const places: Partial<Record<string, string>> = {
  EISDIR: 'a folder',
  ENOTDIR: 'a file in place of a folder',
  EEXIST: 'a file in place of a folder, or a broken link',
  ENOENT: 'a folder that does not exist and cannot be made, or a link that leads nowhere',
  ELOOP: 'links that lead in a circle',
  ENAMETOOLONG: 'a name that is too long for the disk (usually over 255 bytes)',
  EINVAL: 'a name that the disk does not allow',
  ENOTSUP: 'a place that takes no files',
};

/**
 * The bytes of a file that somebody else names. Pipes and devices, which may never end, are not read.
 *
 * @throws Error where it cannot be read, or is no file; its message says why
 */
export function readRegularFile(path: string): Buffer {
  const status = statSync(path);
  if (!status.isFile())
    throw new Error(status.isDirectory() ? 'a folder, no file' : 'a pipe or a device, no file');
  // A file of the system that never ends, such as /proc/kmsg, is empty by its size.
  return status.size === 0 ? Buffer.alloc(0) : readFileSync(path);
}

/**
 * The first bytes of a file that somebody else names, at most `most` of them; none where it is no regular file, or empty by its
 * size: to read what the system makes up, such as /proc/kmsg, may wait for ever.
 *
 * @throws Error where it is not there, or cannot be read
 */
export function readStart(path: string, most: number): Buffer {
  const status = statSync(path);
  if (!status.isFile() || status.size === 0) return Buffer.alloc(0);
  const file = openSync(path, 'r');
  try {
    const start = Buffer.alloc(most);
    return start.subarray(0, readSync(file, start));
  } finally {
    closeSync(file);
  }
}
