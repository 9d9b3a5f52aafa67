import { define, sameSize } from '../../definition/definition.js';
import type { Limit, OptionReader, Range } from '../../definition/option-reader.js';
import { shrunk } from '../../definition/shrunk.js';
import { tuple } from '../../definition/torchvision-form.js';
import { unsupported, type Arguments } from '../../definition/albumentations-form.js';
import { reflectTable } from '../../kernels/border.js';
import { saturateUint8 } from '../../kernels/round.js';

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

/** Kept between calls: rows that are summed up along their length, `[height * width * channels]`; one row with its border; sums. */
let rows = new Float32Array(0);
let padded = new Float32Array(0);
let sums = new Float64Array(0);

/**
 * Convolution with a symmetric kernel, along the rows and down the columns, rounded once at the end.
 *
 * @param half `[radius + 1]`, from the middle outwards
 */
function convolve(
  src: Uint8Array,
  width: number,
  height: number,
  channels: number,
  half: Float32Array,
  dst: Uint8Array,
): void {
  const radius = half.length - 1;
  const stride = width * channels;
  if (rows.length < stride * height) rows = new Float32Array(stride * height);
  const wide = (width + 2 * radius) * channels;
  if (padded.length < wide) padded = new Float32Array(wide);
  if (sums.length < stride) sums = new Float64Array(stride);
  const columns = reflectTable(-radius, width + 2 * radius, width);
  for (let y = 0; y < height; y++) {
    for (let x = 0, to = 0; x < columns.length; x++)
      for (let c = 0; c < channels; c++) padded[to++] = src[y * stride + columns[x] * channels + c];
    const centre = radius * channels;
    start(padded, centre, half[0], stride);
    for (let k = 1; k <= radius; k++)
      add(padded, centre - k * channels, centre + k * channels, half[k], stride);
    for (let i = 0, to = y * stride; i < stride; i++) rows[to++] = sums[i];
  }
  const lines = reflectTable(-radius, height + 2 * radius, height);
  for (let y = 0; y < height; y++) {
    start(rows, y * stride, half[0], stride);
    for (let k = 1; k <= radius; k++)
      add(rows, lines[y + radius - k] * stride, lines[y + radius + k] * stride, half[k], stride);
    for (let i = 0, to = y * stride; i < stride; i++) dst[to++] = saturateUint8(sums[i]);
  }
}

/** The first term of `count` sums. */
function start(from: Float32Array, at: number, weight: number, count: number): void {
  for (let i = 0; i < count; i++) sums[i] = weight * from[at + i];
}

/** Two more values that have the same weight. */
function add(from: Float32Array, a: number, b: number, weight: number, count: number): void {
  for (let i = 0; i < count; i++) sums[i] += weight * (from[a + i] + from[b + i]);
}
