import type { Rng } from '../core/index.js';
import { BatchNorm2d, Linear, Module } from '../nn/index.js';
import {
  add,
  asDtype,
  canFuse,
  cat,
  mean,
  mul,
  relu,
  spatialMoments,
  sqrt,
  sub,
  type Tensor,
} from '../tensor/index.js';

/** Keeps the gradient of a channel's deviation finite where the channel is flat. */
const flat = 1e-5;

/** Means over pixels, `[N,C,H,W]` to float32 `[N,C]`. */
export function means(x: Tensor): Tensor {
  return mean(asDtype(x, 'float32'), [2, 3]);
}

/** Means and standard deviations over pixels, `[N,C,H,W]` to float32 `[N,C]` each; operator by operator in float32. */
export function meansAndDeviations(x: Tensor): [Tensor, Tensor] {
  // In bfloat16 the difference of squares below would be rounding alone.
  if (x.dtype === 'bfloat16' && canFuse(x)) return fusedMoments(x);
  const y = asDtype(x, 'float32');
  const pooled = mean(y, [2, 3]);
  return [pooled, deviation(y, pooled)];
}

function fusedMoments(x: Tensor): [Tensor, Tensor] {
  const moments = spatialMoments(x, flat);
  return [moments.mean, moments.deviation];
}

/** Standard deviation over pixels, float32 `[N,C,H,W]` and its means `[N,C]` to `[N,C]`. */
function deviation(x: Tensor, pooled: Tensor): Tensor {
  const squares = mean(mul(x, x), [2, 3]); // [N,C]
  // Rounding can make the difference a little negative.
  return sqrt(add(relu(sub(squares, mul(pooled, pooled))), flat));
}

/**
 * A recognition head that reads mean and deviation of the channels of every stage: traces of blur, noise or re-encoding
 * live in early ones, what is turned or upside down in late ones. Batch normalisation brings them to one scale.
 */
export class StagesHead extends Module {
  private readonly norm: BatchNorm2d;
  private readonly linear: Linear;

  /** @param stages channels of each stage */
  constructor(rng: Rng, stages: readonly number[], labels: number) {
    super();
    const width = 2 * stages.reduce((sum, channels) => sum + channels, 0);
    this.norm = this.part('norm', new BatchNorm2d(width));
    this.linear = this.part('linear', new Linear(rng, width, labels));
  }

  /** Stages `[N,C,H,W]` to logits `[N,labels]`. */
  forward(stages: readonly Tensor[]): Tensor {
    // One pass a stage each way where it can be: early stages are large.
    const seen = stages.flatMap((x) => (canFuse(x) ? fusedMoments(x) : meansAndDeviations(x)));
    return this.linear.forward(this.norm.forward(cat(seen, 1)));
  }
}
