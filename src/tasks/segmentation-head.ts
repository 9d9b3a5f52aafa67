import { targetsAs, type Batch, type PixelStore, type BatchTargets } from '../data/index.js';
import { addRegions, classWeights, emptyRegions } from '../metrics/index.js';
import { writePanels } from '../pictures/panels.js';
import type { Sheet } from '../run/files/index.js';
import {
  argmax,
  crossEntropy,
  flatten,
  fromFloat32,
  fromUint8,
  later,
  mul,
  sum,
  toDtype,
  type Device,
  type Tensor,
} from '../tensor/index.js';
import { RegionEvaluating, RegionScores, type PixelClasses } from './region-scores.js';
import type { Evaluating, HeadLoss, LabelledBatch, See, TaskHead } from './task.js';

export interface SegmentationHeadOptions extends PixelClasses {
  readonly device: Device;
  /** Label of pixels that count for nothing. */
  readonly ignored: number;
  /** `[classes]`, pixels of each class where rare ones are to weigh more in the training loss; default: all alike. */
  readonly balance?: Float64Array;
  /** The images as they are, for pictures. */
  readonly store: PixelStore;
}

/**
 * A class a pixel: softmax cross-entropy over the pixels that are not ignored (thesis, equation 3.4), scored
 * by pixels and by intersections and unions.
 */
export class SegmentationHead implements TaskHead {
  readonly epochFigure = 'taskIou';

  /** `[classes]` */
  private readonly weights: readonly number[] | undefined;

  constructor(private readonly options: SegmentationHeadOptions) {
    this.weights = options.balance && classWeights(options.balance);
  }

  /** @param logits `[B,classes,H,W]` */
  loss(logits: Tensor, batch: LabelledBatch): HeadLoss {
    const { ignored, device } = this.options;
    const weight = this.weights && fromFloat32(this.weights, [this.weights.length], device);
    const { masks } = targetsAs(batch.targets, 'mask');
    const counted = masks.some((label) => label !== ignored);
    const loss = counted
      ? crossEntropy(logits, this.target(batch), { ignoreIndex: ignored, weight })
      : // A mean over no pixels is no number; such a batch has nothing to teach.
        mul(sum(logits), 0);
    // The batch gives place to the next one before this is read.
    const truth = masks.slice();
    const taskAccuracy = later(likeliestClasses(logits), (values) => {
      const { right, pixels } = this.count(values.toUint8Array(), truth);
      return pixels > 0 ? right / pixels : 0;
    });
    return { loss, figures: () => ({ taskAccuracy: taskAccuracy() }) };
  }

  /** Losses are means over an image's pixels; an image without any has loss 0 and nothing right. */
  score(logits: Tensor, batch: LabelledBatch): RegionScores {
    const { ignored, classes } = this.options;
    const { count, targets } = batch;
    const { masks } = targetsAs(targets, 'mask');
    const predicted = this.predicted(logits);
    const pixels = masks.length / count;
    const losses = this.pixelLosses(logits, batch);
    const scores = new RegionScores(
      new Float64Array(count),
      new Float64Array(count),
      emptyRegions(count, classes.length),
      this.options,
    );
    for (let i = 0; i < count; i++) {
      const of = (all: Uint8Array): Uint8Array => all.subarray(i * pixels, (i + 1) * pixels);
      const counts = this.count(of(predicted), of(masks));
      scores.correct[i] = counts.right / Math.max(1, counts.pixels);
      scores.losses[i] = losses[i] / Math.max(1, counts.pixels);
      addRegions(scores.regions, i, of(predicted), of(masks), ignored);
    }
    return scores;
  }

  /** Pixels that are not shown count for nothing. */
  hide(
    targets: BatchTargets,
    paint: (pixels: Uint8Array, fill: readonly number[]) => void,
  ): BatchTargets {
    const masks = targetsAs(targets, 'mask').masks.slice();
    paint(masks, [this.options.ignored]);
    return { kind: 'mask', masks };
  }

  evaluate(): Evaluating {
    return new RegionEvaluating((logits, batch) => this.score(logits, batch), this.options);
  }

  /** Images, their masks below and the predictions below these. */
  drawPanels = (run: string, batches: AsyncIterable<Batch>, see: See): Promise<Sheet> =>
    writePanels(run, this.options, batches, (batch) =>
      see(batch, (logits) => this.predicted(logits)),
    );

  /** The likeliest class of every pixel, uint8 `[B,H,W]`. */
  predicted(logits: Tensor): Uint8Array {
    return likeliestClasses(logits).toUint8Array();
  }

  /** Sums of each image's losses over its pixels; ignored ones are 0. */
  private pixelLosses(logits: Tensor, batch: LabelledBatch): Float32Array {
    const options = { ignoreIndex: this.options.ignored, reduction: 'none' } as const;
    return sum(flatten(crossEntropy(logits, this.target(batch), options), 1), [1]).toFloat32Array();
  }

  private target({ targets, count, size }: LabelledBatch): Tensor {
    const { masks } = targetsAs(targets, 'mask');
    return toDtype(
      fromUint8(masks, [count, size.height, size.width], this.options.device),
      'int64',
    );
  }

  private count(predicted: Uint8Array, truth: Uint8Array): { right: number; pixels: number } {
    const { ignored } = this.options;
    let right = 0;
    let pixels = 0;
    for (let i = 0; i < truth.length; i++) {
      if (truth[i] === ignored) continue;
      pixels++;
      if (predicted[i] === truth[i]) right++;
    }
    return { right, pixels };
  }
}

/** `[B,classes,H,W]` to uint8 `[B,H,W]`. */
function likeliestClasses(logits: Tensor): Tensor {
  return toDtype(argmax(logits, 1), 'uint8');
}
