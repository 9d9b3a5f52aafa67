import { readFile } from 'node:fs/promises';
import sharp from 'sharp';
import { UserError } from '../core/index.js';
import { decodePlainPng } from './plain-png.js';
import type { Image } from './types.js';

// One image is small; the threads are worth more on several images at once. The operation cache
// would only keep pixels that are never asked for again.
sharp.concurrency(1);
sharp.cache(false);

/** What shows through where an image is transparent. */
const backgroundColour = '#ffffff';

/** Endings of files that count as images (lower case). */
export const imageExtensions: readonly string[] = ['.png', '.jpg', '.jpeg', '.webp'];

/**
 * Decodes a PNG, JPEG or WebP file into 8-bit RGB, `[height, width, 3]`, contiguous.
 *
 * Greyscale becomes three equal channels, a palette its colours; of 16 bits the upper 8 are kept;
 * transparency is composited on white; CMYK and embedded colour profiles become sRGB; the EXIF
 * orientation is applied; of an animation the first frame is taken.
 *
 * @param input a path, or the file's bytes
 * @param name what errors call the bytes (default: the path)
 * @throws UserError `IMAGE_MISSING`, `IMAGE_EMPTY`, `IMAGE_UNKNOWN` (neither PNG, JPEG nor WebP),
 *   `IMAGE_BROKEN` (truncated or damaged)
 */
export async function decodeImage(input: string | Uint8Array, name?: string): Promise<Image> {
  const where = name ?? (typeof input === 'string' ? input : 'image in memory');
  const bytes = typeof input === 'string' ? await readImageFile(input, where) : input;
  const format = recogniseFormat(bytes, where);
  const plain = format === 'PNG' ? decodePlainPng(bytes) : undefined;
  if (plain) return plain;
  try {
    const { data, info } = await sharp(bytes, { failOn: 'error' })
      .autoOrient()
      .flatten({ background: backgroundColour })
      .toColourspace('srgb')
      .raw({ depth: 'uchar' })
      .toBuffer({ resolveWithObject: true });
    return {
      width: info.width,
      height: info.height,
      channels: 3,
      data: toThreeChannels(data, info.channels),
    };
  } catch (cause) {
    throw new UserError(
      'IMAGE_BROKEN',
      `The ${format} image is truncated or damaged.`,
      {
        where,
        expected: `a complete ${format} file`,
        got: `${bytes.length} bytes that cannot be decoded (${firstLine(cause)})`,
        remedy: 'fetch the file again, remove it, or skip such files with --on-bad-file skip',
      },
      { cause },
    );
  }
}

async function readImageFile(path: string, where: string): Promise<Uint8Array> {
  try {
    return await readFile(path);
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code;
    if (code === 'ENOENT' || code === 'ENOTDIR' || code === 'ELOOP')
      throw new UserError('IMAGE_MISSING', 'The image file does not exist.', {
        where,
        remedy: 'check the path',
      });
    if (code === 'EISDIR')
      throw new UserError('IMAGE_UNKNOWN', 'A folder stands where an image was expected.', {
        where,
        expected: 'a PNG, JPEG or WebP file',
        got: 'a folder',
      });
    if (code === 'EACCES' || code === 'EPERM')
      throw new UserError('IMAGE_MISSING', 'Not allowed to read the image file.', {
        where,
        remedy: 'change its rights',
      });
    throw cause;
  }
}

function toThreeChannels(data: Uint8Array, channels: number): Uint8Array {
  if (channels === 3) return data;
  const pixels = data.length / channels;
  const rgb = new Uint8Array(pixels * 3);
  for (let i = 0; i < pixels; i++) {
    const value = data[i * channels];
    rgb[3 * i] = value;
    rgb[3 * i + 1] = value;
    rgb[3 * i + 2] = value;
  }
  return rgb;
}

function firstLine(error: unknown): string {
  return String((error as Error)?.message ?? error)
    .split('\n')[0]
    .trim();
}

type ImageFormat = 'PNG' | 'JPEG' | 'WebP';

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
