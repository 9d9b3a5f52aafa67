import sharp from 'sharp';
import { UserError } from '../core/index.js';
import { recogniseFormat, type ImageFormat } from './format.js';
import { bmpImage, pnmImage } from './formats/own.js';
import { toEightBits } from './formats/to-eight-bits.js';
import { Gate } from './gate.js';
import { sizeInHeader } from './header.js';
import type { ImageNote } from './notes.js';
import { decodePlainPng } from './plain-png.js';
import { readImageFile } from './read-file.js';
import { padded, resizeImage, type FittedSize } from './resize/resize.js';
import { sizeText } from './size-text.js';
import type { Image, Size } from './image.js';

/** What shows through where an image is transparent. */
const backgroundColour = '#ffffff';

/** As sharp has it: 16,383 squared. */
const mostPixels = 0x3fff ** 2;
/** Above this an image that is to be resized gets smaller while it is decoded, and never lies in memory whole. */
const shrinkAbove = 2 ** 26;

/** A JPEG file that is decoded at a fraction of its size keeps this many times the pixels a side that are wanted of it. */
const sparePixels = 4;
/** Fractions that the format's decoder is much faster at. */
const fractions = [4, 2];

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

/** An image that may have been resized on the way. */
export interface LoadedImage extends Image {
  /** Its size before; left out where it has not changed. */
  readonly full?: Size;
  /** Left out where there is nothing to say. */
  readonly notes?: readonly ImageNote[];
}

/**
 * Decodes a PNG, JPEG, WebP, TIFF, GIF, AVIF, BMP, PPM or PGM file into 8-bit RGB, `[height, width, 3]`, contiguous.
 *
 * Greyscale becomes three equal channels, a palette its colours. Of a PNG, TIFF, PPM or PGM with 16 bits (a TIFF's grey
 * values may also have 32) the range of the image's values becomes 0 to 255. Transparency is composited on white; CMYK and
 * embedded colour profiles become sRGB; the EXIF orientation is applied; of an animation the first frame is taken, of
 * several pages the first.
 *
 * @param input a path, or the file's bytes
 * @param name what errors call the bytes (default: the path)
 * @throws UserError `IMAGE_MISSING`, `IMAGE_EMPTY`, `IMAGE_UNKNOWN` (none of these formats),
 *   `IMAGE_BROKEN` (truncated or damaged), `IMAGE_TOO_LARGE` (more than 16,383 x 16,383 pixels)
 */
export async function decodeImage(input: string | Uint8Array, name?: string): Promise<LoadedImage> {
  const where = name ?? (typeof input === 'string' ? input : 'image in memory');
  const bytes = typeof input === 'string' ? await readImageFile(input, where) : input;
  const format = recogniseFormat(bytes, where);
  const full = sizeInHeader(bytes, format) ?? { width: 1, height: 1 };
  return whenRoom(full, bytesPerPixel(bytes, format), where, () =>
    decodeBytes(bytes, format, where),
  );
}

/**
 * Decodes an image file, and resizes it where a size is given. An image of more than 64 megapixels is shrunk while it is
 * decoded, which may round differently; with `size.reduced` a JPEG file that has at least eight times the pixels a side is
 * decoded at a half of them, from sixteen times on at a quarter. Any other is the same as
 * `resizeImage(await decodeImage(path), size)`.
 *
 * @throws UserError as `decodeImage`
 */
export async function loadImage(path: string, size?: FittedSize): Promise<LoadedImage> {
  if (size === undefined) return decodeImage(path);
  const bytes = await readImageFile(path, path);
  const format = recogniseFormat(bytes, path);
  const header = sizeInHeader(bytes, format) ?? { width: 1, height: 1 };
  const isOwn = format === 'BMP' || format === 'PNM';
  if (header.width * header.height > shrinkAbove && !isOwn)
    // How much it takes depends on the format; two at a time stay far below the limit.
    return whenRoom(header, 1, path, () =>
      orBroken(bytes, format, path, async () => {
        const { autoOrient: full } = await sharp(bytes).metadata();
        const image = await decodeGenerally(bytes, format, size);
        const { width, height } = size;
        return { ...image, width, height, data: padded(image, size, 3), full };
      }),
    );
  const fraction = format === 'JPEG' && size.reduced ? fractionFor(header, size) : undefined;
  if (fraction !== undefined)
    return whenRoom(header, 1, path, () =>
      orBroken(bytes, format, path, async () => {
        const { autoOrient: full } = await sharp(bytes).metadata();
        const [width, height] = [full.width, full.height].map((s) => Math.floor(s / fraction));
        const image = await decodeGenerally(bytes, format, { width, height });
        return { ...(await resizeImage(image, size)), full };
      }),
    );
  return whenRoom(header, bytesPerPixel(bytes, format), path, async () => {
    const { notes, ...image } = await decodeBytes(bytes, format, path);
    const full = { width: image.width, height: image.height };
    return { ...(await resizeImage(image, size)), full, ...(notes && { notes }) };
  });
}

