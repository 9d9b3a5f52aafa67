import { TensorError } from './error.js';
import { call, type Handle } from './native.js';
import { all, h } from './op.js';
import { track } from './scope.js';
import type { Tensor } from './tensor.js';

/**
 * Adds the gradient of `loss` to every parameter it depends on, and lets go of the graph.
 *
 * @throws TensorError when it is not one value or depends on no parameter
 */
export function backward(loss: Tensor): void {
  const handle = h('backward', loss, 'loss');
  if (loss.size !== 1)
    throw new TensorError('backward', 'a loss of one value', `shape [${loss.shape.join(',')}]`);
  call('backward', handle, null);
}

/** The gradient gathered so far, of the parameter's shape. */
export function gradOf(parameter: Tensor): Tensor | undefined {
  const handle = call<Handle | null>('grad', h('gradOf', parameter));
  return handle === null ? undefined : track(handle);
}

/** Forgets the gradients. */
export function zeroGrad(parameters: readonly Tensor[]): void {
  call('zeroGrad', all('zeroGrad', parameters));
}

/** Runs `body` without building a graph: for judging and for updates. */
export function noGrad<T>(body: () => T): T {
  const before = call<boolean>('setGradEnabled', false);
  try {
    return body();
  } finally {
    call('setGradEnabled', before);
  }
}

/** Scales gradients so that their common norm is at most `limit`. Returns the norm before. */
export function clipGradients(parameters: readonly Tensor[], limit: number): number {
  return call<number>('clipGradients', all('clipGradients', parameters), limit);
}
