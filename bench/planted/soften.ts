import { boxBlur } from '../../src/augment/transforms/blur.js';
import type { Rng } from '../../src/core/index.js';

/**
 * Box blurs of 3, 5 or 7 pixels, drawn one after another until their variances add up to `variance`.
 *
 * @param values `[side, side, channels]`, interleaved; left as they are
 * @param variance in square pixels; a box of k pixels has (k² - 1) / 12
 */
export function softened(
  values: Uint8Array,
  side: number,
  channels: 1 | 3,
  variance: number,
  rng: Rng,
): Uint8Array {
  for (let left = variance; left > 0.5;) {
    const fitting = [3, 5, 7].filter((k) => (k * k - 1) / 12 <= left + 0.4);
    const k = fitting.length === 0 ? 3 : fitting[rng.int(0, fitting.length)];
    const out = new Uint8Array(values.length);
    boxBlur(values, side, side, channels, k, out);
    values = out;
    left -= (k * k - 1) / 12;
  }
  return values;
}
