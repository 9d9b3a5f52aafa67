import type { Regions } from '../metrics/index.js';
import type { Tensor } from '../tensor/index.js';

/** A task's loss as it is trained. */
export interface HeadLoss {
  /** Scalar, mean over images or pixels. */
  readonly loss: Tensor;
  /** What the log shows, e.g. `taskAccuracy`. */
  readonly parts: Readonly<Record<string, number>>;
}

/** What a task's logits say of images, one value each in their order. */
export interface HeadScores {
  /** Share of the answers that are right, in [0, 1]: the image's class, or its pixels'. */
  readonly correct: Float64Array;
  /** Mean loss, in nats. */
  readonly losses: Float64Array;
  /** The class of each image, where it has one. */
  readonly classes?: Int32Array;
  /** Segmentation: what each image adds to intersections and unions. */
  readonly regions?: Regions;
}

/**
 * What joint learning and judging need to know of a task: how its logits are scored. Classification and
 * segmentation are two of these.
 */
export interface TaskHead<B> {
  /** The loss of a batch. @param logits what the network's task head gives, gradients recorded */
  loss(logits: Tensor, batch: B): HeadLoss;
  /** Scores of a batch; gradients are not recorded. */
  score(logits: Tensor, batch: B): HeadScores;
}
