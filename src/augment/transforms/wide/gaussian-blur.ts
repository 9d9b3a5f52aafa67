import { define, sameSize } from '../../definition/definition.js';
import type { Limit, OptionReader, Range } from '../../definition/option-reader.js';
import { shrunk } from '../../definition/shrunk.js';
import { tuple } from '../../definition/torchvision-form.js';
import { unsupported, type Arguments } from '../../definition/albumentations-form.js';
import { convolve } from '../../kernels/convolve.js';

export interface GaussianBlurOptions {
  /** Standard deviation in pixels; default [0.5, 3]; x stands for [0, x]. */
  readonly sigmaLimit?: Limit;
}

/** Standard deviation in pixels. */
type Parameters = { sigma: number };

/**
 * Weighted mean by a normal distribution, reflect-101 border.
 *
 * Option: `sigmaLimit`, the standard deviation in pixels (default [0.5, 3]; a number x stands for [0, x]); the window has
 * 2 floor(3.5 sigma) + 1 pixels a side. Source: Albumentations 2.0.8 with its defaults (`cv2.sepFilter2D`; OpenCV's
 * builds differ by up to one level). Release 1.3 draws the side of the window instead.
 */
export const gaussianBlur = define({
  name: 'GaussianBlur',
  versioned: false,
  options: (reader: OptionReader<GaussianBlurOptions>) => ({
    sigmaLimit: reader.range('sigmaLimit', { min: 0, max: 64 }, [0.5, 3], () => 0),
  }),
  sample: ({ sigmaLimit }, rng): Parameters => ({ sigma: rng.uniform(...sigmaLimit) }),
  params: (reader): Parameters => ({ sigma: reader.number('sigma', { min: 0, max: 64 }) }),
  outputSize: sameSize,
  isIdentity: ({ sigma }, { width, height }) =>
    radiusOf(sigma) === 0 || (width === 1 && height === 1),
  cutsWindow: false,
  image: ({ data, width, height, channels }, { sigma }, dst) => {
    if (radiusOf(sigma) === 0) dst.set(data);
    else convolve(data, width, height, channels, halfKernel(sigma), dst);
  },
  mask: null,
  lut: null,
  magnitudes: (options) => [shrunk(options, 'sigmaLimit', 'pixels')],
  albumentations: {
    // With a side of 0, 2.0 takes it from sigma; 1.3 has OpenCV do so, with 6 sigma + 1.
    write: (o) => ({
      name: 'GaussianBlur',
      args: { blur_limit: [0, 0], sigma_limit: o.sigmaLimit },
    }),
    read: { GaussianBlur: sigmasOf },
  },
  torchvision: {
    write: (o) => ({
      code: `v2.GaussianBlur(kernel_size=${2 * Math.max(1, radiusOf(o.sigmaLimit[1])) + 1}, sigma=${tuple(positive(o.sigmaLimit))})`,
    }),
    helpers: {},
  },
});

/** torchvision wants deviations above 0. */
function positive([low, high]: Range): Range {
  return [Math.max(0.01, low), Math.max(0.01, high)];
}

/** @throws UserError `POLICY` where the side of the window is set: here it follows from sigma. */
function sigmasOf(args: Arguments): { sigmaLimit: Arguments[string] | undefined } {
  const { blur_limit: sides = 0 } = args;
  const none = Array.isArray(sides) ? sides.every((side) => side === 0) : sides === 0;
  if (!none)
    throw unsupported('GaussianBlur', 'blur_limit', '0, a side that follows from sigma', sides);
  return { sigmaLimit: args.sigma_limit };
}

/** Pixels on either side of the middle. */
function radiusOf(sigma: number): number {
  return Math.floor(sigma * 3.5);
}

/** Weights of the middle and of what lies 1, 2, ... pixels beside it, `[radius + 1]`; their sum, both sides counted, is 1. */
function halfKernel(sigma: number): Float32Array {
  const weights = Float64Array.from({ length: radiusOf(sigma) + 1 }, (_, x) =>
    Math.exp(-0.5 * (x / sigma) ** 2),
  );
  const sum = weights.reduce((total, w, x) => total + (x === 0 ? w : 2 * w), 0);
  return Float32Array.from(weights, (w) => w / sum);
}
