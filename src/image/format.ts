import { closeSync, openSync, readSync, statSync } from 'node:fs';
import { extname } from 'node:path';
import { UserError } from '../core/index.js';

export type ImageFormat = 'PNG' | 'JPEG' | 'WebP';

/** Endings of files that count as images (lower case). */
const imageExtensions: readonly string[] = [
  ...['.png', '.webp'],
  ...['.jpg', '.jpeg', '.jpe', '.jfif', '.jif'],
];
/** Bytes that tell a format. */
const startBytes = 12;

/** Whether a file's name promises an image; of one without an ending the first bytes decide. */
export function looksLikeImage(path: string): boolean {
  const ending = extname(path).toLowerCase();
  return ending === '' ? formatOf(startOf(path)) !== undefined : imageExtensions.includes(ending);
}

/**
 * The format by the file's first bytes; its name is not asked, as many JPEGs are called .png.
 *
 * @throws UserError `IMAGE_EMPTY`, `IMAGE_UNKNOWN`
 */
export function recogniseFormat(bytes: Uint8Array, where: string): ImageFormat {
  if (bytes.length === 0)
    throw new UserError('IMAGE_EMPTY', 'The image file is empty.', {
      where,
      expected: 'a PNG, JPEG or WebP image',
      got: '0 bytes',
      remedy: 'download the file again, remove it, or use --on-bad-file skip',
    });
  const format = formatOf(bytes);
  if (format !== undefined) return format;
  throw new UserError('IMAGE_UNKNOWN', 'The file is not an image of a known format.', {
    where,
    expected: 'a PNG, JPEG or WebP image',
    got: describeStart(bytes),
    remedy: 'convert it to PNG, remove it, or use --on-bad-file skip',
  });
}

function formatOf(bytes: Uint8Array): ImageFormat | undefined {
  if (startsWith(bytes, 0, '\x89PNG')) return 'PNG';
  if (startsWith(bytes, 0, '\xff\xd8\xff')) return 'JPEG';
  if (startsWith(bytes, 0, 'RIFF') && startsWith(bytes, 8, 'WEBP')) return 'WebP';
  return undefined;
}

function startOf(path: string): Uint8Array {
  const start = new Uint8Array(startBytes);
  try {
    // Reading what the system calls empty may wait for ever, as /proc/kmsg does.
    if (statSync(path).size === 0) return new Uint8Array(0);
    const file = openSync(path, 'r');
    try {
      return start.subarray(0, readSync(file, start));
    } finally {
      closeSync(file);
    }
  } catch {
    // What cannot be read is no image.
    return new Uint8Array(0);
  }
}

function startsWith(bytes: Uint8Array, offset: number, signature: string): boolean {
  for (let i = 0; i < signature.length; i++)
    if (bytes[offset + i] !== signature.charCodeAt(i)) return false;
  return true;
}

function describeStart(bytes: Uint8Array): string {
  const start = [...bytes.subarray(0, 8)];
  const text = start.map((b) => (b >= 32 && b < 127 ? String.fromCharCode(b) : '.')).join('');
  return `${bytes.length} byte${bytes.length === 1 ? '' : 's'} that start with "${text}"`;
}
