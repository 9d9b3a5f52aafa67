import { call, type Handle } from '../native.js';
import { all, apply, fields, h, isRecorded, needRank, needShape, optional } from '../op.js';
import { areNormsTogether } from '../processes.js';
import { track, type Tensor } from '../tensor.js';
import type { BatchNormState } from './neural.js';

let enabled = true;

/** Whether layers may compute steps together (the default) or one by one, for comparison. */
export function setFusion(on: boolean): void {
  enabled = on;
}

/** @internal True where the fused functions apply: float32 or bfloat16 on the CPU. */
export function canFuse(x: Tensor): boolean {
  return enabled && call<number>('fusable', h('canFuse', x)) > 0;
}

/** @internal The same for those that measure the batch's statistics, which know those of this process alone. */
export function canFuseNorms(x: Tensor): boolean {
  h('canFuseNorms', x);
  return !areNormsTogether() && canFuse(x);
}

/**
 * @internal True where those for judging apply: float32 or bfloat16 on the CPU, outside of a graph. What is recorded stays
 * operator by operator.
 */
export function canFuseJudging(x: Tensor): boolean {
  h('canFuseJudging', x);
  return !isRecorded() && canFuse(x) && !call<boolean>('isGradEnabled');
}

/**
 * @internal True where `normRelu6`, `normAdd` and `depthwiseNorms` apply: float32 or bfloat16 on the CPU; with the
 * batch's statistics only where they are those of this process alone. What is recorded stays operator by operator.
 */
export function canFuseAfter(x: Tensor, training: boolean): boolean {
  h('canFuseAfter', x);
  return !isRecorded() && (training ? canFuseNorms(x) : canFuse(x));
}

/**
 * relu(batchNorm(x) + residual) with the batch's statistics, in one pass each way; running statistics
 * move as in `batchNorm`. Float32 or bfloat16 `[N,C,H,W]` on the CPU; the residual like x, all else float32.
 */
export function normRelu(
  x: Tensor,
  state: Required<BatchNormState>,
  residual: Tensor | undefined,
  options: { momentum: number; eps: number },
): Tensor {
  const { momentum, eps } = fields('normRelu', options);
  fields('normRelu', state, 'state');
  needRank('normRelu', 'input', x, 4);
  if (residual) needShape('normRelu', 'residual', residual, x.shape);
  return apply(
    'normRelu',
    h('normRelu', x),
    h('normRelu', state.weight, 'weight'),
    h('normRelu', state.bias, 'bias'),
    h('normRelu', state.runningMean, 'runningMean'),
    h('normRelu', state.runningVar, 'runningVar'),
    optional('normRelu', residual, 'residual'),
    momentum,
    eps,
  );
}

/** The same with the running statistics, which stay; outside of the graph. */
export function normReluJudging(
  x: Tensor,
  state: Required<BatchNormState>,
  residual: Tensor | undefined,
  eps: number,
): Tensor {
  needRank('normReluJudging', 'input', x, 4);
  if (residual) needShape('normReluJudging', 'residual', residual, x.shape);
  return apply(
    'normReluJudging',
    h('normReluJudging', x),
    h('normReluJudging', state.weight, 'weight'),
    h('normReluJudging', state.bias, 'bias'),
    h('normReluJudging', state.runningMean, 'runningMean'),
    h('normReluJudging', state.runningVar, 'runningVar'),
    optional('normReluJudging', residual, 'residual'),
    eps,
  );
}

/** How batch normalisation is done inside of fused layers. */
export interface NormOptions {
  /** Whether the batch's statistics normalise, towards which the running ones move; otherwise the running ones. */
  readonly training: boolean;
  readonly momentum: number;
  readonly eps: number;
}

/** min(relu(batchNorm(x)), 6), in fewer passes; float32 or bfloat16 `[N,C,H,W]` on the CPU, all else float32. */
export function normRelu6(x: Tensor, state: Required<BatchNormState>, how: NormOptions): Tensor {
  return normAfter('normRelu6', x, state, undefined, how);
}

/** batchNorm(x) + residual, in fewer passes; types as in `normRelu6`, the residual like x. */
export function normAdd(
  x: Tensor,
  state: Required<BatchNormState>,
  residual: Tensor | undefined,
  how: NormOptions,
): Tensor {
  return normAfter('normAdd', x, state, residual, how);
}

