import type { Image } from '../../image/image.js';
import { define, sameSize } from '../definition/definition.js';
import { shrunk } from '../definition/shrunk.js';
import type { Limit, OptionReader } from '../definition/option-reader.js';
import { isOld, readSemantics, semanticsOf, type Versioned } from '../definition/semantics.js';
import { ends } from '../definition/torchvision-form.js';
import { sumOfLuma } from '../kernels/luma.js';
import { applyLut, isIdentityLut, scaleLut, scaleValues, truncateUint8 } from '../kernels/lut.js';
import { bothLimits, onlyLimit } from './shared/brightness-contrast.js';

export interface ContrastOptions extends Versioned {
  /** Around a factor of 1; default 0.2. */
  readonly limit?: Limit;
}

type Parameters = { alpha: number };

/**
 * Multiplies every value by `alpha`, drawn from 1 + `limit` (default [-0.2, 0.2]; a number x stands for
 * [-x, x]). Source: Albumentations 1.3, `brightness_contrast_adjust`.
 *
 * Albumentations 0.1.1 also adds 3 (1 - alpha) times the mean luma, which shifts the mean.
 */
export const randomContrast = define({
  name: 'RandomContrast',
  versioned: true,
  options: (reader: OptionReader<ContrastOptions>) => ({
    limit: reader.range('limit', { min: -1 }, [-0.2, 0.2], (x) => -x),
  }),
  sample: (options, rng): Parameters => ({
    alpha: 1 + rng.uniform(...options.limit),
    ...semanticsOf(options),
  }),
  params: (reader): Parameters => ({
    alpha: reader.number('alpha', { min: 0 }),
    ...readSemantics(reader),
  }),
  outputSize: sameSize,
  isIdentity: (params) =>
    params.alpha === 1 || (!isOld(params) && isIdentityLut(scaleLut(params.alpha))),
  cutsWindow: false,
  image: (image, params, dst) => {
    if (isOld(params)) applyLut(image.data, oldLut(image, params.alpha), dst);
    else scaleValues(image.data, params.alpha, dst);
  },
  mask: null,
  lut: {
    of: (params) => (isOld(params) ? undefined : scaleLut(params.alpha)),
    lookedUp: false,
  },
  magnitudes: (options) => [shrunk(options, 'limit', 'of the contrast')],
  albumentations: {
    write: (o, release) =>
      release === '1.3'
        ? { name: 'RandomContrast', args: { limit: o.limit } }
        : bothLimits([0, 0], o.limit),
    read: {
      RandomContrast: (args) => ({ limit: args.limit }),
      RandomBrightnessContrast: (args) => {
        const { of, limit } = onlyLimit(args);
        return of === 'contrast' ? { limit } : null;
      },
    },
  },
  torchvision: {
    write: (o) => ({ code: `Values(contrast, ${ends(o.limit)})` }),
    helpers: {},
  },
});

function oldLut(image: Image, alpha: number): Uint8Array {
  const pixels = image.width * image.height;
  const shift = ((3 * (1 - alpha)) / pixels) * sumOfLuma(image.data, image.channels);
  return Uint8Array.from({ length: 256 }, (_, i) => truncateUint8(alpha * i + shift));
}
