import { addRegions, emptyRegions } from '../metrics/index.js';
import {
  argmax,
  crossEntropy,
  flatten,
  fromFloat32,
  fromUint8,
  mul,
  sum,
  toDtype,
  type Device,
  type Tensor,
} from '../tensor/index.js';
import type { HeadLoss, HeadScores, TaskHead } from './task-head.js';

/** A batch of images with masks. */
export interface MaskedBatch {
  /** B. */
  readonly count: number;
  readonly size: { readonly height: number; readonly width: number };
  /** uint8 `[B,H,W]`, class indices or the ignored label. */
  readonly masks: Uint8Array;
}

export interface SegmentationHeadOptions {
  readonly device: Device;
  readonly classes: number;
  /** Label of pixels that count for nothing. */
  readonly ignored: number;
  /** A weight a class in the training loss, `[classes]`; default: all alike. */
  readonly classWeights?: readonly number[];
}

/**
 * A class a pixel: softmax cross-entropy over the pixels that are not ignored (thesis, equation 3.4), scored
 * by pixels and by intersections and unions.
 */
export class SegmentationHead<B extends MaskedBatch> implements TaskHead<B> {
  constructor(private readonly options: SegmentationHeadOptions) {}

  /** @param logits `[B,classes,H,W]` */
  loss(logits: Tensor, batch: B): HeadLoss {
    const { ignored, classWeights, device } = this.options;
    const weight = classWeights && fromFloat32(classWeights, [classWeights.length], device);
    const counted = batch.masks.some((label) => label !== ignored);
    const loss = counted
      ? crossEntropy(logits, this.target(batch), { ignoreIndex: ignored, weight })
      : // A mean over no pixels is no number; such a batch has nothing to teach.
        mul(sum(logits), 0);
    const { right, pixels } = this.count(this.predicted(logits), batch.masks);
    return { loss, parts: { taskAccuracy: pixels > 0 ? right / pixels : 0 } };
  }

  /** Losses are means over an image's pixels; an image without any has loss 0 and nothing right. */
  score(logits: Tensor, batch: B): HeadScores {
    const { ignored, classes } = this.options;
    const { count, masks } = batch;
    const predicted = this.predicted(logits);
    const pixels = masks.length / count;
    const losses = this.pixelLosses(logits, batch);
    const scores = {
      correct: new Float64Array(count),
      losses: new Float64Array(count),
      regions: emptyRegions(count, classes),
    };
    for (let i = 0; i < count; i++) {
      const of = (all: Uint8Array): Uint8Array => all.subarray(i * pixels, (i + 1) * pixels);
      const counts = this.count(of(predicted), of(masks));
      scores.correct[i] = counts.right / Math.max(1, counts.pixels);
      scores.losses[i] = losses[i] / Math.max(1, counts.pixels);
      addRegions(scores.regions, i, of(predicted), of(masks), ignored);
    }
    return scores;
  }

  /** The likeliest class of every pixel, uint8 `[B,H,W]`. */
  predicted(logits: Tensor): Uint8Array {
    return toDtype(argmax(logits, 1), 'uint8').toUint8Array();
  }

  /** Sums of each image's losses over its pixels; ignored ones are 0. */
  private pixelLosses(logits: Tensor, batch: B): Float32Array {
    const options = { ignoreIndex: this.options.ignored, reduction: 'none' } as const;
    return sum(flatten(crossEntropy(logits, this.target(batch), options), 1), [1]).toFloat32Array();
  }

  private target({ masks, count, size }: B): Tensor {
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
