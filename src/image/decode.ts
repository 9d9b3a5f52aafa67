import sharp from 'sharp';
import { UserError } from '../core/index.js';
import { recogniseFormat, type ImageFormat } from './format.js';
import { Gate } from './gate.js';
import { sizeInHeader } from './header.js';
import { decodePlainPng } from './plain-png.js';
import { readImageFile } from './read-file.js';
import { resizeImage } from './resize.js';
import { sizeText } from './size-text.js';
import type { Image, Size } from './image.js';

/** What shows through where an image is transparent. */
const backgroundColour = '#ffffff';

/** As sharp has it: 16,383 squared. */
const mostPixels = 0x3fff ** 2;
/** Above this an image that is to be resized gets smaller while it is decoded, and never lies in memory whole. */
const shrinkAbove = 2 ** 26;

/** Bytes of decoded images, and masks, that are being made at any time. */
const gate = new Gate(2 ** 29);

/** Makes something of `pixels` pixels when there is room for it. @throws UserError `IMAGE_TOO_LARGE` */
export function whenRoom<T>(
  size: Size,
  bytesPerPixel: number,
  where: string,
  work: () => Promise<T>,
): Promise<T> {
  requirePossible(size, where);
  return gate.pass(size.width * size.height * bytesPerPixel, work);
}

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
 *   `IMAGE_BROKEN` (truncated or damaged), `IMAGE_TOO_LARGE` (more than 16,383 x 16,383 pixels)
 */
export async function decodeImage(input: string | Uint8Array, name?: string): Promise<Image> {
  const where = name ?? (typeof input === 'string' ? input : 'image in memory');
  const bytes = typeof input === 'string' ? await readImageFile(input, where) : input;
  const format = recogniseFormat(bytes, where);
  const full = sizeInHeader(bytes, format) ?? { width: 1, height: 1 };
  return whenRoom(full, 3, where, () => decodeBytes(bytes, format, where));
}

/** An image that may have been resized on the way. */
export interface LoadedImage extends Image {
  /** Its size before; left out where it has not changed. */
  readonly full?: Size;
}

/**
 * Decodes an image file, and resizes it where a size is given. An image of more than 64 megapixels is shrunk while it is
 * decoded, which may round differently; any other is the same as `resizeImage(await decodeImage(path), size)`.
 *
 * @throws UserError as `decodeImage`
 */
export async function loadImage(path: string, size?: Size): Promise<LoadedImage> {
  if (size === undefined) return decodeImage(path);
  const bytes = await readImageFile(path, path);
  const format = recogniseFormat(bytes, path);
  const header = sizeInHeader(bytes, format) ?? { width: 1, height: 1 };
  if (header.width * header.height > shrinkAbove)
    // How much it takes depends on the format; two at a time stay far below the limit.
    return whenRoom(header, 1, path, () => decodeShrunk(bytes, format, path, size));
  return whenRoom(header, 3, path, async () => {
    const { width, height, ...image } = await decodeBytes(bytes, format, path);
    const full = { width, height };
    return { ...(await resizeImage({ ...full, ...image }, size)), full };
  });
}

/** Decodes bytes whose room has been taken. @throws UserError `IMAGE_BROKEN` */
export async function decodeBytes(
  bytes: Uint8Array,
  format: ImageFormat,
  where: string,
): Promise<Image> {
  const plain = format === 'PNG' ? decodePlainPng(bytes) : undefined;
  if (plain) return plain;
  return orBroken(bytes, format, where, async () => {
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
  });
}

function decodeShrunk(
  bytes: Uint8Array,
  format: ImageFormat,
  where: string,
  size: Size,
): Promise<LoadedImage> {
  return orBroken(bytes, format, where, async () => {
    const { autoOrient: full } = await sharp(bytes).metadata();
    const { data, info } = await sharp(bytes, { failOn: 'error' })
      .autoOrient()
      .resize({ width: size.width, height: size.height, fit: 'fill', kernel: 'lanczos3' })
      .flatten({ background: backgroundColour })
      .toColourspace('srgb')
      .raw({ depth: 'uchar' })
      .toBuffer({ resolveWithObject: true });
    return { ...size, channels: 3, data: toThreeChannels(data, info.channels), full };
  });
}

async function orBroken<T>(
  bytes: Uint8Array,
  format: ImageFormat,
  where: string,
  decode: () => Promise<T>,
): Promise<T> {
  try {
    return await decode();
  } catch (cause) {
    throw new UserError(
      'IMAGE_BROKEN',
      `The ${format} image is truncated or damaged.`,
      {
        where,
        expected: `a complete ${format} file`,
        got: `${bytes.length} bytes that cannot be decoded (${firstLine(cause)})`,
        remedy: 'download the file again, remove it, or use --on-bad-file skip',
      },
      { cause },
    );
  }
}

function requirePossible(size: Size, where: string): void {
  if (size.width * size.height <= mostPixels) return;
  throw new UserError('IMAGE_TOO_LARGE', 'The image has too many pixels.', {
    where,
    expected: `at most ${mostPixels.toLocaleString('en')} pixels, such as 16383x16383`,
    got: `${sizeText(size)}, by its header`,
    remedy: 'make it smaller, remove it, or use --on-bad-file skip',
  });
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
