import { requireArgument, unsupported, type Arguments } from '../definition/albumentations-form.js';
import { define, sameSize } from '../definition/definition.js';
import { shrunk } from '../definition/shrunk.js';
import type { Limit, OptionReader, Range } from '../definition/option-reader.js';
import { isOld, readSemantics, semanticsOf, type Versioned } from '../definition/semantics.js';
import { ends } from '../definition/torchvision-form.js';
import { addNormalNoise, addRaisedNormalNoise } from '../kernels/noise.js';

export interface NoiseOptions extends Versioned {
  /** Variance in squared grey levels; default [10, 50]; x stands for [0, x]. */
  readonly varLimit?: Limit;
  /** Instead of varLimit: standard deviation as a fraction of 255. */
  readonly stdRange?: Limit;
  /** Grey levels; default 0. */
  readonly mean?: number;
  /** A draw of its own for each channel; default true. */
  readonly perChannel?: boolean;
}

type Strength = { varLimit: Range } | { stdRange: Range };
type Options = Strength & { mean: number; perChannel: boolean };
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
export const gaussNoise = define({
  name: 'GaussNoise',
  versioned: true,
  options: (reader: OptionReader<NoiseOptions>): Options => ({
    ...readStrength(reader),
    mean: reader.number('mean', { min: -255, max: 255 }, 0),
    perChannel: reader.boolean('perChannel', true),
  }),
  sample: (options, rng): Parameters => ({
    variance:
      'stdRange' in options
        ? (255 * rng.uniform(...options.stdRange)) ** 2
        : rng.uniform(...options.varLimit),
    mean: options.mean,
    perChannel: options.perChannel,
    seed: rng.uint32(),
    ...semanticsOf(options),
  }),
  params: (reader): Parameters => ({
    variance: reader.number('variance', { min: 0 }),
    mean: reader.number('mean', { min: -255, max: 255 }, 0),
    perChannel: reader.boolean('perChannel', true),
    seed: reader.number('seed', { min: 0, max: 2 ** 32 - 1, integer: true }),
    ...readSemantics(reader),
  }),
  outputSize: sameSize,
  isIdentity: ({ variance, mean, ...rest }) =>
    variance === 0 && (isOld(rest) || (mean >= 0 && mean < 1)),
  cutsWindow: false,
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
  mask: null,
  // Every value has a draw of its own.
  lut: null,
  // A strength in standard deviations is what 2.0 writes; only variances are searched.
  magnitudes: (options) =>
    'varLimit' in options ? [shrunk(options, 'varLimit', 'variance in grey levels')] : [],
  albumentations: {
    // 1.3 draws the variance in squared grey levels, 2.0 the standard deviation as a fraction of 255.
    write: (o, release) => ({
      name: 'GaussNoise',
      args: {
        ...(release === '2.0'
          ? { std_range: deviationsOf(o), mean_range: [o.mean / 255, o.mean / 255] }
          : { var_limit: variancesOf(o), mean: o.mean }),
        per_channel: o.perChannel,
      },
    }),
    read: {
      GaussNoise: (args) => {
        requireArgument('GaussNoise', args, 'noise_scale_factor', 1);
        const mean = meanOf(args);
        return {
          varLimit: args.var_limit,
          stdRange: args.std_range,
          mean: args.mean ?? mean * 255,
          perChannel: args.per_channel,
        };
      },
    },
  },
  torchvision: {
    write: (o) => {
      const exact = o.mean === 0 && o.perChannel;
      return {
        code: `Values(noise, ${ends(variancesOf(o))})`,
        ...(!exact && { difference: 'noise has mean 0 and is drawn separately for each channel' }),
      };
    },
    helpers: {},
  },
});

/** Squared grey levels. */
function variancesOf(o: Strength): Range {
  if ('varLimit' in o) return o.varLimit;
  const [low, high] = o.stdRange;
  return [(low * 255) ** 2, (high * 255) ** 2];
}

/** Fractions of 255. */
function deviationsOf(o: Strength): Range {
  if ('stdRange' in o) return o.stdRange;
  const [low, high] = o.varLimit;
  return [Math.min(1, Math.sqrt(low) / 255), Math.min(1, Math.sqrt(high) / 255)];
}

/** The mean of 2.0, as a fraction of 255, which it draws from an interval. */
function meanOf(args: Arguments): number {
  const { mean_range: range = [0, 0] } = args;
  const [low, high] = Array.isArray(range) ? range : [];
  if (low !== high || typeof low !== 'number')
    throw unsupported('GaussNoise', 'mean_range', 'low and high equal', range);
  return low;
}

function readStrength(reader: OptionReader<NoiseOptions>): Strength {
  const byVariance = reader.has('varLimit');
  if (!reader.has('stdRange'))
    return { varLimit: reader.range('varLimit', { min: 0 }, [10, 50], () => 0) };
  if (byVariance) throw reader.bad('stdRange', 'either stdRange or varLimit', 'both');
  return { stdRange: reader.range('stdRange', { min: 0, max: 1 }, [0, 0], () => 0) };
}
