import type { Rng } from '../../core/index.js';
import { BatchNorm2d, Conv2d, Layer, Linear, Module } from '../../nn/index.js';
import { cat, type Tensor } from '../../tensor/index.js';
import type { HeadSizes, Network } from '../network.js';
import { means, meansAndDeviations } from '../stages.js';
import { TwoHeaded, type Features, type Trunk, type TwoHeadedOutput } from '../two-headed.js';

/** A residual network for small images and short runs. */
export const resnetSmall: Network<'resnet-small'> = {
  name: 'resnet-small',
  about: 'resnet-small keeps full resolution in its early layers and learns more per minute.',
  settings: {
    stem: 'resnet-small: matters for images with masks only; imagenet starts with stride 2, small with stride 1.',
    width:
      'resnet-small: channels of the first stage; the later stages have 2, 4 and 8 times as many.',
  },
  smallUpTo: 96,
  pretraining: null,
  classifier: (rng, { channels, width }, heads) => new ResnetSmall(rng, channels, width, heads),
  base: (rng, { stem, channels, width }) => ({
    trunk: new ResnetSmallTrunk(rng, channels, width, stem === 'imagenet' ? 2 : 1),
    trunkName: 'trunk',
    ...{ pyramid: width, head: width, groups: greatestDivisor(width, 8) },
  }),
};

/** Stages of the network, each with twice the channels of the one before. */
const stages = 4;

/**
 * A residual network (He et al., 2016) for small images and short runs: full resolution in the first
 * stage, a basic block a stage, half the resolution and twice the channels from stage to stage.
 *
 * The classifier reads the last stage. The recognition head reads mean and deviation of every stage's
 * channels: traces of blur, noise or re-encoding live in early ones.
 */
class ResnetSmall extends TwoHeaded {
  readonly smallest = 8;
  readonly trunk = undefined;
  private readonly stem: ConvNorm;
  private readonly stages: Stage[] = [];
  readonly classifier: Linear;
  private readonly augmentNorm: BatchNorm2d | undefined;
  private readonly augmentHead: Linear | undefined;

  constructor(
    rng: Rng,
    readonly channels: number,
    width: number,
    { classes, labels }: HeadSizes,
  ) {
    super();
    this.stem = this.part('stem', new ConvNorm(rng, channels, width, 1));
    let inputs = width;
    let seen = 0;
    for (let i = 0; i < stages; i++) {
      const outputs = width << i;
      this.stages.push(this.part(`stage${i + 1}`, new Stage(rng, inputs, outputs, i > 0)));
      inputs = outputs;
      seen += 2 * outputs;
    }
    this.classifier = this.part('classifier', new Linear(rng, inputs, classes));
    if (labels > 0) {
      this.augmentNorm = this.part('augment_norm', new BatchNorm2d(seen));
      this.augmentHead = this.part('augment_head', new Linear(rng, seen, labels));
    }
  }

  forward(x: Tensor): TwoHeadedOutput {
    this.checkInput(x);
    let y = this.stem.forward(this.entering(x));
    // [N,C] twice a stage
    const seen: Tensor[] = [];
    for (const stage of this.stages) {
      y = stage.forward(y);
      if (this.augmentHead) seen.push(...meansAndDeviations(y));
    }
    // [N,8 width]: the last stage's means
    const pooled = seen.at(-2) ?? means(y);
    const task = this.classifier.forward(pooled);
    if (!this.augmentHead || !this.augmentNorm) return { task, labels: this.noLabels(x) };
    return { task, labels: this.augmentHead.forward(this.augmentNorm.forward(cat(seen, 1))) };
  }
}

/** The small residual network as a pyramid: levels at once, twice, 4 and 8 times its first stride. */
class ResnetSmallTrunk extends Module implements Trunk {
  readonly widths: readonly number[];
  readonly described: number;
  readonly smallest: number;
  private readonly stem: ConvNorm;
  private readonly halves: Stage[] = [];
  private readonly describedNorm: BatchNorm2d;

  /** @param stride of the first convolution: 1 for small images, 2 for larger ones */
  constructor(rng: Rng, channels: number, width: number, stride: 1 | 2) {
    super();
    this.smallest = 8 * stride;
    this.stem = this.part('stem', new ConvNorm(rng, channels, width, stride));
    this.widths = Array.from({ length: stages }, (_, i) => width << i);
    this.widths.forEach((outputs, i) => {
      const stage = new Stage(rng, this.widths[i - 1] ?? width, outputs, i > 0);
      this.halves.push(this.part(`stage${i + 1}`, stage));
    });
    this.described = 2 * this.widths.reduce((sum, channels) => sum + channels, 0);
    this.describedNorm = this.part('described_norm', new BatchNorm2d(this.described));
  }

  features(x: Tensor): Features {
    const levels: Tensor[] = [];
    let y = this.stem.forward(x);
    for (const stage of this.halves) levels.push((y = stage.forward(y)));
    return { levels, stages: [] };
  }

  /** Normalised mean and deviation of every level's channels, as in `ResnetSmall`. */
  describe({ levels }: Features): Tensor {
    const seen = levels.flatMap(meansAndDeviations);
    return this.describedNorm.forward(cat(seen, 1));
  }

  presentName(name: string): string {
    return name;
  }
}

/** A 3x3 convolution, its norm and ReLU. */
class ConvNorm extends Layer {
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
class Stage extends Layer {
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

/** Greatest common divisor: groups must divide the channels. */
function greatestDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestDivisor(b, a % b);
}
