import { iouOf, joinRegions, mean, meanOfPresent, sum, type Regions } from '../metrics/index.js';
import type { Module } from '../nn/index.js';
import { imageBatch, noGrad, scope, type Device, type Tensor } from '../tensor/index.js';
import type { Evaluated, Evaluation } from './evaluation.js';
import type { SegmentationHead } from './segmentation-head.js';
import { type MaskedBatch } from './segmentation-head.js';
import type { BatchLoss, BatchStream, Metrics } from './types.js';

/** A batch of images, uint8 `[B,H,W,C]`, with masks. */
export interface MaskedImages extends MaskedBatch {
  readonly channels: 1 | 3;
  readonly images: Uint8Array;
}

export interface SegmentationOptions<B extends MaskedImages> {
  /** Its output `task` are logits a pixel, `[B,classes,H,W]`. */
  readonly model: Module & { forward(x: Tensor): { readonly task: Tensor } };
  readonly head: SegmentationHead<B>;
  readonly device: Device;
  readonly mean: readonly number[];
  readonly std: readonly number[];
  /** Held-out images as they are. */
  held(): BatchStream<B>;
}

/** Semantic segmentation: a class a pixel, judged by intersection over union over the whole set. */
export class SegmentationTask<B extends MaskedImages> implements Evaluated<B> {
  constructor(private readonly options: SegmentationOptions<B>) {}

  batchLoss(batch: B): BatchLoss {
    const { model, head } = this.options;
    const { loss, parts } = head.loss(model.forward(this.input(batch)).task, batch);
    return { total: loss, images: batch.count, parts: { taskLoss: loss.item(), ...parts } };
  }

  async validate(): Promise<Metrics> {
    const { metrics } = await this.evaluate(this.options.held());
    const { loss, iou, pixelAccuracy } = metrics;
    return { loss, taskLoss: loss, taskAccuracy: pixelAccuracy, taskIou: iou };
  }

  predict(batch: B): Uint8Array {
    return this.predictMasks(batch);
  }

  /** The likeliest class of every pixel, uint8 `[B,H,W]`; the model must be in evaluation mode. */
  predictMasks(batch: B): Uint8Array {
    return this.forward(batch, (logits) => this.options.head.predicted(logits));
  }

  /** Mean IoU and pixel accuracy over all pixels of the set; the loss is a mean over images. */
  async evaluate(batches: BatchStream<B>): Promise<Evaluation> {
    const parts: Regions[] = [];
    const losses: number[] = [];
    for await (const batch of batches) {
      const scores = this.forward(batch, (logits) => this.options.head.score(logits, batch));
      parts.push(scores.regions!);
      losses.push(...scores.losses);
    }
    const regions = joinRegions(parts);
    const { intersections } = regions;
    const images = losses.length;
    return {
      images,
      metrics: {
        loss: mean(losses),
        iou: orZero(meanOfPresent(iouOf(regions))),
        pixelAccuracy: sum(intersections) / Math.max(1, pixelsOf(regions)),
      },
      perImage: Float64Array.from({ length: images }, (_, i) => {
        const alone = new Uint8Array(images);
        alone[i] = 1;
        return orZero(meanOfPresent(iouOf(regions, alone)));
      }),
      regions,
    };
  }

  private forward<T>(batch: B, read: (logits: Tensor) => T): T {
    return noGrad(() => scope(() => read(this.options.model.forward(this.input(batch)).task)));
  }

  private input({ images, count, size, channels }: B): Tensor {
    const { mean: means, std, device } = this.options;
    const { height, width } = size;
    return imageBatch(images, [count, height, width, channels], { mean: means, std, device });
  }
}

/** Pixels that count: a pixel that is wrong stands in two unions. */
function pixelsOf({ intersections, unions }: Regions): number {
  return (sum(unions) + sum(intersections)) / 2;
}

/** Where every pixel is ignored nothing is right. */
const orZero = (value: number): number => (Number.isNaN(value) ? 0 : value);
