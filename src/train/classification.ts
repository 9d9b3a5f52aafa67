import { crossEntropies, mean, sum, topKCorrect } from '../metrics/index.js';
import type { Module } from '../nn/index.js';
import {
  crossEntropy,
  fromInt64,
  imageBatch,
  noGrad,
  scope,
  type Device,
  type Tensor,
} from '../tensor/index.js';
import type { Evaluated, Evaluation } from './evaluation.js';
import type { BatchLoss, BatchStream, Metrics } from './types.js';

/** A batch of labelled images. */
export interface LabelledBatch {
  /** B. */
  readonly count: number;
  readonly size: { readonly height: number; readonly width: number };
  readonly channels: 1 | 3;
  /** uint8 `[B,H,W,C]`. */
  readonly images: Uint8Array;
  /** `[B]`, class indices. */
  readonly labels: Int32Array;
}

/** A network whose output `task` are logits of the classes, `[B,classes]`. */
export interface Classifier extends Module {
  forward(x: Tensor): { readonly task: Tensor };
}

export interface ClassificationOptions<B extends LabelledBatch> {
  readonly model: Classifier;
  readonly device: Device;
  readonly mean: readonly number[];
  readonly std: readonly number[];
  /** `[classes]`, the group of each class, where the data have groups. */
  readonly superclassOf?: readonly number[];
  /** Held-out images as they are. */
  held(): BatchStream<B>;
}

/** Image classification: softmax cross-entropy over the classes (thesis, equation 3.3). */
export class ClassificationTask<B extends LabelledBatch> implements Evaluated<B> {
  constructor(private readonly options: ClassificationOptions<B>) {}

  batchLoss(batch: B): BatchLoss {
    const { model, device } = this.options;
    const logits = model.forward(this.input(batch)).task;
    const total = crossEntropy(logits, fromInt64(batch.labels, [batch.count], device));
    const taskAccuracy = mean(topKCorrect(logits.toFloat32Array(), batch.labels, logits.shape[1]));
    return {
      total,
      images: batch.count,
      parts: { taskLoss: total.item(), taskAccuracy },
    };
  }

  async validate(): Promise<Metrics> {
    const { metrics } = await this.evaluate(this.options.held());
    return { loss: metrics.loss, taskLoss: metrics.loss, taskAccuracy: metrics.top1 };
  }

  /** Logits `[B,classes]`; the model must be in evaluation mode. */
  predict(batch: B): Float32Array {
    return noGrad(() =>
      scope(() => this.options.model.forward(this.input(batch)).task.toFloat32Array()),
    );
  }

  /**
   * Loss, and accuracies in [0, 1] with the true class among the 1, 3 and 5 highest; `superclass`: with the
   * highest in the true class's group.
   */
  async evaluate(batches: BatchStream<B>): Promise<Evaluation> {
    const parts: Uint8Array[] = [];
    const { superclassOf } = this.options;
    const sums = { images: 0, loss: 0, top1: 0, top3: 0, top5: 0, superclass: 0 };
    for await (const batch of batches) {
      const logits = this.predict(batch);
      const classes = logits.length / batch.count;
      const right = (k: number) => topKCorrect(logits, batch.labels, classes, k);
      const top1 = right(1);
      parts.push(top1);
      sums.images += batch.count;
      sums.loss += sum(crossEntropies(logits, batch.labels, classes));
      sums.top1 += sum(top1);
      sums.top3 += sum(right(3));
      sums.top5 += sum(right(5));
      if (superclassOf)
        highest(logits, classes).forEach((label, i) => {
          if (superclassOf[label] === superclassOf[batch.labels[i]]) sums.superclass++;
        });
    }
    const { images, loss, top1, top3, top5 } = sums;
    return {
      images,
      metrics: {
        loss: loss / images,
        top1: top1 / images,
        top3: top3 / images,
        top5: top5 / images,
        ...(superclassOf && { superclass: sums.superclass / images }),
      },
      perImage: Float64Array.from(parts.flatMap((part) => [...part])),
    };
  }

  private input(batch: B): Tensor {
    const { mean: means, std, device } = this.options;
    const { height, width } = batch.size;
    return imageBatch(batch.images, [batch.count, height, width, batch.channels], {
      mean: means,
      std,
      device,
    });
  }
}

/** Each row's index of the highest value. */
function highest(logits: Float32Array, classes: number): number[] {
  return Array.from({ length: logits.length / classes }, (_, i) => {
    const row = logits.subarray(i * classes, (i + 1) * classes);
    return row.indexOf(Math.max(...row));
  });
}
