import { TensorError } from '../error.js';
import { apply, fields, h, needRank, needShape, optional, pair } from '../op.js';
import { areNormsTogether, batchNormTogether } from '../processes.js';
import type { Tensor } from '../tensor.js';

type Pair = number | readonly [number, number];

/**
 * x W^T + b.
 *
 * @param x `[..,in]`
 * @param weight `[out,in]`
 * @param bias `[out]`
 */
export function linear(x: Tensor, weight: Tensor, bias?: Tensor): Tensor {
  needRank('linear', 'weight', weight, 2);
  const inputs = h('linear', x, 'input');
  const [out, inner] = weight.shape;
  if (x.shape.at(-1) !== inner)
    throw new TensorError('linear', `input of shape [..,${inner}]`, `[${x.shape.join(',')}]`);
  if (bias) needShape('linear', 'bias', bias, [out]);
  return apply('linear', inputs, h('linear', weight), optional('linear', bias, 'bias'));
}

/** Options of `conv2d`; one number stands for both directions. */
export interface ConvOptions {
  /** Default 1. */
  readonly stride?: Pair;
  /** Zeros around the image; default 0. */
  readonly padding?: Pair;
  /** Default 1. */
  readonly dilation?: Pair;
  /** Default 1. */
  readonly groups?: number;
}

/**
 * Two-dimensional convolution (cross-correlation, as everywhere in the field).
 *
 * With x in bfloat16 and float32 weights, products are of bfloat16 and sums of float32; so is the weights' gradient.
 *
 * @param x `[N,C,H,W]`
 * @param weight `[K,C/groups,h,w]`
 * @param bias `[K]`
 * @returns `[N,K,H',W']` of x's dtype, with H' = floor((H + 2 padding - dilation (h - 1) - 1) / stride) + 1
 */
export function conv2d(
  x: Tensor,
  weight: Tensor,
  bias?: Tensor,
  options: ConvOptions = {},
): Tensor {
  const { stride = 1, padding = 0, dilation = 1, groups = 1 } = fields('conv2d', options);
  needRank('conv2d', 'weight', weight, 4);
  needShape('conv2d', 'input', x, [undefined, weight.shape[1] * groups, undefined, undefined]);
  if (bias) needShape('conv2d', 'bias', bias, [weight.shape[0]]);
  return apply(
    'conv2d',
    h('conv2d', x),
    h('conv2d', weight),
    optional('conv2d', bias, 'bias'),
    pair('conv2d', stride),
    pair('conv2d', padding),
    pair('conv2d', dilation),
    groups,
  );
}

/** What batch normalisation works with; each `[C]`. */
export interface BatchNormState {
  readonly weight?: Tensor;
  readonly bias?: Tensor;
  readonly runningMean?: Tensor;
  readonly runningVar?: Tensor;
}

/**
 * Batch normalisation over all dimensions but the second (Ioffe and Szegedy, 2015).
 *
 * Training: the batch's statistics; the running ones move towards them by `momentum`, in place (the
 * variance unbiased). Otherwise: the running statistics.
 */
export function batchNorm(
  x: Tensor,
  state: BatchNormState,
  options: { training: boolean; momentum?: number; eps?: number },
): Tensor {
  const { training, momentum = 0.1, eps = 1e-5 } = fields('batchNorm', options);
  fields('batchNorm', state, 'state');
  needRank('batchNorm', 'input', x, 2, 3, 4);
  const channels = x.shape[1];
  for (const name of ['weight', 'bias', 'runningMean', 'runningVar'] as const) {
    const tensor = state[name];
    if (tensor) needShape('batchNorm', name, tensor, [channels]);
  }
  const { weight, bias, runningMean, runningVar } = state;
  if (training && areNormsTogether() && weight && bias && runningMean && runningVar)
    return batchNormTogether(x, { weight, bias, runningMean, runningVar }, { momentum, eps });
  return apply(
    'batchNorm',
    h('batchNorm', x),
    optional('batchNorm', state.weight, 'weight'),
    optional('batchNorm', state.bias, 'bias'),
    optional('batchNorm', state.runningMean, 'runningMean'),
    optional('batchNorm', state.runningVar, 'runningVar'),
    training,
    momentum,
    eps,
  );
}

