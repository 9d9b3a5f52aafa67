import type { Rng } from '../core/index.js';
import { BatchNorm2d, Conv2d, Layer } from '../nn/index.js';
import {
  avgPool2d,
  canFuse,
  canFuseJudging,
  cat,
  denseBlock,
  denseBlockJudging,
  type Tensor,
} from '../tensor/index.js';

/** One layer of a dense block: norm, ReLU, 1x1, norm, ReLU, 3x3 (Huang et al., 2017, "DenseNet-B"). */
export class DenseLayer extends Layer {
  readonly norm1: BatchNorm2d;
  readonly conv1: Conv2d;
  readonly norm2: BatchNorm2d;
  readonly conv2: Conv2d;

  constructor(rng: Rng, inputs: number, growth: number, bottleneck: number) {
    super();
    this.norm1 = this.part('norm1', new BatchNorm2d(inputs));
    this.conv1 = this.part('conv1', new Conv2d(rng, inputs, bottleneck, 1));
    this.norm2 = this.part('norm2', new BatchNorm2d(bottleneck));
    this.conv2 = this.part('conv2', new Conv2d(rng, bottleneck, growth, 3, { padding: 1 }));
  }

  /** `[N,inputs,H,W]` to `[N,growth,H,W]` */
  forward(x: Tensor): Tensor {
    const narrow = this.conv1.forward(this.norm1.forwardRelu(x));
    return this.conv2.forward(this.norm2.forwardRelu(narrow));
  }
}

/** Dense layers, each fed with everything before it. */
export class DenseBlock extends Layer {
  readonly layers: DenseLayer[] = [];

  constructor(rng: Rng, count: number, inputs: number, growth: number, bottleneck: number) {
    super();
    for (let i = 0; i < count; i++) {
      const layer = new DenseLayer(rng, inputs + i * growth, growth, bottleneck);
      this.layers.push(this.part(`denselayer${i + 1}`, layer));
    }
  }

  forward(x: Tensor): Tensor {
    if (this.training ? canFuse(x) : canFuseJudging(x)) return this.fused(x);
    let features = x;
    for (const layer of this.layers) features = cat([features, layer.forward(features)], 1);
    return features;
  }

  private fused(x: Tensor): Tensor {
    const norms = this.layers.flatMap((layer) => [layer.norm1, layer.norm2]);
    for (const norm of norms) norm.count();
    const parameters = this.layers.flatMap(({ norm1, conv1, norm2, conv2 }) => [
      ...[norm1.weight, norm1.bias, conv1.weight],
      ...[norm2.weight, norm2.bias, conv2.weight],
    ]);
    const buffers = norms.flatMap((norm) => [norm.runningMean, norm.runningVar]);
    return this.training
      ? denseBlock(x, parameters, buffers, norms[0])
      : denseBlockJudging(x, parameters, buffers, norms[0].eps);
  }
}

/** Between blocks: norm, ReLU, 1x1 to half the channels, 2x2 mean. */
export class Transition extends Layer {
  private readonly norm: BatchNorm2d;
  private readonly conv: Conv2d;

  constructor(rng: Rng, inputs: number, outputs: number) {
    super();
    this.norm = this.part('norm', new BatchNorm2d(inputs));
    this.conv = this.part('conv', new Conv2d(rng, inputs, outputs, 1));
  }

  forward(x: Tensor): Tensor {
    return this.shrink(this.activate(x));
  }

  /** Norm and ReLU: what a feature pyramid takes of the block before. */
  activate(x: Tensor): Tensor {
    return this.norm.forwardRelu(x);
  }

  /** The rest, on what `activate` gives. */
  shrink(active: Tensor): Tensor {
    // The mean first: a 1x1 convolution of means is the mean of the convolution, at a quarter of the cost.
    return this.conv.forward(avgPool2d(active, 2));
  }
}
