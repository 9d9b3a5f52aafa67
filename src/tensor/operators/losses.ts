import { TensorError } from '../error.js';
import { apply, fields, h, needDtype, needShape, optional } from '../op.js';
import type { Tensor } from '../tensor.js';

/** How single losses become one; with `none` they stay. */
export type Reduction = 'none' | 'mean' | 'sum';

const reductions: Record<Reduction, number> = { none: 0, mean: 1, sum: 2 };

/** Options of `crossEntropy`. */
export interface CrossEntropyOptions {
  /** Default mean (weighted, where weights are given). */
  readonly reduction?: Reduction;
  /** A weight a class, `[C]`. */
  readonly weight?: Tensor;
  /** Targets of this value count for nothing; default -100. */
  readonly ignoreIndex?: number;
  /** The share of the target that is spread over all classes, 0 to 1; default 0. */
  readonly labelSmoothing?: number;
}

/**
 * Softmax cross-entropy (thesis, eq. 3.3; per pixel eq. 3.4).
 *
 * @param logits `[N,C]` or `[N,C,H,W]`
 * @param target int64 class indices `[N]` or `[N,H,W]`
 */
export function crossEntropy(
  logits: Tensor,
  target: Tensor,
  options: CrossEntropyOptions = {},
): Tensor {
  const {
    reduction = 'mean',
    weight,
    ignoreIndex = -100,
    labelSmoothing = 0,
  } = fields('crossEntropy', options);
  const scores = h('crossEntropy', logits, 'logits');
  needDtype('crossEntropy', 'target', target, 'int64');
  if (logits.shape.length < 2)
    throw new TensorError('crossEntropy', 'logits [N,C,..]', `[${logits.shape.join(',')}]`);
  const [n, classes, ...rest] = logits.shape;
  needShape('crossEntropy', 'target', target, [n, ...rest]);
  if (weight) needShape('crossEntropy', 'weight', weight, [classes]);
  return apply(
    'crossEntropy',
    scores,
    h('crossEntropy', target),
    optional('crossEntropy', weight, 'weight'),
    reductions[reduction],
    ignoreIndex,
    labelSmoothing,
  );
}

/** Options of `bceWithLogits`. */
export interface BceOptions {
  readonly reduction?: Reduction;
  /** A factor for each single loss, broadcast. */
  readonly weight?: Tensor;
  /** A factor for the positive part of each label, `[K]`. */
  readonly positiveWeight?: Tensor;
}

/**
 * Sigmoid binary cross-entropy, computed stably from logits (thesis, eq. 3.1).
 *
 * @param logits `[N,K]`
 * @param target float32 `[N,K]`, 0 to 1
 */
export function bceWithLogits(logits: Tensor, target: Tensor, options: BceOptions = {}): Tensor {
  const { reduction = 'mean', weight, positiveWeight } = fields('bceWithLogits', options);
  const scores = h('bceWithLogits', logits, 'logits');
  needDtype('bceWithLogits', 'target', target, 'float32', 'float64');
  needShape('bceWithLogits', 'target', target, logits.shape);
  return apply(
    'bceWithLogits',
    scores,
    h('bceWithLogits', target),
    optional('bceWithLogits', weight, 'weight'),
    optional('bceWithLogits', positiveWeight, 'positiveWeight'),
    reductions[reduction],
  );
}
