import type { Rng } from '../core/index.js';
import { BatchNorm2d, Module } from '../nn/index.js';
import { cat, type Tensor } from '../tensor/index.js';
import { ConvNorm, meansAndDeviations, Stage, stages } from './resnet-small-parts.js';
import type { Trunk } from './trunk.js';

/** What makes the small network's trunk. */
export interface ResnetSmallShape {
  readonly channels: number;
  /** Channels of the first stage; the others have 2, 4 and 8 times as many. */
  readonly width: number;
  /** Of the first convolution: 1 for small images, 2 for larger ones. */
  readonly stride: 1 | 2;
}

/** The small residual network as a pyramid: levels at once, twice, 4 and 8 times its first stride. */
export class ResnetSmallTrunk extends Module implements Trunk {
  readonly widths: readonly number[];
  readonly described: number;
  readonly smallest: number;
  private readonly stem: ConvNorm;
  private readonly stages: Stage[] = [];
  private readonly describedNorm: BatchNorm2d;

  constructor(rng: Rng, { channels, width, stride }: ResnetSmallShape) {
    super();
    this.smallest = 8 * stride;
    this.stem = this.part('stem', new ConvNorm(rng, channels, width, stride));
    this.widths = Array.from({ length: stages }, (_, i) => width << i);
    this.widths.forEach((outputs, i) => {
      const stage = new Stage(rng, this.widths[i - 1] ?? width, outputs, i > 0);
      this.stages.push(this.part(`stage${i + 1}`, stage));
    });
    this.described = 2 * this.widths.reduce((sum, channels) => sum + channels, 0);
    this.describedNorm = this.part('described_norm', new BatchNorm2d(this.described));
  }

  pyramid(x: Tensor): Tensor[] {
    const levels: Tensor[] = [];
    let y = this.stem.forward(x);
    for (const stage of this.stages) levels.push((y = stage.forward(y)));
    return levels;
  }

  /** Normalised mean and deviation of every level's channels, as in `ResnetSmall`. */
  describe(levels: readonly Tensor[]): Tensor {
    const seen = levels.flatMap(meansAndDeviations);
    return this.describedNorm.forward(cat(seen, 1));
  }
}
