import type { Figure } from './files/index.js';
import type { TrainConfig } from '../config/index.js';
import type { Batch, Dataset } from '../data/index.js';
import type { Module } from '../nn/index.js';
import type { BatchStream, Evaluated } from '../train/index.js';
import type { PreparedData } from './prepare.js';

/**
 * What `train` and `compare` need to know of a task. They know nothing else of it: classification and
 * segmentation are two of these.
 */
export interface TrainingTask<M extends Module = Module> {
  readonly name: string;
  /** What its tests give; the first is the figure that trainings are compared by. */
  figures(data: Pick<Dataset, 'classes' | 'superclasses'>): Figure[];
  /** A network with fresh weights, which depend on the seed alone. */
  model(config: TrainConfig, prepared: PreparedData): M;
  /** Loss and evaluation of that network. @param held the held-out images as they are */
  task(model: M, prepared: PreparedData, held: () => BatchStream<Batch>): TrainedTask;
}

/** A task of one network. */
export interface TrainedTask extends Evaluated<Batch> {
  /** Segmentation: the likeliest class of every pixel, uint8 `[B,H,W]`. */
  predictMasks?(batch: Batch): Uint8Array;
}
