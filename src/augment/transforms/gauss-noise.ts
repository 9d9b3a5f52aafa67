import { define, isOld } from '../definition.js';
import { addNormalNoise, addRaisedNormalNoise } from '../kernels/noise.js';
import type { Range } from '../reader.js';
import { readSemantics } from '../semantics.js';

type Options = { varLimit: Range; mean: number; perChannel: boolean };
/** Variance and mean in grey levels; the seed of the noise, an unsigned 32-bit integer. */
type Parameters = { variance: number; mean: number; perChannel: boolean; seed: number };

/**
 * Adds normally distributed noise and cuts off to uint8.
 *
 * Options: `varLimit`, variance in squared grey levels (default [10, 50]; a number x stands for [0, x]),
 * `mean` (0), `perChannel` (true: every channel has its own). Source: Albumentations 1.3. Its 2.0 draws
 * the standard deviation as a fraction of 255 instead: `std_range` = sqrt(`varLimit`) / 255.
 *
 * Albumentations 0.1.1 subtracts the smallest draw of the image, so that noise only brightens.
 */
export const gaussNoise = define<Options, Parameters>({
  name: 'GaussNoise',
  kind: 'photometric',
  versioned: true,
  options: (reader) => ({
    varLimit: reader.range('varLimit', { min: 0 }, [10, 50], () => 0),
    mean: reader.number('mean', { min: -255, max: 255 }, 0),
    perChannel: reader.boolean('perChannel', true),
  }),
  sample: (options, rng) => ({
    variance: rng.uniform(...options.varLimit),
    mean: options.mean,
    perChannel: options.perChannel,
    seed: rng.uint32(),
    ...(isOld(options) ? { semantics: 'albumentations-0.1.1' } : {}),
  }),
  params: (reader) => ({
    variance: reader.number('variance', { min: 0 }),
    mean: reader.number('mean', { min: -255, max: 255 }, 0),
    perChannel: reader.boolean('perChannel', true),
    seed: reader.number('seed', { min: 0, max: 2 ** 32 - 1, integer: true }),
    ...readSemantics(reader),
  }),
  isIdentity: ({ variance, mean, ...rest }) =>
    variance === 0 && (isOld(rest) || (mean >= 0 && mean < 1)),
  image: (image, params, dst) => {
    const deviation = Math.sqrt(params.variance);
    if (isOld(params)) addRaisedNormalNoise(image.data, params.seed, deviation, dst);
    else
      addNormalNoise(
        image.data,
        image.channels,
        params.seed,
        params.mean,
        deviation,
        !params.perChannel,
        dst,
      );
  },
});
