import { inflate } from 'node:zlib';
import { promisify } from 'node:util';
import { UserError } from '../core/index.js';
import { decodeBytes, orBroken, whenRoom } from './decode.js';
import { recogniseFormat } from './format.js';
import { isMaskFormat, maskSamples, type MaskFormat } from './formats/mask-values.js';
import { sizeInHeader } from './header.js';
import {
  coloursOf,
  indexedBy,
  type ColouredPixels,
  type MaskColours,
} from './formats/mask-colours.js';
import { readPngChunks, unfilter } from './plain-png.js';
import { readImageFile } from './read-file.js';
import { resizeMask, type FittedSize } from './resize/resize.js';
import type { Mask, Size } from './image.js';

const paletteType = 3;
/** Samples of a pixel, by the colour type of a PNG: grey, RGB, palette, grey and alpha, RGB and alpha. */
const samplesOf: Readonly<Record<number, number>> = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 };
/** Of a pixel, where the format does not say: four samples, and the number of its colour. */
const mostBytes = 8;
/** Chunks for which a decoder changes values: transparency, a colour profile. */
const changing = ['tRNS', 'iCCP'];
const inflateAsync = promisify(inflate);
/** Labels of a JPEG would be changed by its compression. */
const indexRemedy =
  'save the mask as an 8-bit greyscale or palette PNG whose values are the class indices';
const colourRemedy = 'save the mask as an 8-bit RGB PNG in the colours of the classes';

/**
 * Decodes a mask: a PNG, TIFF, GIF, BMP or PGM whose values are class indices, taken as they are in the file. Of a palette
 * the indices are taken, not the colours, but in a GIF, TIFF or BMP the grey values where all colours in use are grey; of
 * an RGB image with three equal channels the first; of 1, 2 and 4 bits the values. Alpha must be opaque.
 *
 * @param path a file
 * @throws UserError as `decodeImage`; `MASK_FORMAT` for JPEG, WebP and AVIF, `MASK_DEPTH` for 16 bits, `MASK_COLOURS`
 *   for colours instead of indices, `MASK_ALPHA` for transparent pixels
 */
export function decodeMask(path: string): Promise<Mask> {
  return loadMaskFile(path, (mask) => mask);
}

/** A mask that may have been resized on the way. */
export interface LoadedMask extends Mask {
  /** Its size before; left out where it has not changed. */
  readonly full?: Size;
}

/**
 * Decodes a mask file, and resizes it where a size is given; few large ones at a time.
 *
 * @param read what to make of the mask in its full size
 * @param colours reads the mask by its colours: the values are the indices of these
 * @throws UserError as `decodeMask`; with colours as `coloursOf` and `indexedBy`
 */
export async function loadMaskFile(
  path: string,
  read: (mask: Mask) => Mask,
  size?: FittedSize,
  colours?: MaskColours,
): Promise<LoadedMask> {
  const { bytes, format } = await maskBytes(path, colours ? colourRemedy : indexRemedy);
  return whenRoom(sizeOf(bytes, format), bytesPerPixel(bytes, format, colours), path, async () => {
    const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
    const decode = async (): Promise<Mask> => {
      if (colours)
        return indexedBy(await coloursOf(file, format, path, colourRemedy), colours, path);
      return format === 'PNG' ? decodePng(bytes, path) : decodeOther(bytes, format, path);
    };
    const mask = read(await decode());
    if (size === undefined) return mask;
    return { ...resizeMask(mask, size), full: { width: mask.width, height: mask.height } };
  });
}

/** The colour of every pixel of a mask. @throws UserError as `loadMaskFile` with colours */
export async function decodeMaskColours(path: string): Promise<ColouredPixels> {
  const { bytes, format } = await maskBytes(path, colourRemedy);
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  return whenRoom(sizeOf(bytes, format), mostBytes, path, () =>
    coloursOf(file, format, path, colourRemedy),
  );
}

/** A file that keeps what it was given. */
async function maskBytes(
  path: string,
  remedy: string,
): Promise<{ bytes: Uint8Array; format: 'PNG' | MaskFormat }> {
  const bytes = await readImageFile(path, path);
  const format = recogniseFormat(bytes, path);
  if (format === 'PNG' || isMaskFormat(format)) return { bytes, format };
  throw new UserError('MASK_FORMAT', 'A mask must be in a lossless format.', {
    where: path,
    expected: 'a PNG, TIFF, GIF, BMP or PGM',
    got: format,
    remedy,
  });
}

const sizeOf = (bytes: Uint8Array, format: 'PNG' | MaskFormat): Size =>
  sizeInHeader(bytes, format) ?? { width: 1, height: 1 };

function bytesPerPixel(
  bytes: Uint8Array,
  format: 'PNG' | MaskFormat,
  colours: MaskColours | undefined,
): number {
  return format === 'PNG' && !colours ? (samplesOf[bytes[25]] ?? 3) : mostBytes;
}

