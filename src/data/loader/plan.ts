import type { Recipe } from '../../augment/transform.js';
import { InternalError, Rng } from '../../core/index.js';
import type { Size } from '../../image/image.js';
import type { BatchTargets } from '../targets.js';

/** Steps drawn for each image (default), or one set of steps for the whole batch. */
export type Granularity = 'image' | 'batch';

/** All that determines the bytes of an epoch's batches; the same object in every thread. */
export interface EpochPlan {
  readonly seed: number;
  /** Names the random streams, so that training and judging draw independently. */
  readonly purpose: string;
  readonly epoch: number;
  readonly recipe: Recipe;
  readonly granularity: Granularity;
  /** Image indices in the order of the epoch. */
  readonly order: Uint32Array;
  readonly batch: number;
  readonly batches: number;
}

/** The epoch's order: as given, or shuffled by (seed, purpose, epoch) alone. Always a copy. */
export function orderOf(
  indices: Uint32Array,
  key: { seed: number; purpose: string; epoch: number },
  shuffle: boolean,
): Uint32Array {
  const order = indices.slice();
  return shuffle ? new Rng(key.seed, 'order', key.purpose, key.epoch).shuffle(order) : order;
}

/** A part of every batch: the `index`-th, from 0, of `of` equal ones. */
export interface BatchShare {
  readonly index: number;
  readonly of: number;
}

/**
 * That part of every whole batch of an order, batch after batch.
 *
 * @param batch images of a whole batch; `of` divides it
 */
export function shareOf(order: Uint32Array, batch: number, { index, of }: BatchShare): Uint32Array {
  const part = batch / of;
  if (!Number.isInteger(part)) throw new InternalError(`${of} shares of a batch of ${batch}`);
  const batches = Math.floor(order.length / batch);
  const own = new Uint32Array(batches * part);
  for (let b = 0; b < batches; b++) {
    const from = b * batch + index * part;
    own.set(order.subarray(from, from + part), b * part);
  }
  return own;
}

/** K, the number of labels in `Batch.applied`. */
export function labelCount(recipe: Recipe): number {
  return recipe.kind === 'none' || recipe.kind === 'policy' ? 0 : recipe.transforms.length;
}

/** Images in batch `b`; only the last may have fewer than `plan.batch`. */
export function imagesInBatch(plan: EpochPlan, b: number): number {
  return Math.min(plan.batch, plan.order.length - b * plan.batch);
}

/** One batch. The arrays are views into a slot that is reused: valid until the next one is asked for. */
export interface Batch {
  /** 0 to `batches - 1`. */
  readonly number: number;
  /** B. */
  readonly count: number;
  /** Height and width of the images: the store's, but for `restore: 'none'`. */
  readonly size: Size;
  readonly channels: 1 | 3;
  /** uint8 `[B, H, W, C]`. */
  readonly images: Uint8Array;
  /** What is to be learned of them. */
  readonly targets: BatchTargets;
  /** `[B, K]`, 1 where transform k of the recipe was applied. */
  readonly applied: Uint8Array;
  /** `[B]`, image indices. */
  readonly indices: Uint32Array;
}
