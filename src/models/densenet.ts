import type { Rng } from '../core/index.js';
import { BatchNorm2d, Conv2d, Layer, Linear } from '../nn/index.js';
import { adaptiveAvgPool2d, flatten, maxPool2d, type Tensor } from '../tensor/index.js';
import { DenseBlock, Transition } from './densenet-parts.js';
import { TwoHeaded, type TwoHeadedOutput } from './two-headed.js';

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

/** What `Densenet` is made by. */
export interface DensenetOptions {
  readonly variant: DensenetName;
  readonly stem: Stem;
  readonly classes: number;
  /** Size of the recognition head; 0: none. */
  readonly labels: number;
  readonly channels: number;
}

/** DenseNet with torchvision's parameter names; the recognition head is `augment_head`. */
export class Densenet extends TwoHeaded {
  readonly channels: number;
  readonly smallest: number;
  private readonly features: Features;
  private readonly classifier: Linear;
  private readonly augmentHead: Linear | undefined;

  constructor(rng: Rng, options: DensenetOptions) {
    super();
    this.channels = options.channels;
    // Three transitions halve what the stem leaves.
    this.smallest = options.stem === 'imagenet' ? 29 : 8;
    this.features = this.part('features', new Features(rng, options));
    const width = this.features.outputs;
    this.classifier = this.part('classifier', new Linear(rng, width, options.classes));
    if (options.labels > 0)
      this.augmentHead = this.part('augment_head', new Linear(rng, width, options.labels));
  }

  forward(x: Tensor): TwoHeadedOutput {
    this.checkInput(x);
    const pooled = flatten(adaptiveAvgPool2d(this.features.forward(x), 1), 1);
    return {
      task: this.classifier.forward(pooled),
      labels: this.augmentHead ? this.augmentHead.forward(pooled) : this.noLabels(x),
    };
  }
}

/** torchvision's `features`: stem, blocks and transitions, last norm, and the ReLU after it. */
class Features extends Layer {
  readonly outputs: number;
  private readonly conv0: Conv2d;
  private readonly norm0: BatchNorm2d;
  private readonly stages: Layer[] = [];
  private readonly norm5: BatchNorm2d;
  private readonly stem: Stem;

  constructor(rng: Rng, { variant, stem, channels }: DensenetOptions) {
    super();
    const { growth, blocks, stemChannels } = densenetVariants[variant];
    this.stem = stem;
    const [kernel, options] =
      stem === 'imagenet' ? [7, { stride: 2, padding: 3 }] : [3, { padding: 1 }];
    this.conv0 = this.part('conv0', new Conv2d(rng, channels, stemChannels, kernel, options));
    this.norm0 = this.part('norm0', new BatchNorm2d(stemChannels));
    let width: number = stemChannels;
    blocks.forEach((count, i) => {
      const block = new DenseBlock(rng, count, width, growth, bottleneckFactor * growth);
      this.stages.push(this.part(`denseblock${i + 1}`, block));
      width += count * growth;
      if (i === blocks.length - 1) return;
      const transition = new Transition(rng, width, width / 2);
      this.stages.push(this.part(`transition${i + 1}`, transition));
      width /= 2;
    });
    this.norm5 = this.part('norm5', new BatchNorm2d(width));
    this.outputs = width;
  }

  forward(x: Tensor): Tensor {
    let y = this.norm0.forwardRelu(this.conv0.forward(x));
    if (this.stem === 'imagenet') y = maxPool2d(y, 3, { stride: 2, padding: 1 });
    for (const stage of this.stages) y = stage.forward(y);
    return this.norm5.forwardRelu(y);
  }
}
