import { inflateSync } from 'node:zlib';
import { readFile } from 'node:fs/promises';
import { UserError } from '../core/index.js';
import { decodeImage, recogniseFormat } from './decode.js';
import { readPngChunks, unfilter } from './plain-png.js';
import type { Mask } from './types.js';

const greyType = 0;
const paletteType = 3;
/** Labels of a JPEG would be changed by its compression. */
const indexRemedy =
  'save the mask as an 8-bit greyscale or palette PNG whose values are the class indices';

/**
 * Decodes a mask: a PNG whose values are class indices. Of a palette PNG the indices are taken, not the colours;
 * of 1, 2 and 4 bits the values as they are; of an RGB image with three equal channels the first.
 *
 * @param path a file
 * @throws UserError as `decodeImage`; `MASK_FORMAT` for JPEG and WebP, `MASK_DEPTH` for 16 bits, `MASK_COLOURS`
 *   for colours instead of indices
 */
export async function decodeMask(path: string): Promise<Mask> {
  let bytes: Uint8Array;
  try {
    bytes = await readFile(path);
  } catch {
    // The image decoder words what is wrong with the file.
    await decodeImage(path);
    throw new UserError('IMAGE_MISSING', 'The mask cannot be read.', { where: path });
  }
  const format = recogniseFormat(bytes, path);
  if (format !== 'PNG')
    throw new UserError('MASK_FORMAT', 'A mask must be a PNG.', {
      where: path,
      expected: 'a lossless PNG',
      got: format,
      remedy: indexRemedy,
    });
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  const chunks = readPngChunks(file, []);
  if (chunks === undefined) return throughImage(bytes, path);
  const { header } = chunks;
  const [depth, colour] = header.subarray(8);
  if (depth === 16) throw sixteenBits(path);
  if (colour !== greyType && colour !== paletteType) return throughImage(bytes, path);
  return samples(header, chunks.data) ?? general(bytes, path, depth, colour);
}

/** The values of a grey or palette PNG that is not interlaced; undefined for another or a damaged one. */
function samples(header: Buffer, data: Buffer): Mask | undefined {
  const width = header.readUInt32BE(0);
  const height = header.readUInt32BE(4);
  const [depth, , , , interlace] = header.subarray(8);
  const stride = Math.ceil((width * depth) / 8);
  const length = height * (1 + stride);
  if (interlace !== 0 || length === 0) return undefined;
  let lines: Buffer;
  try {
    lines = inflateSync(data, { maxOutputLength: length + 1 });
  } catch {
    return undefined;
  }
  const packed = lines.length === length ? unfilter(lines, stride, height, 1) : undefined;
  if (packed === undefined) return undefined;
  const values = depth === 8 ? packed : unpacked(packed, width, height, stride, depth);
  return { width, height, data: values };
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

/** Interlaced files: the general decoder gives 8-bit grey values as they are, but no indices. */
async function general(
  bytes: Uint8Array,
  path: string,
  depth: number,
  colour: number,
): Promise<Mask> {
  const image = await decodeImage(bytes, path);
  if (colour === greyType && depth === 8) return firstChannel(image);
  throw new UserError('MASK_FORMAT', 'Interlaced masks of this kind are not read.', {
    where: path,
    expected: 'a PNG that is not interlaced',
    got: `interlaced, ${colour === paletteType ? 'with a palette' : `${depth} bits`}`,
    remedy: indexRemedy,
  });
}

/** RGB masks: taken where the channels are equal. */
async function throughImage(bytes: Uint8Array, path: string): Promise<Mask> {
  const image = await decodeImage(bytes, path);
  const { data, width } = image;
  for (let i = 0; i < data.length; i += 3)
    if (data[i] !== data[i + 1] || data[i] !== data[i + 2])
      throw new UserError('MASK_COLOURS', 'The mask holds colours instead of class indices.', {
        where: path,
        expected: 'one value a pixel',
        got: `RGB ${data[i]}, ${data[i + 1]}, ${data[i + 2]} at x ${(i / 3) % width}, y ${Math.floor(i / 3 / width)}`,
        remedy: indexRemedy,
      });
  return firstChannel(image);
}

function firstChannel({ width, height, data }: Mask): Mask {
  return { width, height, data: data.filter((_, i) => i % 3 === 0) };
}

function sixteenBits(path: string): UserError {
  return new UserError('MASK_DEPTH', 'The mask has 16 bits a pixel.', {
    where: path,
    expected: '8 bits: class indices from 0 to 255',
    got: '16 bits: instance numbers, or a depth image?',
    remedy: indexRemedy,
  });
}