async function decodeOther(bytes: Uint8Array, format: MaskFormat, path: string): Promise<Mask> {
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  const samples = await orBroken(bytes, format, path, () =>
    maskSamples(file, format, path, indexRemedy),
  );
  const { width, height, data, channels } = samples;
  if (channels === 1) return { width, height, data };
  return { width, height, data: firstSample(data, channels, width, path) };
}

async function decodePng(bytes: Uint8Array, path: string): Promise<Mask> {
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  const chunks = readPngChunks(file, []);
  if (chunks === undefined) return general(bytes, path);
  if (chunks.header[8] === 16) throw sixteenBits(path);
  return (await samples(chunks.header, chunks.data, path)) ?? general(bytes, path);
}

/** The values of a PNG that is not interlaced; undefined for another or a damaged one. */
async function samples(header: Buffer, data: Buffer, path: string): Promise<Mask | undefined> {
  const width = header.readUInt32BE(0);
  const height = header.readUInt32BE(4);
  const [depth, colour, , , interlace] = header.subarray(8);
  const channels = samplesOf[colour];
  if (channels === undefined) return undefined;
  const stride = Math.ceil((width * depth * channels) / 8);
  const length = height * (1 + stride);
  if (interlace !== 0 || length === 0) return undefined;
  let lines: Buffer;
  try {
    // One piece of the right length instead of many that are joined.
    const chunkSize = Math.max(64, length + 1);
    lines = await inflateAsync(data, { maxOutputLength: length + 1, chunkSize });
  } catch {
    return undefined;
  }
  const step = Math.max(1, (depth * channels) / 8);
  const packed = lines.length === length ? unfilter(lines, stride, height, step, lines) : undefined;
  if (packed === undefined) return undefined;
  if (channels > 1) return { width, height, data: firstSample(packed, channels, width, path) };
  const values = depth === 8 ? packed : unpacked(packed, width, height, stride, depth);
  return { width, height, data: values };
}

/** One value a pixel from several samples, in place. @throws UserError `MASK_COLOURS`, `MASK_ALPHA` */
function firstSample(data: Uint8Array, channels: number, width: number, path: string): Uint8Array {
  const colours = channels < 3 ? 1 : 3;
  const pixels = data.length / channels;
  for (let i = 0; i < pixels; i++) {
    const at = i * channels;
    if (colours === 3 && (data[at] !== data[at + 1] || data[at] !== data[at + 2]))
      throw coloured(path, data.subarray(at, at + 3), i, width);
    if (channels > colours && data[at + colours] !== 255)
      throw transparent(path, `alpha ${data[at + colours]} at ${placeOf(i, width)}`);
    data[i] = data[at];
  }
  return data.slice(0, pixels);
}

/** One value a byte from 1, 2 or 4 bits each; lines begin at a byte. */
function unpacked(
  packed: Uint8Array,
  width: number,
  height: number,
  stride: number,
  depth: number,
): Uint8Array {
  const values = new Uint8Array(width * height);
  const perByte = 8 / depth;
  const highest = (1 << depth) - 1;
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const byte = packed[y * stride + Math.floor(x / perByte)];
      values[y * width + x] = (byte >> (8 - depth * ((x % perByte) + 1))) & highest;
    }
  return values;
}

/** Interlaced files: the general decoder gives 8-bit values of grey and RGB as they are, and nothing else. */
async function general(bytes: Uint8Array, path: string): Promise<Mask> {
  const image = await decodeBytes(bytes, 'PNG', path);
  const [depth, colour] = bytes.subarray(24);
  if (colour === paletteType || depth !== 8)
    throw new UserError('MASK_FORMAT', 'Interlaced masks of this kind are not supported.', {
      where: path,
      expected: 'a PNG that is not interlaced',
      got: `interlaced, ${colour === paletteType ? 'with a palette' : `${depth} bits`}`,
      remedy: indexRemedy,
    });
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  if (colour > paletteType || readPngChunks(file, changing) === undefined)
    throw transparent(path, 'an interlaced PNG with transparency or a colour profile');
  return { ...image, data: firstSample(image.data, 3, image.width, path) };
}

const placeOf = (i: number, width: number): string => `x ${i % width}, y ${Math.floor(i / width)}`;

function coloured(where: string, rgb: Uint8Array, at: number, width: number): UserError {
  return new UserError('MASK_COLOURS', 'The mask contains colours instead of class indices.', {
    where,
    expected: 'one value per pixel',
    got: `RGB ${[...rgb].join(', ')} at ${placeOf(at, width)}`,
    remedy: indexRemedy,
  });
}

/** What lies below a transparent pixel is what some programs mean, and chance in others. */
function transparent(where: string, got: string): UserError {
  return new UserError('MASK_ALPHA', 'The mask has transparent pixels.', {
    where,
    expected: 'opaque pixels whose values are the class indices',
    got,
    remedy: `${indexRemedy}, without an alpha channel`,
  });
}

function sixteenBits(path: string): UserError {
  return new UserError('MASK_DEPTH', 'The mask has 16 bits per pixel.', {
    where: path,
    expected: '8 bits: class indices from 0 to 255',
    got: '16 bits (is it an instance or depth image?)',
    remedy: indexRemedy,
  });
}
