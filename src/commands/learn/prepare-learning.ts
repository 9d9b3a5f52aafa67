import { createTransform, type TransformSpec } from '../../augment/index.js';
import type { LearnConfig } from '../../config/index.js';
import { splitJudging, type Dataset } from '../../data/index.js';
import { batchFor } from '../../run/batch.js';
import type { RunHooks } from '../../run/files/index.js';
import type { Shape } from '../../run/fresh-model.js';
import { batchData, prepareData, shapeOf, type PreparedData } from '../../run/prepare.js';
import { borderOf, labelsFor, marginsOf, type Border, type Label } from '../../safe/index.js';

/** Everything a run of `learn` needs before it trains. */
export interface Prepared extends PreparedData {
  readonly labels: readonly Label[];
  /** Of the windows among the labels; undefined where there are none. */
  readonly border: Border | undefined;
  readonly shape: Shape;
}

/** Share of the held-out images that choose the cut-offs and are judged in nothing else. */
const calibrationShare = 0.25;

/**
 * Reads the data, splits them, and starts the loader's threads. Close the loader when done.
 *
 * @param opened the data, where they have been read already
 * @param batchOf images a step, of the data and the number of images to train on
 */
export async function prepare(
  config: LearnConfig,
  hooks: RunHooks,
  opened?: Dataset,
  batchOf = (data: Dataset, images: number) => batchFor(config, batchData(data), images, 'joint'),
): Promise<Prepared> {
  checkTransforms(config);
  const { fraction } = config.judging;
  const divide = (data: Dataset) => {
    // A crop that is too large shows before any thread is started.
    labelsOn(config, data);
    const split = splitJudging(data, {
      judging: fraction * (1 - calibrationShare),
      calibration: fraction * calibrationShare,
      seed: config.seed,
    });
    return { data, split, batch: batchOf(data, split.train.length) };
  };
  const prepared = await prepareData(config, hooks, divide, opened);
  return { ...prepared, ...labelsOn(config, prepared.data) };
}

/** Misspelt transforms and options show before minutes of decoding. @throws UserError `TRANSFORM_*` */
export function checkTransforms(config: Pick<LearnConfig, 'augmentations' | 'controls'>): void {
  for (const { spec } of labelsFor(config.augmentations, config.controls)) createTransform(spec);
}

/** What the recognition head learns on these data. */
export function labelsOn(
  config: LearnConfig,
  data: Dataset,
): Pick<Prepared, 'labels' | 'border' | 'shape'> {
  // Windows of the full image need no filling up.
  const margins = (spec: TransformSpec) =>
    config.crops === 'full' ? undefined : marginsOf(spec, data.size, config.restore);
  const { augmentations, controls } = config;
  const labels = labelsFor(augmentations, controls, (spec) => margins(spec) !== undefined);
  const border = borderOf(labels.map(({ spec }) => margins(spec)));
  return { labels, border, shape: shapeOf(data, labels.length) };
}
