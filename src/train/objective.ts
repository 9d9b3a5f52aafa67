import type { Tensor } from '../tensor/index.js';
import type { StrengthGrowth } from './growing-strength.js';

/** One batch's loss, made inside a scope that frees it. */
export interface BatchLoss {
  /** Scalar to be minimised, mean over images. */
  readonly total: Tensor;
  readonly images: number;
  /**
   * Reads what the log shows beside the total, each a mean over the batch's images. To be called once: within the scope on
   * the CPU, after `synchronise` elsewhere (`later`).
   */
  figures(): Readonly<Record<string, number>>;
}

/** Means over images of a pass; `loss` is the total. */
export type Metrics = { loss: number } & Record<string, number>;

/** What is minimised. Joint learning, and a task alone, are objectives given to the one `fit`. */
export interface Objective<B> {
  /** The loss of a batch; the model is in training mode and gradients are recorded. */
  batchLoss(batch: B): BatchLoss;
  /** What held-out images say; the plateau schedule follows `loss`. */
  validate(epoch: number): Promise<Metrics>;
  /**
   * The figure of what `validate` returned that chooses an epoch, where one is chosen: higher is better.
   *
   * Not the loss: a network that has grown overconfident has a high loss and a good accuracy (docs/decisions/061-last-epoch.md).
   */
  figure(held: Metrics): number;
  /** A share of what is right that training and held-out images both have. Default: `figure`. */
  accuracy?(of: Metrics): number;
}

/** Where batches come from. An epoch's batches depend on its number and the strength alone. */
export interface BatchSource<B> {
  readonly batches: number;
  readonly images: number;
  /** Its images are changed more while the training runs ahead of its held-out images. Default: always alike. */
  readonly growth?: StrengthGrowth;
  /**
   * The batches of an epoch (from 0), in order.
   *
   * @param epochs of the whole training, as far as is known; default: as planned
   * @param strength of what is done to the images, where it grows; default: as at the beginning
   */
  epoch(epoch: number, epochs?: number, strength?: number): BatchStream<B>;
}

export interface BatchStream<B> extends AsyncIterable<B> {
  /** Seconds that the consumer has waited for batches so far. */
  waited(): number;
}

/** What an epoch came to. */
export interface EpochReport {
  /** From 0. */
  readonly epoch: number;
  /** Learning rate of its last step. */
  readonly lr: number;
  readonly train: Metrics;
  /** Null where this epoch was not validated. */
  readonly held: Metrics | null;
  readonly best: boolean;
  /** Of what was done to its images, where it grows. */
  readonly strength?: number;
  /** Trained on, in all sittings. */
  readonly images: number;
  readonly seconds: number;
  /** Training images a second, validation and saving left out. */
  readonly imagesPerSecond: number;
  /** Share of the training time spent waiting for batches, 0 to 1. */
  readonly waited: number;
}
