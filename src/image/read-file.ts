import { statSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { UserError } from '../core/index.js';
import { readFormats } from './format.js';

/**
 * The bytes of an image's file. Only regular files are opened: a pipe may never end, and a device gives what it likes.
 *
 * @throws UserError `IMAGE_MISSING`, `IMAGE_UNKNOWN`, `IMAGE_TOO_LARGE`
 */
export async function readImageFile(path: string, where: string): Promise<Uint8Array> {
  try {
    const status = statSync(path);
    if (status.isDirectory()) throw notAnImage(where, 'a folder');
    if (!status.isFile()) throw notAnImage(where, 'a pipe, socket or device');
    // Files of the system that never end, such as /proc/kmsg, are empty by their size.
    return status.size === 0 ? new Uint8Array(0) : await readFile(path);
  } catch (cause) {
    throw imageFileError(cause, where);
  }
}

/** Codes of the file system for a path that leads nowhere, or that no file can have. */
const missing = ['ENOENT', 'ENOTDIR', 'ELOOP', 'ENAMETOOLONG', 'ERR_INVALID_ARG_VALUE'];

function imageFileError(cause: unknown, where: string): unknown {
  if (cause instanceof UserError) return cause;
  const { code = '' } = cause as NodeJS.ErrnoException;
  if (missing.includes(code))
    return new UserError('IMAGE_MISSING', 'The image file does not exist.', {
      where: shortened(where),
      remedy: 'check the path',
    });
  if (code === 'EACCES' || code === 'EPERM')
    return new UserError('IMAGE_MISSING', 'No permission to read the image file.', {
      where,
      remedy: 'change its permissions',
    });
  if (code === 'ERR_FS_FILE_TOO_LARGE')
    return new UserError('IMAGE_TOO_LARGE', 'The image file is too large.', {
      where,
      expected: 'a file of less than 2 GB',
      remedy: 'make it smaller, remove it, or use --on-bad-file skip',
    });
  if (code === 'EIO')
    return new UserError('IMAGE_BROKEN', 'The image file cannot be read from the disk.', {
      where,
      got: (cause as Error).message,
      remedy: 'check the disk, remove the file, or use --on-bad-file skip',
    });
  return cause;
}

function notAnImage(where: string, got: string): UserError {
  return new UserError('IMAGE_UNKNOWN', `Expected an image, found ${got}.`, {
    where,
    expected: `a ${readFormats} file`,
    got,
    remedy: 'pass an image file',
  });
}

const shortened = (text: string): string => (text.length > 400 ? `${text.slice(0, 400)}...` : text);
