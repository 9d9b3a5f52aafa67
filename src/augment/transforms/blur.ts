import { define } from '../definition.js';
import { boxBlur } from '../fast/blur.js';
import type { Range } from '../reader.js';

/** Largest side of the window, in pixels. */
const LARGEST = 255;

/**
 * Mean over a square window of odd side, reflect-101 border.
 *
 * Option: `blurLimit` of the side in pixels, from which every second one is drawn (default [3, 7]: 3, 5
 * or 7; a number x stands for [3, x]). Source: Albumentations 1.3, `cv2.blur`.
 */
export const blur = define<{ blurLimit: Range }, { ksize: number }>({
  name: 'Blur',
  kind: 'photometric',
  options: (reader) => {
    const rules = { min: 3, max: LARGEST, integer: true };
    const blurLimit = reader.range('blurLimit', rules, [3, 7], () => 3);
    if (blurLimit[0] % 2 === 0) throw reader.bad('blurLimit', 'an odd lower limit', blurLimit);
    return { blurLimit };
  },
  sample: ({ blurLimit: [low, high] }, rng) => ({
    ksize: low + 2 * rng.int(0, Math.floor((high - low) / 2) + 1),
  }),
  params: (reader) => {
    const ksize = reader.number('ksize', { min: 1, max: LARGEST, integer: true });
    if (ksize % 2 === 0) throw reader.bad('ksize', 'an odd number', ksize);
    return { ksize };
  },
  isIdentity: ({ ksize }, { width, height }) => ksize === 1 || (width === 1 && height === 1),
  image: (image, { ksize }, dst) =>
    boxBlur(image.data, image.width, image.height, image.channels, ksize, dst),
});
