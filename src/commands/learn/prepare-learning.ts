import { createTransform, type TransformSpec } from '../../augment/index.js';
import type { DataSetConfig, LearnConfig } from '../../config/index.js';
import { splitJudging, withTestPart, type Dataset } from '../../data/index.js';
import { batchFor } from '../../run/data-defaults.js';
import type { RunHooks } from '../../run/files/index.js';
import type { Shape } from '../../run/fresh-model.js';
import type { Settled } from '../../run/settle-images.js';
import { batchData, prepareData, shapeOf, type PreparedData } from '../../run/prepare.js';
import { splitNaming, type PartSetting } from '../../run/split-settings.js';
import {
  borderOf,
  labelsFor,
  marginsOf,
  type Border,
  type RecognitionLabel,
} from '../../safe/index.js';

/** Everything a run of `learn` needs before it trains. */
export interface Prepared extends PreparedData {
  readonly labels: readonly RecognitionLabel[];
  /** Of the windows among the labels; undefined where there are none. */
  readonly border: Border | undefined;
  readonly shape: Shape;
}

/** Share of the held-out images that choose the thresholds and are judged in nothing else. */
const calibrationShare = 0.25;

/**
 * Splits a data set that has been read, and starts the loader's threads. Close the loader when done.
 *
 * @param shared true where other data sets share its batches: how many of its images a step holds depends on all
 */
export async function prepare(
  config: Settled<DataSetConfig>,
  hooks: RunHooks,
  opened: Dataset,
  shared: boolean,
): Promise<Prepared> {
  const { fraction } = config.judging;
  const { testShare } = config;
  const settings: PartSetting[] = [
    { name: 'judging.fraction', value: fraction, instead: '0.4' },
    { name: 'testShare', value: testShare, instead: '0.1' },
  ];
  const split = (all: Dataset) => {
    const data = withoutTest(config, all);
    const judging = fraction * (1 - calibrationShare);
    const calibration = fraction * calibrationShare;
    return { data, split: splitJudging(data, { judging, calibration, seed: config.seed }) };
  };
  const divide = (all: Dataset) => {
    // A crop that is too large shows before any thread is started.
    labelsOn(config, all);
    const parts = splitNaming(settings, all, split);
    const images = parts.split.train.length;
    const batch = shared ? 0 : batchFor(config, batchData(parts.data), images, 'joint');
    return { ...parts, batch };
  };
  const prepared = await prepareData(config, hooks, divide, opened);
  return { ...prepared, ...labelsOn(config, prepared.data) };
}

/**
 * The data with the images set aside that `train` and `compare` test on: no decision may be taken on these. Runs that were
 * started by earlier versions set none aside.
 */
export function withoutTest({ testShare }: Pick<LearnConfig, 'testShare'>, data: Dataset): Dataset {
  return testShare === 0 ? data : withTestPart(data, testShare);
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
