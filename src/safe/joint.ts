import type { Batch } from '../data/index.js';
import { crossEntropies, mean, topKCorrect } from '../metrics/index.js';
import type { TwoHeaded } from '../models/index.js';
import {
  add,
  bceWithLogits,
  crossEntropy,
  fromFloat32,
  fromInt64,
  imageBatch,
  noGrad,
  scope,
  type Device,
} from '../tensor/index.js';
import type { BatchLoss, BatchStream, Metrics, Task } from '../train/index.js';

/** What both heads said of a batch, as plain arrays. */
export interface Outputs {
  /** `[n, classes]` */
  readonly task: Float32Array;
  /** `[n, K]` */
  readonly labels: Float32Array;
}

export interface JointOptions {
  readonly model: TwoHeaded;
  readonly device: Device;
  readonly mean: readonly number[];
  readonly std: readonly number[];
  /** Labels of the recognition head. */
  readonly labels: number;
  /** Held-out images under the training recipe, in the same draw every time. */
  held(): BatchStream<Batch>;
}

/**
 * Joint learning (thesis, 3.1.1): L_total = L_augm + L_task, sigmoid cross-entropy over the labels
 * (3.1) plus softmax cross-entropy over the classes (3.3).
 *
 * Both are means: L_augm over images and labels, where equation 3.1 sums over labels.
 */
export class JointTask implements Task<Batch> {
  constructor(private readonly options: JointOptions) {}

  batchLoss(batch: Batch): BatchLoss {
    const { model, labels, device } = this.options;
    const out = model.forward(this.input(batch));
    const classes = fromInt64(batch.labels, [batch.count], device);
    const applied = fromFloat32(Float32Array.from(batch.applied), [batch.count, labels], device);
    const task = crossEntropy(out.task, classes);
    const recognition = bceWithLogits(out.labels, applied);
    const total = add(task, recognition);
    const right = topKCorrect(out.task.toFloat32Array(), batch.labels, out.task.shape[1]);
    return {
      total,
      images: batch.count,
      parts: {
        taskLoss: task.item(),
        augmentLoss: recognition.item(),
        taskAccuracy: mean(right),
      },
    };
  }

  async validate(): Promise<Metrics> {
    const sums = { images: 0, task: 0, recognition: 0, correct: 0 };
    for await (const batch of this.options.held()) {
      const out = this.predict(batch);
      const classes = out.task.length / batch.count;
      sums.images += batch.count;
      sums.task += batch.count * mean(crossEntropies(out.task, batch.labels, classes));
      sums.correct += batch.count * mean(topKCorrect(out.task, batch.labels, classes));
      sums.recognition += batch.count * meanBinaryCrossEntropy(out.labels, batch.applied);
    }
    const taskLoss = sums.task / sums.images;
    const augmentLoss = sums.recognition / sums.images;
    return {
      loss: taskLoss + augmentLoss,
      taskLoss,
      augmentLoss,
      taskAccuracy: sums.correct / sums.images,
    };
  }

  /** Both heads' logits for a batch; the model must be in evaluation mode. */
  predict(batch: Batch): Outputs {
    return noGrad(() =>
      scope(() => {
        const out = this.options.model.forward(this.input(batch));
        return { task: out.task.toFloat32Array(), labels: out.labels.toFloat32Array() };
      }),
    );
  }

  private input(batch: Batch) {
    const { mean: means, std, device } = this.options;
    const shape: [number, number, number, number] = [
      batch.count,
      batch.size.height,
      batch.size.width,
      batch.channels,
    ];
    return imageBatch(batch.images, shape, { mean: means, std, device });
  }
}

/** Numerically stable mean of the sigmoid cross-entropy, in nats. */
export function meanBinaryCrossEntropy(logits: Float32Array, targets: Uint8Array): number {
  let sum = 0;
  for (let i = 0; i < logits.length; i++) {
    const x = logits[i];
    sum += Math.max(x, 0) - x * targets[i] + Math.log1p(Math.exp(-Math.abs(x)));
  }
  return sum / logits.length;
}
