import { define, sameSize } from '../definition/definition.js';
import { shrunk } from '../definition/shrunk.js';
import type { Limit, OptionReader } from '../definition/option-reader.js';
import { isOld, type Versioned } from '../definition/semantics.js';
import { ends } from '../definition/torchvision-form.js';
import { isIdentityLut, scaleLut, scaleValues, shiftLut, shiftValues } from '../kernels/lut.js';
import { bothLimits, onlyLimit } from './shared/brightness-contrast.js';

export interface BrightnessOptions extends Versioned {
  /** Fraction of 255 that is added; default 0.2. */
  readonly limit?: Limit;
}

/** `beta`: shift as a fraction of 255. `alpha`: factor, of Albumentations 0.1.1. */
type Parameters = { beta: number } | { alpha: number };

/**
 * Adds `beta` x 255, `beta` drawn from `limit` (default [-0.2, 0.2]; a number x stands for [-x, x]).
 * Source: Albumentations 1.3, `brightness_contrast_adjust` with `brightness_by_max`.
 *
 * Albumentations 0.1.1 multiplies by 1 + a draw from `limit` instead.
 */
export const randomBrightness = define({
  name: 'RandomBrightness',
  versioned: true,
  options: (reader: OptionReader<BrightnessOptions>) => ({
    limit: reader.range('limit', { min: -1, max: 1 }, [-0.2, 0.2], (x) => -x),
  }),
  sample: (options, rng): Parameters =>
    isOld(options)
      ? { alpha: 1 + rng.uniform(...options.limit) }
      : { beta: rng.uniform(...options.limit) },
  params: (reader): Parameters =>
    reader.has('alpha')
      ? { alpha: reader.number('alpha', { min: 0 }) }
      : { beta: reader.number('beta', { min: -1, max: 1 }) },
  outputSize: sameSize,
  isIdentity: (params) => isIdentityLut(lutOf(params)),
  cutsWindow: false,
  image: (image, params, dst) => {
    if ('alpha' in params) scaleValues(image.data, params.alpha, dst);
    else shiftValues(image.data, params.beta, dst);
  },
  mask: null,
  lut: { of: lutOf, lookedUp: false },
  magnitudes: (options) => [shrunk(options, 'limit', 'of the grey scale')],
  albumentations: {
    write: (o, release) =>
      release === '1.3'
        ? { name: 'RandomBrightness', args: { limit: o.limit } }
        : bothLimits(o.limit, [0, 0]),
    read: {
      RandomBrightness: (args) => ({ limit: args.limit }),
      RandomBrightnessContrast: (args) => {
        const { of, limit } = onlyLimit(args);
        return of === 'brightness' ? { limit } : null;
      },
    },
  },
  torchvision: {
    write: (o) => ({ code: `Values(brightness, ${ends(o.limit)})` }),
    helpers: {},
  },
});

function lutOf(params: Parameters): Uint8Array {
  return 'alpha' in params ? scaleLut(params.alpha) : shiftLut(params.beta);
}
