import { call } from './native.js';
import { all, h, needFunction } from './op.js';
import type { Tensor } from './tensor.js';

/** `Tensor.backward` as a function. @throws TensorError likewise, and for what is no tensor */
export function backward(loss: Tensor): void {
  h('backward', loss, 'loss');
  loss.backward();
}

/** The gradient gathered so far, of the parameter's shape. */
export function gradOf(parameter: Tensor): Tensor | undefined {
  h('gradOf', parameter);
  return parameter.grad;
}

/** Forgets the gradients. */
export function zeroGrad(parameters: readonly Tensor[]): void {
  call('zeroGrad', all('zeroGrad', parameters));
}

/** Runs `body` without building a graph: for judging and for updates. */
export function noGrad<T>(body: () => T): T {
  needFunction('noGrad', body);
  const before = call<boolean>('setGradEnabled', false);
  try {
    return body();
  } finally {
    call('setGradEnabled', before);
  }
}
