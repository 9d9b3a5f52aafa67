import { define, isOld } from '../definition.js';
import { addNormalNoise, addRaisedNormalNoise } from '../fast/noise.js';
import type { Range, Reader } from '../reader.js';
import { readSemantics } from '../semantics.js';

type Options = ({ varLimit: Range } | { stdRange: Range }) & { mean: number; perChannel: boolean };
/** Variance and mean in grey levels; the seed of the noise, an unsigned 32-bit integer. */
type Parameters = { variance: number; mean: number; perChannel: boolean; seed: number };

/**
 * Adds normally distributed noise and cuts off to uint8.
 *
 * Options: `varLimit`, variance in squared grey levels (default [10, 50]; a number x stands for [0, x]),
 * or `stdRange`, standard deviation as a fraction of 255; `mean` in grey levels (0), `perChannel` (true:
 * every channel has its own). Source: Albumentations 1.3 (`var_limit`) and 2.0 (`std_range`, whose
 * default is [0.2, 0.44]: ten times as strong).
 *
 * Albumentations 0.1.1 subtracts the smallest draw of the image, so that noise only brightens.
 */
export const gaussNoise = define<Options, Parameters>({
  name: 'GaussNoise',
  kind: 'photometric',
  versioned: true,
  options: (reader) => ({
    ...readStrength(reader),
    mean: reader.number('mean', { min: -255, max: 255 }, 0),
    perChannel: reader.boolean('perChannel', true),
  }),
  sample: (options, rng) => ({
    variance:
      'stdRange' in options
        ? (255 * rng.uniform(...options.stdRange)) ** 2
        : rng.uniform(...options.varLimit),
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

function readStrength(reader: Reader): { varLimit: Range } | { stdRange: Range } {
  const byVariance = reader.has('varLimit');
  if (!reader.has('stdRange'))
    return { varLimit: reader.range('varLimit', { min: 0 }, [10, 50], () => 0) };
  if (byVariance) throw reader.bad('stdRange', 'either stdRange or varLimit', 'both');
  return { stdRange: reader.range('stdRange', { min: 0, max: 1 }, [0, 0], () => 0) };
}