/** By which fraction of its sides, if any, an image is decoded; it may lie on its side. */
function fractionFor(image: Size, size: Size): number | undefined {
  const has = Math.min(image.width, image.height);
  const needed = sparePixels * Math.max(size.width, size.height);
  return fractions.find((fraction) => Math.floor(has / fraction) >= needed);
}

/** What an image takes while it is decoded: 16 bits of each value, twice, on the way, and 8 in the end. */
function bytesPerPixel(bytes: Uint8Array, format: ImageFormat): number {
  const mayBeDeep = format === 'TIFF' || format === 'PNM' || (format === 'PNG' && bytes[24] === 16);
  return mayBeDeep ? 15 : 3;
}

/** Decodes bytes whose room has been taken. @throws UserError `IMAGE_BROKEN` */
export async function decodeBytes(
  bytes: Uint8Array,
  format: ImageFormat,
  where: string,
): Promise<LoadedImage> {
  const plain = format === 'PNG' ? decodePlainPng(bytes) : undefined;
  if (plain) return plain;
  return orBroken(bytes, format, where, async () => {
    const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
    if (format === 'BMP') return bmpImage(file);
    if (format === 'PNM') {
      const { image, deep } = pnmImage(file);
      return deep ? { ...image, notes: ['deep'] } : image;
    }
    return decodeGenerally(bytes, format);
  });
}

/** What sharp calls our ways to come to a size; of `pad`, the border is left to be filled. */
const sharpFits = { crop: 'cover', pad: 'inside', stretch: 'fill' } as const;

/** What sharp makes of it, in another size where one is given. */
async function decodeGenerally(
  bytes: Uint8Array,
  format: ImageFormat,
  size?: FittedSize,
): Promise<LoadedImage> {
  const pipeline = sharp(bytes, { failOn: 'error' }).autoOrient();
  if (size !== undefined) {
    const { width, height, fit = 'stretch' } = size;
    pipeline.resize({ width, height, fit: sharpFits[fit], kernel: 'lanczos3' });
  }
  const { depth, frames } = await formOf(bytes, format);
  const notes: ImageNote[] = [...(depth === undefined ? [] : ['deep' as const]), ...frames];
  if (depth !== undefined) {
    // Sixteen bits stay sixteen only in a space of as many; other values are grey, and stay as they are.
    if (depth === 'ushort') pipeline.toColourspace('rgb16');
    const { data, info } = await pipeline.raw({ depth }).toBuffer({ resolveWithObject: true });
    const values = new Uint8Array(data).buffer;
    const numbers = depth === 'ushort' ? new Uint16Array(values) : new Float32Array(values);
    const { width, height, channels } = info;
    return { width, height, channels: 3, data: toEightBits(numbers, channels), notes };
  }
  const { data, info } = await pipeline
    .flatten({ background: backgroundColour })
    .toColourspace('srgb')
    .raw({ depth: 'uchar' })
    .toBuffer({ resolveWithObject: true });
  return {
    width: info.width,
    height: info.height,
    channels: 3,
    data: toThreeChannels(data, info.channels),
    ...(notes.length > 0 && { notes }),
  };
}

/** Beyond 8 bits, the numbers that a file's values are read as; and whether it has further frames. */
async function formOf(
  bytes: Uint8Array,
  format: ImageFormat,
): Promise<{ depth?: 'ushort' | 'float'; frames: readonly ImageNote[] }> {
  // Most images say in a byte that there is nothing to ask.
  const isMoving = String.fromCharCode(...bytes.subarray(12, 16)) === 'VP8X' && bytes[20] & 2;
  const isPlain =
    format === 'JPEG' || (format === 'PNG' && bytes[24] !== 16) || (format === 'WebP' && !isMoving);
  if (isPlain) return { frames: [] };
  const { depth, pages = 1, channels = 3 } = await sharp(bytes).metadata();
  const frames: ImageNote[] = pages > 1 ? ['first-frame'] : [];
  // AVIF keeps 10 and 12 bits of a photograph's brightness, whose range is that of its format.
  const hasRange = format === 'PNG' || format === 'TIFF';
  if (!hasRange || depth === 'uchar' || depth === undefined) return { frames };
  if (depth === 'ushort') return { depth, frames };
  if ((depth === 'float' || depth === 'uint') && channels === 1) return { depth: 'float', frames };
  throw new Error(`${channels} channels of the type ${depth} are not supported`);
}

/** What `decode` gives. @throws UserError its own; `IMAGE_BROKEN` for any other error */
export async function orBroken<T>(
  bytes: Uint8Array,
  format: ImageFormat,
  where: string,
  decode: () => Promise<T>,
): Promise<T> {
  try {
    return await decode();
  } catch (cause) {
    if (cause instanceof UserError) throw cause;
    const called = format === 'PNM' ? 'PPM or PGM' : format;
    throw new UserError(
      'IMAGE_BROKEN',
      `The ${called} image is truncated or damaged, or of a kind that is not read.`,
      {
        where,
        expected: `a complete ${called} file`,
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
