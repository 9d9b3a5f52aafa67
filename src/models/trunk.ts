import type { Module } from '../nn/index.js';
import type { Tensor } from '../tensor/index.js';

/** What a feature pyramid stands on: a network seen as features of ever lower resolution. */
export interface Trunk extends Module {
  /** Channels of each level, the finest first; every level halves the resolution of the one before. */
  readonly widths: readonly number[];
  /** Width of what `describe` gives. */
  readonly described: number;
  /** The smallest height and width that survive the strides. */
  readonly smallest: number;
  /** `[N,C,H,W]` to the levels, `[N,widths[i],H/s,W/s]` each. */
  pyramid(x: Tensor): Tensor[];
  /** What the recognition head reads of the levels, `[N,described]`. */
  describe(levels: readonly Tensor[]): Tensor;
}
