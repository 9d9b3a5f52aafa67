import type { Image } from '../image.js';
import { decodeBmp } from './bmp.js';
import { decodePnm } from './netpbm.js';
import { toEightBits } from './to-eight-bits.js';

/** 8-bit RGB, `[height, width, 3]`, of a BMP. @throws Error that says what is wrong with it */
export function bmpImage(file: Buffer): Image {
  const { width, height, data, channels, palette = [] } = decodeBmp(file);
  if (channels === 3) return { width, height, channels, data };
  const rgb = new Uint8Array(3 * data.length);
  for (let i = 0; i < data.length; i++) rgb.set(palette[data[i]], 3 * i);
  return { width, height, channels: 3, data: rgb };
}

/**
 * 8-bit RGB, `[height, width, 3]`, of a PPM or PGM; `deep` where it had more bits, and was scaled by its own range.
 *
 * @throws Error that says what is wrong with it
 */
export function pnmImage(file: Buffer): { image: Image; deep: boolean } {
  const { width, height, data, channels, highest } = decodePnm(file);
  const image = (rgb: Uint8Array): Image => ({ width, height, channels: 3, data: rgb });
  if (data instanceof Uint16Array) return { image: image(toEightBits(data, channels)), deep: true };
  const rgb = new Uint8Array(3 * width * height);
  for (let i = 0; i < rgb.length; i++)
    rgb[i] = Math.round((255 * data[channels === 3 ? i : Math.floor(i / 3)]) / highest);
  return { image: image(rgb), deep: false };
}
