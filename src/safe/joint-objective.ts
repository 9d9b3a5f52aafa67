import type { Batch } from '../data/index.js';
import { sum } from '../metrics/index.js';
import type { TaskHead, TaskScores } from '../tasks/index.js';
import type { Size } from '../image/image.js';
import { headOf, type TaskRange, type TwoHeaded, type TwoHeadedOutput } from '../models/index.js';
import {
  add,
  bceWithLogits,
  cat,
  fromFloat32,
  imageBatch,
  itemLater,
  mul,
  narrow,
  noGrad,
  scope,
  type Device,
  type Tensor,
} from '../tensor/index.js';
import { Rng } from '../core/index.js';
import { hide, type Border, type View } from './views.js';
import type { BatchLoss, BatchStream, Metrics, MixedBatch, Objective } from '../train/index.js';

/** Share of the training images of which only the window is shown, and of which only the border. */
const partShare = 0.15;
/** Images whose numbers make a batch's key. */
const keyImages = 8;

/** What both heads said of a batch, as plain arrays. */
export interface Outputs {
  /** What the task head made of the whole images. */
  readonly task: TaskScores;
  /** `[n, K]`, of the whole images. */
  readonly labels: Float32Array;
  /** `[n, K]`, where these views were asked for. */
  readonly window?: Float32Array;
  readonly border?: Float32Array;
}

/** A batch as training shows it. */
export interface Shown {
  /** float32 `[B,C,H,W]`. */
  readonly input: Tensor;
  /** With what is not shown left out of its labels. */
  readonly batch: Batch;
}

export interface JointOptions {
  readonly model: Pick<TwoHeaded, 'forward'>;
  readonly head: TaskHead;
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
 * (3.1) plus the task's own.
 *
 * Both are means: L_augm over images and labels, where equation 3.1 sums over labels.
 */
export class JointObjective implements Objective<Batch> {
  constructor(private readonly options: JointOptions) {}

  batchLoss(batch: Batch): BatchLoss {
    const shown = this.show(batch);
    return this.lossOf(this.options.model.forward(shown.input), shown.batch);
  }

  /** What the network is shown of a training batch. */
  show(batch: Batch): Shown {
    const views = this.drawViews(batch);
    return { input: this.input(batch, views), batch: this.visible(batch, views) };
  }

  /** The loss of what the network says of a batch as it was shown. */
  lossOf(out: TwoHeadedOutput, batch: Batch): BatchLoss {
    const { head, labels, device } = this.options;
    const applied = fromFloat32(Float32Array.from(batch.applied), [batch.count, labels], device);
    const { loss: task, figures } = head.loss(out.task, batch);
    const recognition = bceWithLogits(out.labels, applied);
    const [taskLoss, augmentLoss] = [task, recognition].map(itemLater);
    return {
      total: add(task, recognition),
      images: batch.count,
      figures: () => ({ taskLoss: taskLoss(), augmentLoss: augmentLoss(), ...figures() }),
    };
  }

  async validate(): Promise<Metrics> {
    const sums = { images: 0, task: 0, recognition: 0, correct: 0 };
    const seen: TaskScores[] = [];
    for await (const batch of this.options.held()) {
      const { task, labels } = this.predict(batch);
      sums.images += batch.count;
      sums.task += sum(task.losses);
      sums.correct += sum(task.correct);
      sums.recognition += batch.count * meanBinaryCrossEntropy(labels, batch.applied);
      seen.push(task);
    }
    const [first, ...others] = seen;
    const taskLoss = sums.task / sums.images;
    const augmentLoss = sums.recognition / sums.images;
    return {
      loss: taskLoss + augmentLoss,
      taskLoss,
      augmentLoss,
      taskAccuracy: sums.correct / sums.images,
      ...first?.join(others).epochFigures(),
    };
  }

  /**
   * The task's own figure less the recognition loss, which has no figure of its own. Every epoch draws its
   * augmentations afresh, so that the recognition loss grows little by overconfidence.
   */
  figure(held: Metrics): number {
    return held[this.options.head.epochFigure] - held.augmentLoss;
  }

  /** What both heads say of a batch; the model must be in evaluation mode. */
  predict(batch: Batch, parts = false): Outputs {
    const { head, border } = this.options;
    const see = <T>(read: (out: TwoHeadedOutput) => T, view?: View): T =>
      this.forward(batch, read, view);
    const labelsOf = (out: TwoHeadedOutput): Float32Array => out.labels.toFloat32Array();
    const whole = see((out) => ({ task: head.score(out.task, batch), labels: labelsOf(out) }));
    if (!parts || border === undefined) return whole;
    return { ...whole, window: see(labelsOf, 'window'), border: see(labelsOf, 'border') };
  }

  /** What the task head says of a batch, without gradients; the model must be in evaluation mode. */
  see<T>(batch: Batch, read: (logits: Tensor) => T): T {
    return this.forward(batch, (out) => read(out.task));
  }

