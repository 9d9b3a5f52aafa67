import type { Rng } from '../core/index.js';
import { canFuseAfter, depthwiseNorms, type Tensor } from '../tensor/index.js';
import { Conv2d, type BatchNorm2d } from './layers.js';

/** Each channel by itself, half a kernel of zeros around the image. */
export class DepthwiseConv2d extends Conv2d {
  constructor(
    rng: Rng,
    channels: number,
    kernel: 3 | 5,
    readonly stride: 1 | 2,
  ) {
    const padding = (kernel - 1) / 2;
    super(rng, channels, channels, kernel, { stride, padding, groups: channels });
  }

  /** Norm and ReLU6, unless `before` is undefined, convolution, norm and ReLU6; in few passes where it can be. */
  forwardBetween(before: BatchNorm2d | undefined, x: Tensor, after: BatchNorm2d): Tensor {
    const alike = before === undefined || before.training === after.training;
    if (!alike || !canFuseAfter(x, after.training))
      return after.forwardRelu6(this.forward(before?.forwardRelu6(x) ?? x));
    before?.count();
    after.count();
    return depthwiseNorms(x, this.weight, before, after, this.stride, after);
  }
}
