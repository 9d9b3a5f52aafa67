import { imageBatch, itemLater, noGrad, scope, type Device, type Tensor } from '../tensor/index.js';
import type { Module } from '../nn/index.js';
import type { BatchLoss, BatchStream, Metrics, Objective } from '../train/index.js';
import type { Evaluation, ImageBatch, TaskHead } from './task.js';

export interface TaskObjectiveOptions<B extends ImageBatch> {
  /** Its output `task` are the logits of the task. */
  readonly model: Module & { forward(x: Tensor): { readonly task: Tensor } };
  readonly head: TaskHead;
  readonly device: Device;
  readonly mean: readonly number[];
  readonly std: readonly number[];
  /** Held-out images as they are. */
  held(): BatchStream<B>;
}

/** Training a network for a task alone: what `train` and `compare` do. */
export class TaskObjective<B extends ImageBatch> implements Objective<B> {
  constructor(private readonly options: TaskObjectiveOptions<B>) {}

  batchLoss(batch: B): BatchLoss {
    const { model, head } = this.options;
    const { loss, figures } = head.loss(model.forward(this.input(batch)).task, batch);
    const taskLoss = itemLater(loss);
    return {
      total: loss,
      images: batch.count,
      figures: () => ({ taskLoss: taskLoss(), ...figures() }),
    };
  }

  async validate(): Promise<Metrics> {
    const { metrics, epoch } = await this.evaluate(this.options.held());
    return { loss: metrics.loss, taskLoss: metrics.loss, ...epoch };
  }

  accuracy({ taskAccuracy }: Metrics): number {
    return taskAccuracy;
  }

  figure(held: Metrics): number {
    return held[this.options.head.epochFigure];
  }

  /** Loss and figures over images; the model must be in evaluation mode. */
  async evaluate(batches: BatchStream<B>): Promise<Evaluation> {
    const evaluating = this.options.head.evaluate();
    for await (const batch of batches) this.see(batch, (logits) => evaluating.add(logits, batch));
    return evaluating.end();
  }

  /** A forward pass without gradients; the model must be in evaluation mode. */
  see<T>(batch: B, read: (logits: Tensor) => T): T {
    return noGrad(() => scope(() => read(this.options.model.forward(this.input(batch)).task)));
  }

  private input({ images, count, size, channels }: B): Tensor {
    const { mean, std, device } = this.options;
    const { height, width } = size;
    return imageBatch(images, [count, height, width, channels], { mean, std, device });
  }
}
