import type { Image } from '../../image/image.js';
import { define, sameSize, type Definition } from '../definition/definition.js';
import type { OptionReader } from '../definition/option-reader.js';
import { applyLut } from '../kernels/lut.js';
import { blendTable, blendValue, luma } from './blend.js';
import { sharpen } from './sharpen.js';
import type { TorchvisionForm } from '../definition/torchvision-form.js';
import {
  drawLevel,
  levelArguments,
  levelMagnitude,
  readLevel,
  type GivenLevel,
  type LevelOptions,
} from './level.js';

/**
 * One of Pillow's `ImageEnhance` operations: the image blended with a weakened version of itself, or
 * moved away from it by factors above 1.
 *
 * Options: `magnitudes` (factor minus 1, default [0, 0.9]), `bins`, `bin`, `signed` (default true).
 */
function enhance<const N extends string>(
  name: N,
  apply: (image: Image, factor: number, dst: Uint8Array) => void,
  torchvision: TorchvisionForm<LevelOptions> | null = null,
): Definition<N, GivenLevel, LevelOptions, { factor: number }> {
  return define({
    name,
    versioned: false,
    options: (reader: OptionReader<GivenLevel>) =>
      readLevel(reader, [0, 0.9], true, { min: -1, max: 100 }),
    sample: (options, rng) => ({ factor: 1 + drawLevel(options, rng) }),
    params: (reader) => ({ factor: reader.number('factor', { min: 0, max: 101 }) }),
    outputSize: sameSize,
    isIdentity: ({ factor }) => factor === 1,
    cutsWindow: false,
    image: (image, { factor }, dst) => apply(image, factor, dst),
    mask: null,
    lut: null,
    magnitudes: (options) => levelMagnitude(options, 'of the factor'),
    albumentations: null,
    torchvision,
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

/**
 * Against the smoothed image: factors below 1 blur it. Albumentations' `Sharpen` has another kernel, so none is written
 * for it.
 */
export const sharpness = enhance('Sharpness', sharpen, {
  write: (o) => ({
    code: `Levels(v2.functional.adjust_sharpness, 1, ${levelArguments(o)})`,
  }),
  helpers: {},
});

function meanLuma({ data, channels }: Image): number {
  let sum = 0;
  for (let i = 0; i < data.length; i += channels)
    sum += channels === 1 ? data[i] : luma(data[i], data[i + 1], data[i + 2]);
  return sum / (data.length / channels);
}
