import type { Image } from '../../image/types.js';
import { define } from '../definition.js';
import type { Definition } from '../definition.js';
import { applyLut } from '../fast/lut.js';
import { blendTable, blendValue, luma } from './blend.js';
import { drawLevel, readLevel, type LevelOptions } from './level.js';
import { smooth } from './smooth.js';

/** `factor` 1 leaves the image as it is. */
type Parameters = { factor: number };

/**
 * One of Pillow's `ImageEnhance` operations: the image blended with a weakened version of itself, or
 * moved away from it by factors above 1.
 *
 * Options: `magnitudes` (factor minus 1, default [0, 0.9]), `bins`, `bin`, `signed` (default true).
 */
function enhance(
  name: string,
  apply: (image: Image, factor: number, dst: Uint8Array) => void,
): Definition {
  return define<LevelOptions, Parameters>({
    name,
    kind: 'photometric',
    options: (reader) => readLevel(reader, [0, 0.9], true, { min: -1, max: 100 }),
    sample: (options, rng) => ({ factor: 1 + drawLevel(options, rng) }),
    params: (reader) => ({ factor: reader.number('factor', { min: 0, max: 101 }) }),
    isIdentity: ({ factor }) => factor === 1,
    image: (image, { factor }, dst) => apply(image, factor, dst),
  });
}

/** Against black. */
export const brightness = enhance('Brightness', (image, factor, dst) =>
  applyLut(image.data, blendTable(0, factor), dst),
);

/** Against the mean luma of the image. */
export const contrast = enhance('Contrast', (image, factor, dst) =>
  applyLut(image.data, blendTable(Math.trunc(meanLuma(image) + 0.5), factor), dst),
);

/** Against each pixel's luma; grey images have no colour to change. */
export const color = enhance('Color', ({ data, channels }, factor, dst) => {
  if (channels === 1) {
    dst.set(data);
    return;
  }
  for (let i = 0; i < data.length; i += 3) {
    const grey = luma(data[i], data[i + 1], data[i + 2]);
    for (let c = i; c < i + 3; c++) dst[c] = blendValue(grey, data[c], factor);
  }
});

/** Against the smoothed image. */
export const sharpness = enhance('Sharpness', (image, factor, dst) => {
  smooth(image, dst);
  const { data } = image;
  for (let i = 0; i < data.length; i++) dst[i] = blendValue(dst[i], data[i], factor);
});

function meanLuma({ data, channels }: Image): number {
  let sum = 0;
  for (let i = 0; i < data.length; i += channels)
    sum += channels === 1 ? data[i] : luma(data[i], data[i + 1], data[i + 2]);
  return sum / (data.length / channels);
}
