import {
  guessingIou,
  iouContributions,
  iouOf,
  joinRegions,
  mean,
  meanDifferences,
  meanInterval,
  meanOfPresent,
  pairedInterval,
  pairedMean,
  regionsFrom,
  sum,
  type Estimate,
  type GroupOf,
  type Regions,
} from '../metrics/index.js';
import type { ClassFigure } from '../run/files/index.js';
import type { Tensor } from '../tensor/index.js';
import type {
  Evaluating,
  Evaluation,
  LabelledBatch,
  ScoreByImage,
  ScoresPair,
  TaskScores,
} from './task.js';

/** The classes of pixels: names, and a colour each for pictures, `#rrggbb`. */
export interface PixelClasses {
  readonly classes: readonly string[];
  readonly colours: readonly string[];
}

/**
 * Each image's share of right pixels, and what it adds to intersections and unions. A set is judged by its mean IoU: an
 * image's score is its part in that, whose mean over images is the mean IoU itself.
 */
export class RegionScores implements TaskScores {
  /**
   * @param correct `[n]`, share of the pixels
   * @param losses `[n]`, means over an image's pixels, in nats
   */
  constructor(
    readonly correct: Float64Array,
    readonly losses: Float64Array,
    readonly regions: Regions,
    private readonly named: PixelClasses,
  ) {}

  get count(): number {
    return this.correct.length;
  }

  from(start: number): RegionScores {
    return new RegionScores(
      this.correct.subarray(start),
      this.losses.subarray(start),
      regionsFrom(this.regions, start),
      this.named,
    );
  }

  join(others: readonly this[]): RegionScores {
    const all: readonly RegionScores[] = [this, ...others];
    return new RegionScores(
      Float64Array.from(all.flatMap((part) => [...part.correct])),
      Float64Array.from(all.flatMap((part) => [...part.losses])),
      joinRegions(all.map((part) => part.regions)),
      this.named,
    );
  }

  /** Parts in the mean IoU; guessing is calling every pixel the commonest class. */
  answers(): ScoreByImage {
    return {
      values: iouContributions(this.regions),
      kind: 'continuous',
      chance: guessingIou(this.regions),
    };
  }

  skill(): ScoreByImage {
    return this.answers();
  }

  figure(): number {
    return mean(this.answers().values);
  }

  interval(groupOf?: GroupOf): Estimate {
    return meanInterval(this.answers().values, 'continuous', 0.05, groupOf);
  }

  change(draws: readonly ScoresPair<this>[], groupOf?: GroupOf): Estimate {
    const values = draws.map(
      ({ applied, without }) => [applied.answers().values, without.answers().values] as const,
    );
    return pairedInterval(pairedMean(meanDifferences(values), 'continuous', groupOf), 0.05);
  }

  epochFigures() {
    return { taskIou: meanOfPresent(iouOf(this.regions)) };
  }

  details() {
    const classes = classFigures(this.regions, this.named);
    return { taskFigure: 'mean IoU', pixelAccuracy: pixelAccuracyOf(this.regions), classes };
  }
}

/** Intersection over union of each class over a set of images, with its name and colour. */
function classFigures(regions: Regions, { classes, colours }: PixelClasses): ClassFigure[] {
  const iou = iouOf(regions);
  const pixels = new Float64Array(classes.length);
  regions.truth.forEach((n, at) => (pixels[at % classes.length] += n));
  const all = Math.max(1, sum(pixels));
  return classes.map((name, c) => ({
    name,
    iou: Number.isNaN(iou[c]) ? null : iou[c],
    colour: colours[c] ?? '#000000',
    share: pixels[c] / all,
  }));
}

/** Mean IoU and pixel accuracy over all pixels of the set; the loss is a mean over images. */
export class RegionEvaluating implements Evaluating {
  private readonly parts: Regions[] = [];
  private readonly losses: number[] = [];

  constructor(
    private readonly score: (logits: Tensor, batch: LabelledBatch) => RegionScores,
    private readonly named: PixelClasses,
  ) {}

  add(logits: Tensor, batch: LabelledBatch): void {
    const { regions, losses } = this.score(logits, batch);
    this.parts.push(regions);
    this.losses.push(...losses);
  }

  end(): Evaluation {
    const regions = joinRegions(this.parts);
    const images = this.losses.length;
    const iou = orZero(meanOfPresent(iouOf(regions)));
    const pixelAccuracy = pixelAccuracyOf(regions);
    return {
      images,
      metrics: { loss: mean(this.losses), iou, pixelAccuracy },
      epoch: { taskAccuracy: pixelAccuracy, taskIou: iou },
      perImage: Float64Array.from({ length: images }, (_, i) => {
        const alone = new Uint8Array(images);
        alone[i] = 1;
        return orZero(meanOfPresent(iouOf(regions, alone)));
      }),
      // Its value is the mean IoU itself, not a mean that rounding moves by a last digit.
      interval: (groupOf) => ({
        ...meanInterval(iouContributions(regions), 'continuous', 0.05, groupOf),
        value: iou,
      }),
      kept: () => ({
        classes: classFigures(regions, this.named),
        regions: {
          intersections: packedWords(regions.intersections),
          unions: packedWords(regions.unions),
        },
      }),
    };
  }
}

/** Counts as base64 of uint32. */
function packedWords(counts: Float64Array): string {
  return Buffer.from(Uint32Array.from(counts).buffer).toString('base64');
}

/** Share of right pixels over the whole set, in [0, 1]; 0 where none counts. A wrong pixel is in two unions. */
function pixelAccuracyOf({ intersections, unions }: Regions): number {
  const right = sum(intersections);
  return right / Math.max(1, (sum(unions) + right) / 2);
}

/** Where every pixel is ignored nothing is right. */
const orZero = (value: number): number => (Number.isNaN(value) ? 0 : value);
