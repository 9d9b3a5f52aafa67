import {
  baselineTransformNames,
  controlNames,
  transformNames,
} from '../../../src/augment/index.js';
import { Rng } from '../../../src/core/index.js';
import type { Image, Mask } from '../../../src/image/image.js';

/** Everything that has a name: transforms, the baselines' operations, controls. */
export const everyName: readonly string[] = [
  // Some operations are transforms of the wide set too.
  ...new Set<string>([
    ...transformNames,
    ...baselineTransformNames,
    ...Object.values(controlNames).flat(),
  ]),
];

/** A picture with smooth areas, edges and noise, the same for the same arguments. */
export function picture(width: number, height: number, channels: 1 | 3, seed = 1): Image {
  const rng = new Rng(seed, 'picture', width, height, channels);
  const data = new Uint8Array(width * height * channels);
  for (let y = 0, i = 0; y < height; y++)
    for (let x = 0; x < width; x++)
      for (let c = 0; c < channels; c++, i++) {
        const wave = 110 + 60 * Math.sin(x / 5 + c) + 50 * Math.cos(y / 7 - c);
        const edge = x > width / 3 && y > height / 2 ? 40 : 0;
        data[i] = Math.min(255, Math.max(0, wave + edge + rng.int(-12, 13)));
      }
  return { width, height, channels, data };
}

/** A mask of blocks with labels out of `labels`. */
export function blocks(width: number, height: number, labels: readonly number[]): Mask {
  const data = new Uint8Array(width * height);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++)
      data[y * width + x] = labels[((x >> 2) + 3 * (y >> 2)) % labels.length];
  return { width, height, data };
}

/** The sizes that every transform is tried on: square, odd, wide, one pixel, a strip, larger. */
export const sizes: readonly (readonly [number, number])[] = [
  [32, 32],
  [25, 25],
  [64, 48],
  [1, 1],
  [300, 3],
  [257, 129],
];
