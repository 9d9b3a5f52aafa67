import { define, sameSize } from '../definition/definition.js';
import type { OptionReader } from '../definition/option-reader.js';
import { warpImage, warpMask, type Inverse } from './nearest-warp.js';
import { drawLevel, readLevel, type GivenLevel } from './level.js';

type Parameters = { pixels: number };
const units = ['side', 'pixels'] as const;
type Unit = (typeof units)[number];

/**
 * Shifts to the right (X) or down (Y) by whole pixels; black outside.
 *
 * Options: `magnitudes` (default [0, 150/331]) in `unit`: 'side' (a share of width or height, as
 * RandAugment in torchvision) or 'pixels' (as TrivialAugmentWide); `bins`, `bin`, `signed` (default true).
 */
function translate<const N extends 'TranslateX' | 'TranslateY'>(name: N) {
  const horizontal = name === 'TranslateX';
  const inverse = ({ pixels }: Parameters): Inverse =>
    horizontal ? [1, 0, -pixels, 0, 1, 0] : [1, 0, 0, 0, 1, -pixels];
  return define({
    name,
    versioned: false,
    options: (reader: OptionReader<GivenLevel & { unit?: Unit }>) => ({
      unit: reader.choice('unit', units, 'side'),
      ...readLevel(reader, [0, 150 / 331], true, { min: -16384, max: 16384 }),
    }),
    sample: (options, rng, size) => {
      const side = options.unit === 'pixels' ? 1 : horizontal ? size.width : size.height;
      const magnitudes: [number, number] = [
        options.magnitudes[0] * side,
        options.magnitudes[1] * side,
      ];
      // `+ 0` makes a whole zero of -0.
      return { pixels: Math.trunc(drawLevel({ ...options, magnitudes }, rng)) + 0 };
    },
    params: (reader) => ({
      pixels: reader.number('pixels', { min: -16384, max: 16384, integer: true }),
    }),
    outputSize: sameSize,
    isIdentity: ({ pixels }) => pixels === 0,
    cutsWindow: false,
    image: (image, params, dst) => warpImage(image, inverse(params), dst),
    mask: (mask, params, fill, dst) => warpMask(mask, inverse(params), fill, dst),
    lut: null,
    magnitudes: () => [],
    albumentations: null,
    torchvision: null,
  });
}

export const translateX = translate('TranslateX');
export const translateY = translate('TranslateY');