  private forward<T>(batch: Batch, read: (out: TwoHeadedOutput) => T, view?: View): T {
    return noGrad(() =>
      scope(() => {
        const views = view === undefined ? undefined : new Array<View>(batch.count).fill(view);
        return read(this.options.model.forward(this.input(batch, views)));
      }),
    );
  }

  /** The batch with what is not shown left out of its labels. */
  private visible(batch: Batch, views: readonly View[] | undefined): Batch {
    const { border, head } = this.options;
    if (!views || !border) return batch;
    const paint = (pixels: Uint8Array, fill: readonly number[]): void =>
      hideAll(pixels, batch.size, fill, views, border);
    return { ...batch, targets: head.hide(batch.targets, paint) };
  }

  /**
   * What training shows of each image: mostly all of it; some only inside the border and some only the
   * border, so that judging may ask for these. Keyed by the batch's first images, whose order is new in
   * every epoch, and by its place among the batches where it holds but few.
   */
  private drawViews(batch: Batch): View[] | undefined {
    if (this.options.border === undefined) return undefined;
    const place = batch.count < keyImages ? [batch.number] : [];
    const first = batch.indices.subarray(0, keyImages);
    const rng = new Rng(this.options.seed, 'views', ...first, ...place);
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
      const fill = Array.from({ length: channels }, (_, c) =>
        Math.round(255 * means[c % means.length]),
      );
      hideAll(images, size, fill, views, border);
    }
    return imageBatch(images, shape, { mean: means, std, device });
  }
}

/** Paints over what each view hides of its image, in place. @param pixels uint8 `[B, height, width, channels]` */
function hideAll(
  pixels: Uint8Array,
  size: Size,
  fill: readonly number[],
  views: readonly View[],
  border: Border,
): void {
  const length = size.height * size.width * fill.length;
  views.forEach((view, i) => {
    if (view === 'whole') return;
    hide(pixels.subarray(i * length, (i + 1) * length), size, fill, view, border);
  });
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

/** One of the data sets that share a network. */
export interface SharedSet {
  /** Stands before its figures: `photos/taskLoss`. */
  readonly name: string;
  /** Joint learning on it, with the network as `headOf` gives it. */
  readonly objective: JointObjective;
  /** Its task head. */
  readonly head: TaskRange;
  /** Its part of every batch, in (0, 1]. */
  readonly share: number;
}

/**
 * Joint learning on several data sets: one trunk, one recognition head, a task head for each.
 *
 * Every batch holds images of all of them, so that batch norm sees in training what it will see in judging. The loss
 * is the mean over images of the recognition loss and of each image's own task loss.
 */
export class SharedObjective implements Objective<MixedBatch<Batch>> {
  constructor(
    private readonly model: TwoHeaded,
    private readonly sets: readonly SharedSet[],
  ) {}

  batchLoss({ parts, count }: MixedBatch<Batch>): BatchLoss {
    const shown = this.sets.map(({ objective }, i) => objective.show(parts[i]));
    const out = this.model.forward(cat(shown.map(({ input }) => input)));
    let row = 0;
    const losses = this.sets.map(({ objective, head }, i) => {
      const images = parts[i].count;
      const own = (of: Tensor): Tensor => narrow(of, 0, row, images);
      const seen = headOf({ task: own(out.task), labels: own(out.labels) }, head);
      row += images;
      return objective.lossOf(seen, shown[i].batch);
    });
    const weighted = losses.map(({ total, images }) => mul(total, images / count));
    return {
      total: weighted.reduce((all, loss) => add(all, loss)),
      images: count,
      figures: () => this.together(losses.map((l) => [l.figures(), l.images / count])),
    };
  }

  async validate(): Promise<Metrics> {
    const all: (readonly [Metrics, number])[] = [];
    for (const { objective, share } of this.sets) all.push([await objective.validate(), share]);
    const figures = this.together(all);
    return { ...figures, loss: figures.loss };
  }

  /** The mean of the data sets' figures, each by its share. */
  figure(held: Metrics): number {
    return this.sets.reduce((sum, { name, objective, share }) => {
      const own = Object.entries(held)
        .filter(([key]) => key.startsWith(`${name}/`))
        .map(([key, value]) => [key.slice(name.length + 1), value] as const);
      return sum + share * objective.figure({ loss: NaN, ...Object.fromEntries(own) });
    }, 0);
  }

  /** Weighted means of all figures, and each set's own under its name. */
  private together(
    all: readonly (readonly [Readonly<Record<string, number>>, number])[],
  ): Record<string, number> {
    const figures: Record<string, number> = {};
    for (const [own, share] of all)
      for (const [key, value] of Object.entries(own))
        figures[key] = (figures[key] ?? 0) + share * value;
    all.forEach(([own], i) => {
      for (const [key, value] of Object.entries(own))
        figures[`${this.sets[i].name}/${key}`] = value;
    });
    return figures;
  }
}
