import { UserError } from '../core/index.js';

/** Endings of files that count as images (lower case). */
export const IMAGE_EXTENSIONS: readonly string[] = ['.png', '.jpg', '.jpeg', '.webp'];

export type ImageFormat = 'PNG' | 'JPEG' | 'WebP';

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
      remedy: 'fetch the file again, remove it, or skip such files with --on-bad-file skip',
    });
  if (startsWith(bytes, 0, '\x89PNG')) return 'PNG';
  if (startsWith(bytes, 0, '\xff\xd8\xff')) return 'JPEG';
  if (startsWith(bytes, 0, 'RIFF') && startsWith(bytes, 8, 'WEBP')) return 'WebP';
  throw new UserError('IMAGE_UNKNOWN', 'The file is not an image of a known format.', {
    where,
    expected: 'a PNG, JPEG or WebP image',
    got: describeStart(bytes),
    remedy: 'convert it to PNG, remove it, or skip such files with --on-bad-file skip',
  });
}

function startsWith(bytes: Uint8Array, offset: number, signature: string): boolean {
  for (let i = 0; i < signature.length; i++)
    if (bytes[offset + i] !== signature.charCodeAt(i)) return false;
  return true;
}

function describeStart(bytes: Uint8Array): string {
  const start = [...bytes.subarray(0, 8)];
  const text = start.map((b) => (b >= 32 && b < 127 ? String.fromCharCode(b) : '.')).join('');
  return `${bytes.length} bytes that start with "${text}"`;
}
