import type { Rng } from '../../core/index.js';
import { BatchNorm2d, Conv2d, Layer, Module } from '../../nn/index.js';
import {
  adaptiveAvgPool2d,
  asDtype,
  avgPool2d,
  canFuseJudging,
  canFuseNorms,
  cat,
  denseBlock,
  denseBlockJudging,
  flatten,
  maxPool2d,
  type Tensor,
} from '../../tensor/index.js';
import { TrunkClassifier } from '../classifier.js';
import type { Network, Stem } from '../network.js';
import type { Features, Trunk } from '../two-headed.js';

/** A network of Huang et al., 2017, table 1. */
interface Variant {
  /** Channels that every layer adds. */
  readonly growth: number;
  /** Layers of each block. */
  readonly blocks: readonly number[];
  readonly stemChannels: number;
}

/** The four of the paper, with torchvision's names, also of parameters. */
export const densenets = [
  densenet('densenet121', { growth: 32, blocks: [6, 12, 24, 16], stemChannels: 64 }),
  densenet('densenet169', { growth: 32, blocks: [6, 12, 32, 32], stemChannels: 64 }),
  densenet('densenet201', { growth: 32, blocks: [6, 12, 48, 32], stemChannels: 64 }),
  densenet('densenet161', { growth: 48, blocks: [6, 12, 36, 24], stemChannels: 96 }),
] as const;

function densenet<Name extends string>(name: Name, variant: Variant): Network<Name> {
  const trunkName = 'features';
  return {
    name,
    about: 'The thesis uses densenet121.',
    settings: {
      stem: 'DenseNets: imagenet is a 7x7 convolution with stride 2 and pooling; small is 3x3 with stride 1.',
      width: null,
    },
    // CIFAR has 32 pixels, Tiny ImageNet 64.
    smallUpTo: 96,
    pretraining: null,
    classifier: (rng, { stem, channels }, heads) => {
      const trunk = new DensenetFeatures(rng, variant, stem, channels);
      return new TrunkClassifier(rng, {
        ...{ trunk, trunkName, classifierName: 'classifier', channels },
        ...heads,
      });
    },
    base: (rng, { stem, channels }) => {
      const trunk = new DensenetFeatures(rng, variant, stem, channels);
      // The papers' widths.
      return { trunk, trunkName, pyramid: 256, head: 128, groups: 32 };
    },
  };
}

/** Width of the 1x1 convolutions in growth rates; torchvision's bn_size. */
const bottleneckFactor = 4;

/** torchvision's `features`: stem, blocks and transitions, last norm, and the ReLU after it. */
class DensenetFeatures extends Module implements Trunk {
  readonly widths: readonly number[];
  readonly described: number;
  readonly smallest: number;
  private readonly conv0: Conv2d;
  private readonly norm0: BatchNorm2d;
  private readonly blocks: DenseBlock[] = [];
  private readonly transitions: Transition[] = [];
  private readonly norm5: BatchNorm2d;

  constructor(
    rng: Rng,
    { growth, blocks, stemChannels }: Variant,
    private readonly stem: Stem,
    channels: number,
  ) {
    super();
    // Three transitions halve what the stem leaves.
    this.smallest = stem === 'imagenet' ? 29 : 8;
    const [kernel, options] =
      stem === 'imagenet' ? [7, { stride: 2, padding: 3 }] : [3, { padding: 1 }];
    this.conv0 = this.part('conv0', new Conv2d(rng, channels, stemChannels, kernel, options));
    this.norm0 = this.part('norm0', new BatchNorm2d(stemChannels));
    const widths: number[] = [];
    let width = stemChannels;
    blocks.forEach((count, i) => {
      const block = new DenseBlock(rng, count, width, growth, bottleneckFactor * growth);
      this.blocks.push(this.part(`denseblock${i + 1}`, block));
      width += count * growth;
      widths.push(width);
      if (i === blocks.length - 1) return;
      const transition = new Transition(rng, width, width / 2);
      this.transitions.push(this.part(`transition${i + 1}`, transition));
      width /= 2;
    });
    this.norm5 = this.part('norm5', new BatchNorm2d(width));
    this.widths = widths;
    this.described = width;
  }

