import type { Rng } from '../core/index.js';
import { BatchNorm2d, Conv2d, Layer } from '../nn/index.js';
import {
  add,
  asDtype,
  canFuse,
  mean,
  mul,
  relu,
  spatialMoments,
  sqrt,
  sub,
  type Tensor,
} from '../tensor/index.js';

/** Stages of the network, each with twice the channels of the one before. */
export const stages = 4;

/** Keeps the gradient of a channel's deviation finite where the channel is flat. */
const flat = 1e-5;

/** Means over pixels, `[N,C,H,W]` to float32 `[N,C]`. */
export function means(x: Tensor): Tensor {
  return mean(asDtype(x, 'float32'), [2, 3]);
}

/** Means and standard deviations over pixels, `[N,C,H,W]` to float32 `[N,C]` each. */
export function meansAndDeviations(x: Tensor): [Tensor, Tensor] {
  // In bfloat16 the difference of squares below would be rounding alone.
  if (x.dtype === 'bfloat16' && canFuse(x)) {
    const moments = spatialMoments(x, flat);
    return [moments.mean, moments.deviation];
  }
  const y = asDtype(x, 'float32');
  const pooled = mean(y, [2, 3]);
  return [pooled, deviation(y, pooled)];
}

/** Standard deviation over pixels, `[N,C,H,W]` and its means `[N,C]` to `[N,C]`. */
function deviation(x: Tensor, means: Tensor): Tensor {
  const squares = mean(mul(x, x), [2, 3]);
  // Rounding can make the difference a little negative.
  return sqrt(add(relu(sub(squares, mul(means, means))), flat));
}

/** A 3x3 convolution, its norm and ReLU. */
export class ConvNorm extends Layer {
  private readonly conv: Conv2d;
  private readonly norm: BatchNorm2d;

  constructor(rng: Rng, inputs: number, outputs: number, stride: number) {
    super();
    this.conv = this.part('conv', new Conv2d(rng, inputs, outputs, 3, { stride, padding: 1 }));
    this.norm = this.part('norm', new BatchNorm2d(outputs));
  }

  /** relu(norm(conv(x)) + residual) */
  forward(x: Tensor, residual?: Tensor): Tensor {
    return this.norm.forwardRelu(this.conv.forward(x), residual);
  }
}

/** Down to half the resolution where asked for, then a basic block. */
export class Stage extends Layer {
  private readonly down: ConvNorm | undefined;
  private readonly first: ConvNorm;
  private readonly second: ConvNorm;

  constructor(rng: Rng, inputs: number, outputs: number, halve: boolean) {
    super();
    this.down = halve ? this.part('down', new ConvNorm(rng, inputs, outputs, 2)) : undefined;
    this.first = this.part('first', new ConvNorm(rng, outputs, outputs, 1));
    this.second = this.part('second', new ConvNorm(rng, outputs, outputs, 1));
  }

  forward(x: Tensor): Tensor {
    const y = this.down ? this.down.forward(x) : x;
    return this.second.forward(this.first.forward(y), y);
  }
}
