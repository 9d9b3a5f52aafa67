import sharp from 'sharp';
import { UserError } from '../../core/index.js';
import { orBroken } from '../decode.js';
import type { ImageFormat } from '../format.js';
import { decodeBmp } from './bmp.js';
import { decodePnm } from './netpbm.js';
import type { Mask, Size } from '../image.js';

/** What the colours of a mask file mean. */
export interface MaskColours {
  /** `0xrrggbb` each; a mask that is read by them holds their indices. At most 256. */
  readonly list: readonly number[];
  /** The same for messages. */
  readonly expected: string;
}

/** The colour of every pixel. */
export interface ColouredPixels extends Size {
  /** `[height, width]`, `0xrrggbb` */
  readonly keys: Uint32Array;
}

/**
 * The colours of a mask as they are displayed: of a palette the colours, not the indices; grey as three equal channels.
 *
 * @param remedy for what cannot be read
 * @throws UserError `IMAGE_BROKEN`; `MASK_DEPTH` for more than 8 bits; `MASK_ALPHA` for transparent pixels
 */
export async function coloursOf(
  file: Buffer,
  format: ImageFormat,
  path: string,
  remedy: string,
): Promise<ColouredPixels> {
  const samples = await orBroken(file, format, path, () => samplesOf(file, format, path, remedy));
  const { width, height, data, channels } = samples;
  const step = channels < 3 ? 0 : 1;
  const opaque = channels % 2 === 1;
  const keys = new Uint32Array(width * height);
  for (let i = 0; i < keys.length; i++) {
    const at = i * channels;
    if (!opaque && data[at + channels - 1] !== 255)
      throw new UserError('MASK_ALPHA', 'The mask has transparent pixels.', {
        where: path,
        expected: 'opaque pixels in the colours of the classes',
        got: `alpha ${data[at + channels - 1]} at ${placeOf(i, width)}`,
        remedy: 'save it without an alpha channel',
      });
    keys[i] = (data[at] << 16) | (data[at + step] << 8) | data[at + 2 * step];
  }
  return { width, height, keys };
}

interface Samples extends Size {
  readonly data: Uint8Array;
  readonly channels: number;
}

async function samplesOf(
  file: Buffer,
  format: ImageFormat,
  path: string,
  remedy: string,
): Promise<Samples> {
  if (format === 'BMP') {
    const { width, height, data, channels, palette = [] } = decodeBmp(file);
    if (channels === 3) return { width, height, data, channels };
    const rgb = new Uint8Array(3 * data.length);
    data.forEach((index, i) => rgb.set(palette[index], 3 * i));
    return { width, height, data: rgb, channels: 3 };
  }
  if (format === 'PNM') {
    const { width, height, data, channels } = decodePnm(file);
    if (data instanceof Uint16Array) throw tooDeep(path, '16 bits', remedy);
    return { width, height, data, channels };
  }
  const { depth } = await sharp(file).metadata();
  if (depth !== 'uchar') throw tooDeep(path, `values of the type ${depth}`, remedy);
  const { data, info } = await sharp(file, { failOn: 'error', ignoreIcc: true })
    .autoOrient()
    .raw({ depth: 'uchar' })
    .toBuffer({ resolveWithObject: true });
  return { width: info.width, height: info.height, data, channels: info.channels };
}

/** The indices of the colours in a list. @throws UserError `MASK_LABEL` names file, colour and place of one that is not in it */
export function indexedBy(
  { width, height, keys }: ColouredPixels,
  { list, expected }: MaskColours,
  where: string,
): Mask {
  const indexOf = new Map(list.map((colour, i) => [colour, i]));
  const data = new Uint8Array(keys.length);
  let last = -1;
  let index: number | undefined;
  for (let i = 0; i < keys.length; i++) {
    // Neighbours are mostly alike.
    if (keys[i] !== last) index = indexOf.get((last = keys[i]));
    if (index === undefined)
      throw new UserError('MASK_LABEL', 'The mask contains a colour that is not a class.', {
        where,
        expected,
        got: `${hexOf(last)} at ${placeOf(i, width)}`,
        remedy:
          'add the colour; in classes.txt a line such as `border #e0e0c0 ignored` leaves its pixels out',
      });
    data[i] = index;
  }
  return { width, height, data };
}

/** `#rrggbb` of `0xrrggbb`. */
export const hexOf = (colour: number): string => `#${colour.toString(16).padStart(6, '0')}`;

const placeOf = (i: number, width: number): string => `x ${i % width}, y ${Math.floor(i / width)}`;

function tooDeep(where: string, got: string, remedy: string): UserError {
  return new UserError('MASK_DEPTH', 'The mask has more than 8 bits per channel.', {
    where,
    expected: '8 bits: the colours of the classes',
    got,
    remedy,
  });
}
