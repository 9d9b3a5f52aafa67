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
import { Rng } from '../core/index.js';
import { hide, type Border, type View } from './views.js';
import type { BatchLoss, BatchStream, Metrics, Task } from '../train/index.js';

/** Share of the training images of which only the window is shown, and of which only the border. */
const partShare = 0.15;
/** Images whose numbers make a batch's key. */
const keyImages = 8;

/** What both heads said of a batch, as plain arrays. */
export interface Outputs {
  /** `[n, classes]`, of the whole images. */
  readonly task: Float32Array;
  /** `[n, K]`, of the whole images. */
  readonly labels: Float32Array;
  /** `[n, K]`, where these views were asked for. */
  readonly window?: Float32Array;
  readonly border?: Float32Array;
}

export interface JointOptions {
  readonly model: TwoHeaded;
  readonly device: Device;
  readonly mean: readonly number[];
  readonly std: readonly number[];
  /** Labels of the recognition head. */
  readonly labels: number;
  /** Of the windows among the transforms; undefined where there are none. */
  readonly border?: Border;
  readonly seed: number;
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
    const out = model.forward(this.input(batch, this.drawViews(batch)));
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
  predict(batch: Batch, parts = false): Outputs {
    const see = (view?: 'window' | 'border') =>
      noGrad(() =>
        scope(() => {
          const views = view === undefined ? undefined : new Array<View>(batch.count).fill(view);
          const out = this.options.model.forward(this.input(batch, views));
          return { task: out.task.toFloat32Array(), labels: out.labels.toFloat32Array() };
        }),
      );
    const whole = see();
    if (!parts || this.options.border === undefined) return whole;
    return { ...whole, window: see('window').labels, border: see('border').labels };
  }

  /**
   * What training shows of each image: mostly all of it; some only inside the border and some only the
   * border, so that judging may ask for these. Keyed by the batch's first images, whose order is new in
   * every epoch.
   */
  private drawViews(batch: Batch): View[] | undefined {
    if (this.options.border === undefined) return undefined;
    const rng = new Rng(this.options.seed, 'views', ...batch.indices.subarray(0, keyImages));
    return Array.from({ length: batch.count }, () => {
      const u = rng.float();
      return u < partShare ? 'window' : u < 2 * partShare ? 'border' : 'whole';
    });
  }

  private input(batch: Batch, views?: readonly View[]) {
    const { mean: means, std, device, border } = this.options;
    const { count, size, channels } = batch;
    const shape: [number, number, number, number] = [count, size.height, size.width, channels];
    let { images } = batch;
    if (views !== undefined && border !== undefined) {
      images = images.slice();
      const length = size.height * size.width * channels;
      const fill = Array.from({ length: channels }, (_, c) =>
        Math.round(255 * means[c % means.length]),
      );
      views.forEach((view, i) => {
        if (view === 'whole') return;
        hide(images.subarray(i * length, (i + 1) * length), size, fill, view, border);
      });
    }
    return imageBatch(images, shape, { mean: means, std, device });
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
