import { h, needFunction, recordWith } from './op.js';
import type { Tensor } from './tensor.js';

/** One operator as it was called. Tensors among the arguments are numbers, as in `handle`. */
export interface TracedOp {
  readonly operator: string;
  readonly args: readonly unknown[];
  /** The number of its result, and its shape. */
  readonly result: number;
  readonly shape: readonly number[];
}

/** The operators that `body` calls for tensors, in order: what a network consists of. */
export function trace<T>(body: () => T): { readonly result: T; readonly ops: TracedOp[] } {
  needFunction('trace', body);
  const ops: TracedOp[] = [];
  const end = recordWith((operator, args, tensor) =>
    ops.push({ operator, args, result: handleOf(tensor), shape: [...tensor.shape] }),
  );
  try {
    return { result: body(), ops };
  } finally {
    end();
  }
}

/** The number by which traces know a tensor. @throws TensorError for a freed one */
export function handleOf(tensor: Tensor): number {
  return h('handleOf', tensor);
}
