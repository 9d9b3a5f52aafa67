import sharp from 'sharp';
import { UserError } from '../../core/index.js';
import type { ImageFormat } from '../format.js';
import type { Size } from '../image.js';
import { decodeBmp } from './bmp.js';
import { decodePnm } from './netpbm.js';
import { palettesIn, type Palette } from './palettes.js';
import { tiffEntries } from './tiff-entries.js';

/** What a mask's file holds: values, or samples of several channels that ought to be alike. */
export interface MaskSamples extends Size {
  /** `[height, width, channels]` */
  readonly data: Uint8Array;
  readonly channels: 1 | 2 | 3 | 4;
}

/** Formats that keep the values of a mask, beside PNG. */
export type MaskFormat = 'TIFF' | 'GIF' | 'BMP' | 'PNM';

export const isMaskFormat = (format: ImageFormat): format is MaskFormat =>
  ['TIFF', 'GIF', 'BMP', 'PNM'].includes(format);

/**
 * Reads a mask in another format than PNG: the grey values where all colours in use are grey, else the indices of the
 * palette. Programs that write GIF order its palette as they like, so that indices of greys mean nothing; of 1, 2 and 4 bits
 * without a palette the values themselves are taken.
 *
 * @returns samples of colours where there is no palette
 * @throws Error that says what is wrong with the file; UserError `MASK_DEPTH`, `MASK_FORMAT`
 */
export async function maskSamples(
  file: Buffer,
  format: MaskFormat,
  where: string,
  remedy: string,
): Promise<MaskSamples> {
  if (format === 'BMP') {
    const { width, height, data, channels, palette = [] } = decodeBmp(file);
    if (channels === 3) return { width, height, data, channels };
    const used = new Set(data);
    if (![...used].every((index) => isGrey(palette[index])))
      return { width, height, data, channels };
    return { width, height, data: data.map((index) => palette[index][0]), channels };
  }
  if (format === 'PNM') {
    const { width, height, data, channels } = decodePnm(file);
    if (data instanceof Uint16Array) throw tooDeep(where, '16 bits', remedy);
    return { width, height, data, channels };
  }
  const { depth, bitsPerSample = 8 } = await sharp(file).metadata();
  if (depth !== 'uchar') throw tooDeep(where, `values of the type ${depth}`, remedy);
  if (format === 'TIFF' && isLossy(file))
    throw new UserError('MASK_FORMAT', 'The mask was compressed with loss.', {
      where,
      expected: 'values that are kept as they are',
      got: 'a TIFF with JPEG compression',
      remedy,
    });
  const { data, info } = await sharp(file, { failOn: 'error', ignoreIcc: true })
    .autoOrient()
    .raw({ depth: 'uchar' })
    .toBuffer({ resolveWithObject: true });
  const { width, height, channels } = info;
  const palettes = palettesIn(file, format);
  if (palettes.length > 0) {
    const indices = indicesOf(data, channels, palettes);
    if (indices !== undefined) return { width, height, data: indices, channels: 1 };
  } else if (bitsPerSample < 8 && format === 'TIFF') {
    // One bit was spread to 0 and 255, two to 0, 85, 170 and 255.
    const step = 255 / (2 ** bitsPerSample - 1);
    for (let i = 0; i < data.length; i++)
      if (channels < 4 || i % 4 < 3) data[i] = Math.round(data[i] / step);
  }
  return { width, height, data, channels };
}

const compressionTag = 259;
/** JPEG in its old and its new form (TIFF 6.0, section 22, and its technical note 2). */
const isLossy = (file: Buffer): boolean =>
  [6, 7].includes(tiffEntries(file).first(compressionTag) ?? 0);

const isGrey = ([r, g, b]: readonly number[]): boolean => r === g && g === b;

/**
 * The index of each pixel's colour in the palette; undefined where all are grey, where one is not opaque, or where no
 * palette has all of them.
 */
function indicesOf(
  data: Uint8Array,
  channels: number,
  palettes: readonly Palette[],
): Uint8Array | undefined {
  if (channels < 3) return undefined;
  const pixels = data.length / channels;
  const keys = new Uint32Array(pixels);
  const used = new Set<number>();
  for (let i = 0; i < pixels; i++) {
    const at = i * channels;
    if (channels === 4 && data[at + 3] !== 255) return undefined;
    keys[i] = (data[at] << 16) | (data[at + 1] << 8) | data[at + 2];
    used.add(keys[i]);
  }
  if ([...used].every((key) => isGrey([key >> 16, (key >> 8) & 255, key & 255]))) return undefined;
  for (const palette of palettes) {
    // Of two entries of one colour the lower counts: palettes are filled up at the end.
    const indexOf = new Map<number, number>();
    palette.forEach(([r, g, b], i) => {
      const key = (r << 16) | (g << 8) | b;
      if (!indexOf.has(key)) indexOf.set(key, i);
    });
    if ([...used].every((key) => indexOf.has(key)))
      return Uint8Array.from(keys, (key) => indexOf.get(key) ?? 0);
  }
  return undefined;
}

function tooDeep(where: string, got: string, remedy: string): UserError {
  return new UserError('MASK_DEPTH', 'The mask has more than 8 bits per pixel.', {
    where,
    expected: '8 bits: class indices from 0 to 255',
    got: `${got} (is it an instance or depth image?)`,
    remedy,
  });
}