function normAfter(
  operator: 'normRelu6' | 'normAdd',
  x: Tensor,
  state: Required<BatchNormState>,
  residual: Tensor | undefined,
  how: NormOptions,
): Tensor {
  const { training, momentum, eps } = fields(operator, how);
  fields(operator, state, 'state');
  needRank(operator, 'input', x, 4);
  if (residual) needShape(operator, 'residual', residual, x.shape);
  return apply(
    operator,
    h(operator, x),
    h(operator, state.weight, 'weight'),
    h(operator, state.bias, 'bias'),
    h(operator, state.runningMean, 'runningMean'),
    h(operator, state.runningVar, 'runningVar'),
    ...(operator === 'normAdd' ? [optional(operator, residual, 'residual')] : []),
    training,
    momentum,
    eps,
  );
}

/**
 * min(relu(norm(y)), 6) of a depthwise convolution y of min(relu(norm(x)), 6), or of x where there is no norm before:
 * the inner part of an inverted residual (Sandler et al., 2018, section 3.3). Zeros of half a kernel surround the image.
 * Products and sums are float32, in bfloat16 too; neither the normed x nor its gradient is stored.
 *
 * @param x float32 or bfloat16 `[N,C,H,W]` on the CPU
 * @param weight float32 `[C,1,K,K]`, K 3 or 5
 * @param before the norm before, or undefined
 * @param stride 1 or 2
 * @returns `[N,C,ceil(H/stride),ceil(W/stride)]` of x's dtype
 */
export function depthwiseNorms(
  x: Tensor,
  weight: Tensor,
  before: Required<BatchNormState> | undefined,
  after: Required<BatchNormState>,
  stride: number,
  how: NormOptions,
): Tensor {
  const operator = 'depthwiseNorms';
  const { training, momentum, eps } = fields(operator, how);
  needRank(operator, 'input', x, 4);
  const four = (state: Required<BatchNormState>, name: string): number[] => {
    const { weight: factor, bias, runningMean, runningVar } = fields(operator, state, name);
    return all(operator, [factor, bias, runningMean, runningVar], `tensors of ${name}`);
  };
  return apply(
    operator,
    h(operator, x),
    h(operator, weight, 'weight'),
    before === undefined ? [] : four(before, 'the norm before'),
    four(after, 'the norm behind'),
    stride,
    training,
    momentum,
    eps,
  );
}

/**
 * A whole dense block with the batch's statistics: `[N,C,H,W]` to `[N,C + layers * growth,H,W]`.
 *
 * @param parameters six a layer: norm1's weight and bias, 1x1 weights, norm2's weight and bias, 3x3 weights
 * @param buffers four a layer: running mean and variance of norm1 and norm2, which move
 */
export function denseBlock(
  x: Tensor,
  parameters: readonly Tensor[],
  buffers: readonly Tensor[],
  options: { momentum: number; eps: number },
): Tensor {
  const { momentum, eps } = fields('denseBlock', options);
  needRank('denseBlock', 'input', x, 4);
  const p = all('denseBlock', parameters, 'parameters');
  const b = all('denseBlock', buffers, 'buffers');
  return apply('denseBlock', h('denseBlock', x), p, b, momentum, eps);
}

/** The same with the running statistics, which stay; outside of the graph. */
export function denseBlockJudging(
  x: Tensor,
  parameters: readonly Tensor[],
  buffers: readonly Tensor[],
  eps: number,
): Tensor {
  needRank('denseBlockJudging', 'input', x, 4);
  const p = all('denseBlockJudging', parameters, 'parameters');
  const b = all('denseBlockJudging', buffers, 'buffers');
  return apply('denseBlockJudging', h('denseBlockJudging', x), p, b, eps);
}

/**
 * Mean and standard deviation of each image's channels over its pixels, in one pass each way.
 *
 * @param x float32 or bfloat16 `[N,C,H,W]` on the CPU
 * @returns float32 `[N,C]` each; deviation = sqrt(variance + eps), the variance biased
 */
export function spatialMoments(x: Tensor, eps: number): { mean: Tensor; deviation: Tensor } {
  needRank('spatialMoments', 'input', x, 4);
  const [mean, deviation] = call<[Handle, Handle]>('spatialMoments', h('spatialMoments', x), eps);
  return { mean: track(mean), deviation: track(deviation) };
}