/**
 * Normalisation of each image over groups of channels (Wu and He, 2018), then a factor and a shift a channel.
 *
 * @param x `[N,C,..]`, C a multiple of `groups`
 * @param weight `[C]`
 * @param bias `[C]`
 */
export function groupNorm(
  x: Tensor,
  groups: number,
  state: Pick<BatchNormState, 'weight' | 'bias'> = {},
  eps = 1e-5,
): Tensor {
  const { weight, bias } = fields('groupNorm', state, 'state');
  needRank('groupNorm', 'input', x, 2, 3, 4);
  const channels = x.shape[1];
  if (!(Number.isInteger(groups) && groups > 0 && channels % groups === 0))
    throw new TensorError(
      'groupNorm',
      `a number of groups that divides ${channels}`,
      String(groups),
    );
  if (weight) needShape('groupNorm', 'weight', weight, [channels]);
  if (bias) needShape('groupNorm', 'bias', bias, [channels]);
  const factors = [optional('groupNorm', weight, 'weight'), optional('groupNorm', bias, 'bias')];
  return apply('groupNorm', h('groupNorm', x), groups, ...factors, eps);
}

/** exp(x) divided by its sum along a dimension; the shape stays. */
export function softmax(x: Tensor, dim = -1): Tensor {
  return apply('softmax', h('softmax', x), dim);
}

/** The logarithm of `softmax`, computed without overflow. */
export function logSoftmax(x: Tensor, dim = -1): Tensor {
  return apply('logSoftmax', h('logSoftmax', x), dim);
}

/** Zeros with probability p, the rest scaled by 1/(1-p); x itself when not training. */
export function dropout(x: Tensor, p: number, training: boolean): Tensor {
  return apply('dropout', h('dropout', x), p, training);
}

/** Options of pooling; the stride's default is the kernel. */
export interface PoolOptions {
  readonly stride?: Pair;
  readonly padding?: Pair;
}

/** Largest value of each window, `[N,C,H,W]` to `[N,C,H',W']`, H' = floor((H + 2 padding - kernel) / stride) + 1. */
export function maxPool2d(x: Tensor, kernel: Pair, options: PoolOptions = {}): Tensor {
  const { stride = kernel, padding = 0 } = fields('maxPool2d', options);
  needRank('maxPool2d', 'input', x, 4);
  const [k, s, p] = [kernel, stride, padding].map((value) => pair('maxPool2d', value));
  return apply('maxPool2d', h('maxPool2d', x), k, s, p);
}

/** Mean of each window, zeros of the padding counted; sizes as `maxPool2d`. */
export function avgPool2d(x: Tensor, kernel: Pair, options: PoolOptions = {}): Tensor {
  const { stride = kernel, padding = 0 } = fields('avgPool2d', options);
  needRank('avgPool2d', 'input', x, 4);
  const [k, s, p] = [kernel, stride, padding].map((value) => pair('avgPool2d', value));
  return apply('avgPool2d', h('avgPool2d', x), k, s, p);
}

/** Mean of equal parts, `size` of them in each direction: `[N,C,H,W]` to `[N,C,size,size]`. */
export function adaptiveAvgPool2d(x: Tensor, size: Pair = 1): Tensor {
  needRank('adaptiveAvgPool2d', 'input', x, 4);
  return apply('adaptiveAvgPool2d', h('adaptiveAvgPool2d', x), pair('adaptiveAvgPool2d', size));
}

/** `[N,C,H,W]` to `[N,C,size]`, another height and width; bilinear without aligned corners, as PyTorch's default. */
export function interpolate(
  x: Tensor,
  size: Pair,
  mode: 'nearest' | 'bilinear' = 'bilinear',
): Tensor {
  needRank('interpolate', 'input', x, 4);
  const handle = h('interpolate', x);
  return mode === 'nearest'
    ? apply('upsampleNearest', handle, pair('interpolate', size))
    : apply('upsampleBilinear', handle, pair('interpolate', size), false);
}
