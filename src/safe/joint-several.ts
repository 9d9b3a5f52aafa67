import type { Batch } from '../data/index.js';
import { headOf, type TaskRange, type TwoHeaded } from '../models/index.js';
import { add, cat, mul, narrow, type Tensor } from '../tensor/index.js';
import type { BatchLoss, Metrics, MixedBatch, Objective } from '../train/index.js';
import type { JointTask } from './joint.js';

/** One of the data sets that share a network. */
export interface SharedSet {
  /** Stands before its figures: `photos/taskLoss`. */
  readonly name: string;
  /** Joint learning on it, with the network as `headOf` gives it. */
  readonly task: JointTask;
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
export class SeveralTask implements Objective<MixedBatch<Batch>> {
  constructor(
    private readonly model: TwoHeaded,
    private readonly sets: readonly SharedSet[],
  ) {}

  batchLoss({ parts, count }: MixedBatch<Batch>): BatchLoss {
    const shown = this.sets.map(({ task }, i) => task.show(parts[i]));
    const out = this.model.forward(cat(shown.map(({ input }) => input)));
    let row = 0;
    const losses = this.sets.map(({ task, head }, i) => {
      const images = parts[i].count;
      const own = (of: Tensor): Tensor => narrow(of, 0, row, images);
      const seen = headOf({ task: own(out.task), labels: own(out.labels) }, head);
      row += images;
      return task.lossOf(seen, shown[i].batch);
    });
    const weighted = losses.map(({ total, images }) => mul(total, images / count));
    return {
      total: weighted.reduce((sum, loss) => add(sum, loss)),
      images: count,
      parts: this.together(losses.map((l) => [l.parts, l.images / count])),
    };
  }

  async validate(): Promise<Metrics> {
    const all: (readonly [Metrics, number])[] = [];
    for (const { task, share } of this.sets) all.push([await task.validate(), share]);
    const figures = this.together(all);
    return { ...figures, loss: figures.loss };
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
