import { truncateUint8 } from './lut.js';

/** Value i as a fraction, as `numpy.arange(0, 256 / 255, 1 / 255)` has it. */
export function fractionOf(i: number): number {
  return i * (1 / 255);
}

/** 255 (i / 255) ^ exponent, cut off to uint8. Source: Albumentations 1.3, `gamma_transform`. */
export function gammaLut(exponent: number, table: Uint8Array): void {
  for (let i = 0; i < 256; i++) table[i] = truncateUint8(Math.pow(fractionOf(i), exponent) * 255);
}
