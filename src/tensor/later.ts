import { apply, h } from './op.js';
import { keep } from './scope.js';
import type { Tensor } from './tensor.js';

/**
 * What `read` makes of a tensor's values, but later: on a card, reading at once would wait for all work given so far.
 *
 * There, the values are on their way to the CPU when this returns, and outlive the scope; call the function that it
 * returns once, after `synchronise`. On the CPU, call it within the scope.
 */
export function later<T>(tensor: Tensor, read: (values: Tensor) => T): () => T {
  const handle = h('later', tensor);
  if (tensor.device === 'cpu') return () => read(tensor);
  const host = keep(apply('toHost', handle));
  return () => {
    try {
      return read(host);
    } finally {
      host.free();
    }
  };
}

/** The only value of a tensor, later. */
export function itemLater(tensor: Tensor): () => number {
  h('itemLater', tensor);
  return later(tensor, (value) => value.item());
}
