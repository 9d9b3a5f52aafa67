import type { Image } from '../../image/types.js';
import { define, isOld } from '../definition.js';
import { sumOfGray } from '../kernels/gray.js';
import { applyLut, scaleValues } from '../fast/lut.js';
import { isIdentityLut, scaleLut, truncateUint8 } from '../kernels/lut.js';
import { readSemantics } from '../semantics.js';

type Parameters = { alpha: number };

/**
 * Multiplies every value by `alpha`, drawn from 1 + `limit` (default [-0.2, 0.2]; a number x stands for
 * [-x, x]). Source: Albumentations 1.3, `brightness_contrast_adjust`.
 *
 * Albumentations 0.1.1 also adds 3 (1 - alpha) times the mean luma, which shifts the mean.
 */
export const randomContrast = define({
  name: 'RandomContrast',
  kind: 'photometric',
  versioned: true,
  options: (reader) => ({
    limit: reader.range('limit', { min: -1 }, [-0.2, 0.2], (x) => -x),
  }),
  sample: (options, rng): Parameters => ({
    alpha: 1 + rng.uniform(...options.limit),
    ...(isOld(options) ? { semantics: 'albumentations-0.1.1' } : {}),
  }),
  params: (reader): Parameters => ({
    alpha: reader.number('alpha', { min: 0 }),
    ...readSemantics(reader),
  }),
  isIdentity: (params) =>
    params.alpha === 1 || (!isOld(params) && isIdentityLut(scaleLut(params.alpha))),
  lut: (params) => (isOld(params) ? undefined : scaleLut(params.alpha)),
  image: (image, params, dst) => {
    if (isOld(params)) applyLut(image.data, oldLut(image, params.alpha), dst);
    else scaleValues(image.data, params.alpha, dst);
  },
});

function oldLut(image: Image, alpha: number): Uint8Array {
  const pixels = image.width * image.height;
  const shift = ((3 * (1 - alpha)) / pixels) * sumOfGray(image.data, image.channels);
  return Uint8Array.from({ length: 256 }, (_, i) => truncateUint8(alpha * i + shift));
}
