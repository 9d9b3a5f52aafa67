import { call, type Handle } from '../native.js';
import { all, apply, fields, h, needRank, needShape, optional } from '../op.js';
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
 * @internal True where those for judging apply: bfloat16 on the CPU, outside of a graph. In float32 the plain
 * functions stay, to the last bit.
 */
export function canFuseJudging(x: Tensor): boolean {
  return (
    enabled &&
    call<number>('fusable', h('canFuseJudging', x)) === 2 &&
    !call<boolean>('isGradEnabled')
  );
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
