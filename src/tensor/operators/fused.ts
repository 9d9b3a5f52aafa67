import { call } from '../native.js';
import { all, apply, h, needRank, needShape, optional } from '../op.js';
import type { BatchNormState } from './network.js';
import type { Tensor } from '../tensor.js';

let enabled = true;

/** Whether layers may compute steps together (the default) or one by one, for comparison. */
export function setFusion(on: boolean): void {
  enabled = on;
}

/** @internal True where the fused functions apply: float32 on the CPU. */
export function canFuse(x: Tensor): boolean {
  return enabled && call<boolean>('isPlainFloat', h('canFuse', x));
}

/**
 * relu(batchNorm(x) + residual) with the batch's statistics, in one pass each way; running statistics
 * move as in `batchNorm`. Float32 `[N,C,H,W]` on the CPU.
 */
export function normRelu(
  x: Tensor,
  state: Required<BatchNormState>,
  residual: Tensor | undefined,
  { momentum, eps }: { momentum: number; eps: number },
): Tensor {
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
  { momentum, eps }: { momentum: number; eps: number },
): Tensor {
  needRank('denseBlock', 'input', x, 4);
  const p = all('denseBlock', parameters, 'parameters');
  const b = all('denseBlock', buffers, 'buffers');
  return apply('denseBlock', h('denseBlock', x), p, b, momentum, eps);
}
