import type { LearnConfig, PresetName, TrainingCase } from '../config/index.js';
import { UserError } from '../core/index.js';
import { targetKindOf, type Dataset, type MaskValue } from '../data/index.js';
import type { Size } from '../image/index.js';
import { photographSide, startOf, type TaskOutputs } from '../models/index.js';
import { taskFor } from '../tasks/index.js';
import { namedModel } from './settle-images.js';

// Defaults that depend on the data: the preset, and the images a step.

/**
 * The preset for data where the user names none: that of their task. For `presetFor` of `resolveLearnConfig` and its
 * like.
 *
 * @param data a folder, or KIND:DIR; what is wrong with it is reported when it is read
 * @param labels the settings of the same name, as they were given: they may say what masks mean
 */
export function presetFor(data: string, labels?: unknown): PresetName {
  try {
    return taskFor({ targets: { kind: targetKindOf(data, labelsIn(labels)) } }).preset;
  } catch (error) {
    if (error instanceof UserError) return 'quick';
    throw error;
  }
}

function labelsIn(labels: unknown): { maskValues: MaskValue[] } | undefined {
  if (typeof labels !== 'object' || labels === null || !('maskValues' in labels)) return undefined;
  const { maskValues } = labels;
  const isValue = (value: unknown): value is MaskValue =>
    typeof value === 'number' || typeof value === 'string';
  return Array.isArray(maskValues) && maskValues.every(isValue) ? { maskValues } : undefined;
}

/** What trains on the images. It decides how many a step holds at most. */
export type BatchUse = 'joint' | 'training';

/** The thesis takes 256 (5.2.1); short joint runs learn more from more steps (decisions/031). */
const most: Record<BatchUse, number> = { joint: 64, training: 256 };
/** Batches grow beyond 64 only where this many steps are left to an epoch (decisions/045). */
const manySteps = 128;
const moderate = 64;
/** With fewer steps an epoch, a network hardly learns from a small data set. */
export const leastSteps = 8;
/** Batch normalisation needs a few images for a mean and a deviation. */
export const fewestInBatch = 4;
/**
 * Pixels in a step at most, where that leaves `fewestInBatch` images: efficientnet-lite0 takes 1.3 GB for as many
 * (docs/decisions/075-memory.md).
 */
const mostPixels: Readonly<Record<TaskOutputs, number>> = { image: 2 ** 19, pixel: 2 ** 18 };

/** What a batch must know of the data. */
export interface BatchData {
  /** Where they lie, for the message. */
  readonly root: string;
  /** Of their task; null: as many as `use` allows. */
  readonly mostInBatch: number | null;
  /** Of an image, and what the network says of it: how much memory it takes. */
  readonly pixels: number;
  readonly outputs: TaskOutputs;
}

/** The case of a training on these data, for `usualTraining`. @param images that are trained on */
export function caseOn(
  { model: wanted }: Pick<LearnConfig, 'model'>,
  {
    size,
    store,
    targets,
  }: Pick<Dataset, 'size'> & {
    readonly store: Pick<Dataset['store'], 'channels'>;
    readonly targets: Pick<Dataset['targets'], 'kind'>;
  },
  images: number,
  heads: TrainingCase['heads'],
  epochs: number | null,
): TrainingCase {
  const model = namedModel(wanted, size);
  const start = startOf(model, { ...size, channels: store.channels });
  const oneClass = targets.kind === 'class';
  const pretrained = start !== undefined;
  return { heads, network: model.name, pretrained, oneClass, images, epochs };
}

/**
 * Whether anyone would train so for hundreds of epochs: small images, and any from scratch; larger ones that start from weights are
 * fine-tuned for some fifteen.
 */
export function isTrainedForLong({ height, width }: Size, pretrained: boolean): boolean {
  return Math.max(height, width) < photographSide || !pretrained;
}

/**
 * Images a step: as configured, or the largest power of two that leaves eight steps to an epoch, from 4 to
 * 64 (or the task's own most: 16 with masks); in training up to 256 where 128 steps are left. Fewer of large images.
 *
 * @param images that are trained on
 * @param usual of `usualTraining`: instead of those 64 to 256
 * @throws UserError `BATCH_TOO_LARGE` where there are too few images for one batch
 */
export function batchFor(
  { batch: wanted }: Pick<LearnConfig, 'batch'>,
  { root, mostInBatch, pixels, outputs }: BatchData,
  images: number,
  use: BatchUse,
  usual: number | null = null,
): number {
  if (wanted === 'auto') {
    let batch = mostInBatch ?? usual ?? most[use];
    if (usual === null) while (batch > moderate && batch * manySteps > images) batch /= 2;
    while (batch > fewestInBatch && batch * leastSteps > images) batch /= 2;
    while (batch > fewestInBatch && batch * pixels > mostPixels[outputs]) batch /= 2;
    // A single image has no deviation; too few images are reported below.
    return fits(Math.max(2, Math.min(batch, images)), images, root);
  }
  return fits(wanted, images, root);
}

function fits(batch: number, images: number, root: string): number {
  if (batch <= images) return batch;
  throw new UserError('BATCH_TOO_LARGE', 'There are too few images for one batch.', {
    where: root,
    expected: `at least ${batch} training images`,
    got: `${images}${images > 1 ? '' : ', after holding out images'}`,
    remedy:
      images > 1
        ? `choose a smaller batch with --batch, at most ${images}, or omit it`
        : 'add images',
  });
}
