import { define, isOld } from '../definition.js';
import { scaleValues, shiftValues } from '../fast/lut.js';
import { isIdentityLut, scaleLut, shiftLut } from '../kernels/lut.js';

/** `beta`: shift as a fraction of 255. `alpha`: factor, of Albumentations 0.1.1. */
type Parameters = { beta: number } | { alpha: number };

/**
 * Adds `beta` x 255, `beta` drawn from `limit` (default [-0.2, 0.2]; a number x stands for [-x, x]).
 * Source: Albumentations 1.3, `brightness_contrast_adjust` with `brightness_by_max`.
 *
 * Albumentations 0.1.1 multiplies by 1 + a draw from `limit` instead.
 */
export const randomBrightness = define<{ limit: [number, number] }, Parameters>({
  name: 'RandomBrightness',
  kind: 'photometric',
  versioned: true,
  options: (reader) => ({
    limit: reader.range('limit', { min: -1, max: 1 }, [-0.2, 0.2], (x) => -x),
  }),
  sample: (options, rng) =>
    isOld(options)
      ? { alpha: 1 + rng.uniform(...options.limit) }
      : { beta: rng.uniform(...options.limit) },
  params: (reader) =>
    reader.has('alpha')
      ? { alpha: reader.number('alpha', { min: 0 }) }
      : { beta: reader.number('beta', { min: -1, max: 1 }) },
  isIdentity: (params) => isIdentityLut(lutOf(params)),
  lut: lutOf,
  image: (image, params, dst) => {
    if ('alpha' in params) scaleValues(image.data, params.alpha, dst);
    else shiftValues(image.data, params.beta, dst);
  },
});

function lutOf(params: Parameters): Uint8Array {
  return 'alpha' in params ? scaleLut(params.alpha) : shiftLut(params.beta);
}