  /**
   * The blocks' outputs behind the norm and ReLU that follow each: strides 4, 8, 16 and 32 with the
   * `imagenet` stem, 1, 2, 4 and 8 with the `small` one.
   */
  features(x: Tensor): Features {
    const levels: Tensor[] = [];
    let y = this.enter(x);
    this.blocks.forEach((block, i) => {
      y = block.forward(y);
      const transition = this.transitions[i];
      levels.push(transition?.activate(y) ?? this.norm5.forwardRelu(y));
      if (transition) y = transition.shrink(levels[i]);
    });
    return { levels, stages: [] };
  }

  /** The pooled top, float32. */
  describe({ levels }: Features): Tensor {
    return flatten(adaptiveAvgPool2d(asDtype(levels[levels.length - 1], 'float32'), 1), 1);
  }

  /** torchvision's first files say `norm.1` where its models have said `norm1` ever since. */
  presentName(name: string): string {
    return name.replace(/(\.denselayer\d+\.(?:norm|conv))\.([12])\./, '$1$2.');
  }

  /** `[N,channels,H,W]` to `[N,stemChannels,H/s,W/s]`, s: 4 or 1. */
  private enter(x: Tensor): Tensor {
    const y = this.norm0.forwardRelu(this.conv0.forward(x));
    return this.stem === 'imagenet' ? maxPool2d(y, 3, { stride: 2, padding: 1 }) : y;
  }
}

/** One layer of a dense block: norm, ReLU, 1x1, norm, ReLU, 3x3 (Huang et al., 2017, "DenseNet-B"). */
class DenseLayer extends Layer {
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
class DenseBlock extends Layer {
  readonly layers: DenseLayer[] = [];

  constructor(rng: Rng, count: number, inputs: number, growth: number, bottleneck: number) {
    super();
    for (let i = 0; i < count; i++) {
      const layer = new DenseLayer(rng, inputs + i * growth, growth, bottleneck);
      this.layers.push(this.part(`denselayer${i + 1}`, layer));
    }
  }

  forward(x: Tensor): Tensor {
    if (this.batchStatistics ? canFuseNorms(x) : canFuseJudging(x)) return this.fused(x);
    let features = x;
    for (const layer of this.layers) features = cat([features, layer.forward(features)], 1);
    return features;
  }

  /** Whether the norms use those of the batch: in training, unless they are frozen. */
  private get batchStatistics(): boolean {
    return this.layers.every(({ norm1 }) => norm1.training);
  }

  private fused(x: Tensor): Tensor {
    const norms = this.layers.flatMap((layer) => [layer.norm1, layer.norm2]);
    for (const norm of norms) norm.count();
    const parameters = this.layers.flatMap(({ norm1, conv1, norm2, conv2 }) => [
      ...[norm1.weight, norm1.bias, conv1.weight],
      ...[norm2.weight, norm2.bias, conv2.weight],
    ]);
    const buffers = norms.flatMap((norm) => [norm.runningMean, norm.runningVar]);
    return this.batchStatistics
      ? denseBlock(x, parameters, buffers, norms[0])
      : denseBlockJudging(x, parameters, buffers, norms[0].eps);
  }
}

/** Between blocks: norm, ReLU, 1x1 to half the channels, 2x2 mean. */
class Transition extends Module {
  private readonly norm: BatchNorm2d;
  private readonly conv: Conv2d;

  constructor(rng: Rng, inputs: number, outputs: number) {
    super();
    this.norm = this.part('norm', new BatchNorm2d(inputs));
    this.conv = this.part('conv', new Conv2d(rng, inputs, outputs, 1));
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
