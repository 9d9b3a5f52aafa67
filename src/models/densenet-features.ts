import type { Rng } from '../core/index.js';
import { BatchNorm2d, Conv2d, Layer } from '../nn/index.js';
import { adaptiveAvgPool2d, asDtype, flatten, maxPool2d, type Tensor } from '../tensor/index.js';
import { DenseBlock, Transition } from './densenet-parts.js';
import type { Trunk } from './trunk.js';

/** `imagenet`: 7x7 stride 2 and 3x3 max pooling, stride 2. `small`: 3x3 stride 1, no pooling. */
export type Stem = 'imagenet' | 'small';

/** The four of Huang et al., 2017, table 1: growth rate, layers of each block, channels of the stem. */
export const densenetVariants = {
  densenet121: { growth: 32, blocks: [6, 12, 24, 16], stemChannels: 64 },
  densenet169: { growth: 32, blocks: [6, 12, 32, 32], stemChannels: 64 },
  densenet201: { growth: 32, blocks: [6, 12, 48, 32], stemChannels: 64 },
  densenet161: { growth: 48, blocks: [6, 12, 36, 24], stemChannels: 96 },
} as const;

export type DensenetName = keyof typeof densenetVariants;

/** Width of the 1x1 convolutions in growth rates; torchvision's bn_size. */
const bottleneckFactor = 4;

/** What makes a DenseNet's trunk. */
export interface DensenetShape {
  readonly variant: DensenetName;
  readonly stem: Stem;
  readonly channels: number;
}

/** torchvision's `features`: stem, blocks and transitions, last norm, and the ReLU after it. */
export class DensenetFeatures extends Layer implements Trunk {
  readonly widths: readonly number[];
  readonly described: number;
  readonly smallest: number;
  private readonly conv0: Conv2d;
  private readonly norm0: BatchNorm2d;
  private readonly blocks: DenseBlock[] = [];
  private readonly transitions: Transition[] = [];
  private readonly norm5: BatchNorm2d;
  private readonly stem: Stem;

  constructor(rng: Rng, { variant, stem, channels }: DensenetShape) {
    super();
    const { growth, blocks, stemChannels } = densenetVariants[variant];
    this.stem = stem;
    // Three transitions halve what the stem leaves.
    this.smallest = stem === 'imagenet' ? 29 : 8;
    const [kernel, options] =
      stem === 'imagenet' ? [7, { stride: 2, padding: 3 }] : [3, { padding: 1 }];
    this.conv0 = this.part('conv0', new Conv2d(rng, channels, stemChannels, kernel, options));
    this.norm0 = this.part('norm0', new BatchNorm2d(stemChannels));
    const widths: number[] = [];
    let width: number = stemChannels;
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

  forward(x: Tensor): Tensor {
    let y = this.enter(x);
    this.blocks.forEach((block, i) => {
      y = block.forward(y);
      y = this.transitions[i]?.forward(y) ?? y;
    });
    return this.norm5.forwardRelu(y);
  }

  /**
   * The blocks' outputs behind the norm and ReLU that follow each: strides 4, 8, 16 and 32 with the
   * `imagenet` stem, 1, 2, 4 and 8 with the `small` one.
   */
  pyramid(x: Tensor): Tensor[] {
    const levels: Tensor[] = [];
    let y = this.enter(x);
    this.blocks.forEach((block, i) => {
      y = block.forward(y);
      const transition = this.transitions[i];
      levels.push(transition?.activate(y) ?? this.norm5.forwardRelu(y));
      if (transition) y = transition.shrink(levels[i]);
    });
    return levels;
  }

  /** The pooled top. */
  describe(levels: readonly Tensor[]): Tensor {
    return flatten(adaptiveAvgPool2d(asDtype(levels[levels.length - 1], 'float32'), 1), 1);
  }

  private enter(x: Tensor): Tensor {
    const y = this.norm0.forwardRelu(this.conv0.forward(x));
    return this.stem === 'imagenet' ? maxPool2d(y, 3, { stride: 2, padding: 1 }) : y;
  }
}
