import type { Regions } from '../metrics/index.js';
import type { BatchStream, Metrics, Task } from './types.js';

/** What a pass over images without augmentation says. */
export interface Evaluation {
  readonly images: number;
  /** `loss` and the task's figures, means over images (or what else the figure is defined over). */
  readonly metrics: Metrics;
  /** `[images]`, in their order: the figure by which trainings are compared, each in [0, 1]. */
  readonly perImage: Float64Array;
  /** Segmentation: what each image adds to intersections and unions; the set's figure comes from their sums. */
  readonly regions?: Regions;
}

/** A task that can be evaluated: what `train` and `compare` are given. */
export interface Evaluated<B> extends Task<B> {
  /** A forward pass without gradients; the model must be in evaluation mode. */
  predict(batch: B): unknown;
  evaluate(batches: BatchStream<B>): Promise<Evaluation>;
}
