import type { Rng } from '../core/index.js';
import { BatchNorm2d, Linear } from '../nn/index.js';
import { cat, type Tensor } from '../tensor/index.js';
import { ConvNorm, means, meansAndDeviations, Stage, stages } from './resnet-small-parts.js';
import { TwoHeaded, type TwoHeadedOutput } from './two-headed.js';

/** What `ResnetSmall` is made by. */
export interface ResnetSmallOptions {
  readonly classes: number;
  /** Size of the recognition head; 0: none. */
  readonly labels: number;
  readonly channels: number;
  /** Channels of the first stage; the others have 2, 4 and 8 times as many. Default 32. */
  readonly width?: number;
}

/**
 * A residual network (He et al., 2016) for small images and short runs: full resolution in the first
 * stage, a basic block a stage, half the resolution and twice the channels from stage to stage.
 *
 * The classifier reads the last stage. The recognition head reads mean and deviation of every stage's
 * channels: traces of blur, noise or re-encoding live in early ones.
 */
export class ResnetSmall extends TwoHeaded {
  readonly smallest = 8;
  readonly channels: number;
  private readonly stem: ConvNorm;
  private readonly stages: Stage[] = [];
  private readonly classifier: Linear;
  private readonly augmentNorm: BatchNorm2d | undefined;
  private readonly augmentHead: Linear | undefined;

  constructor(rng: Rng, { classes, labels, channels, width = 32 }: ResnetSmallOptions) {
    super();
    this.channels = channels;
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
    const seen: Tensor[] = [];
    for (const stage of this.stages) {
      y = stage.forward(y);
      if (this.augmentHead) seen.push(...meansAndDeviations(y));
    }
    const pooled = seen.at(-2) ?? means(y);
    const task = this.classifier.forward(pooled);
    if (!this.augmentHead || !this.augmentNorm) return { task, labels: this.noLabels(x) };
    return { task, labels: this.augmentHead.forward(this.augmentNorm.forward(cat(seen, 1))) };
  }
}
