import { InternalError } from '../core/index.js';

/**
 * How often each true class was taken for each class, over any number of pixels: one matrix for a whole set.
 *
 * Intersection over union is that of Cityscapes' official evaluation: TP / (TP + FP + FN) over all pixels of
 * the set, ignored pixels counting for nothing; a class that neither occurs nor is predicted has no value, and
 * means leave it out (cityscapesScripts, evalPixelLevelSemanticLabeling, getIouScoreForLabel).
 */
export class ConfusionMatrix {
  /** `[classes, classes]`, row the true class, column the predicted one. */
  readonly counts: Float64Array;

  /** @param ignored label of pixels that are left out; -1: none is */
  constructor(
    readonly classes: number,
    readonly ignored = -1,
  ) {
    this.counts = new Float64Array(classes * classes);
  }

  /**
   * Counts pixels.
   *
   * @param predicted `[n]` class indices
   * @param truth `[n]` class indices, or the ignored label
   */
  add(predicted: ArrayLike<number>, truth: ArrayLike<number>): void {
    const { classes, counts, ignored } = this;
    if (predicted.length !== truth.length)
      throw new InternalError(`ConfusionMatrix: ${predicted.length} and ${truth.length} pixels`);
    for (let i = 0; i < truth.length; i++) {
      const row = truth[i];
      if (row === ignored) continue;
      const column = predicted[i];
      if (!(row < classes && column < classes))
        throw new InternalError(
          `ConfusionMatrix: ${row} taken for ${column} of ${classes} classes`,
        );
      counts[row * classes + column]++;
    }
  }

  /** Adds another one's counts. */
  merge(other: ConfusionMatrix): void {
    other.counts.forEach((count, i) => (this.counts[i] += count));
  }

  /** Pixels of both: true class c taken for c. `[classes]` */
  intersections(): Float64Array {
    return Float64Array.from({ length: this.classes }, (_, c) => this.counts[c * this.classes + c]);
  }

  /** Pixels of either: truly c or taken for it. `[classes]` */
  unions(): Float64Array {
    const { classes, counts } = this;
    return Float64Array.from({ length: classes }, (_, c) => {
      let sum = -counts[c * classes + c];
      for (let k = 0; k < classes; k++) sum += counts[c * classes + k] + counts[k * classes + c];
      return sum;
    });
  }

  /** Intersection over union of each class, 0 to 1; NaN for a class that neither occurs nor is predicted. */
  iou(): Float64Array {
    const unions = this.unions();
    return this.intersections().map((both, c) => both / unions[c]);
  }

  /** Mean over the classes that have one; NaN where there is none. */
  meanIou(): number {
    return meanOfPresent(this.iou());
  }

  /** Share of the pixels that are right, 0 to 1; NaN without pixels. */
  pixelAccuracy(): number {
    let all = 0;
    for (const count of this.counts) all += count;
    return this.intersections().reduce((sum, both) => sum + both, 0) / all;
  }
}

/** Mean of the values that are numbers; NaN where there is none. */
export function meanOfPresent(values: ArrayLike<number>): number {
  let sum = 0;
  let count = 0;
  for (let i = 0; i < values.length; i++)
    if (!Number.isNaN(values[i])) {
      sum += values[i];
      count++;
    }
  return sum / count;
}
