import { availableParallelism } from 'node:os';
import { createTransform } from '../augment/index.js';
import type { LearnConfig, RunHooks } from '../config/index.js';
import {
  createLoader,
  openDataset,
  splitJudging,
  type Dataset,
  type Loader,
  type OriginalsHandle,
  type Split,
} from '../data/index.js';
import { UserError } from '../core/index.js';
import { borderOf, labelsFor, marginsOf, type Border, type Label } from '../safe/index.js';
import type { TransformSpec } from '../augment/types.js';
import { defaultThreads, resolveDevice, setThreads, type Device } from '../tensor/index.js';
import { batchFor } from './batch.js';
import type { Shape } from './model.js';

/** The data of a run, split, with the loader's threads started. */
export interface PreparedData {
  readonly data: Dataset;
  readonly split: Split;
  /** Images a training step; 0 where several data sets share it. */
  readonly batch: number;
  readonly loader: Loader;
  readonly device: Device;
  readonly threads: number;
  readonly workers: number;
  /** Of the training loss, in segmentation. */
  readonly classBalance: DataConfig['classBalance'];
}

/** Everything a run of `learn` needs before it trains. */
export interface Prepared extends PreparedData {
  readonly labels: readonly Label[];
  /** Of the windows among the labels; undefined where there are none. */
  readonly border: Border | undefined;
  readonly shape: Shape;
}

/** Settings that say which data are read and by how many threads. */
export type DataConfig = Pick<
  LearnConfig,
  | 'data'
  | 'size'
  | 'onBadFile'
  | 'seed'
  | 'device'
  | 'threads'
  | 'workers'
  | 'classBalance'
  | 'crops'
  | 'batch'
>;

/** Augmenting is far cheaper than a step on the CPU; a GPU needs more hands. */
const mostWorkers = 8;

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
  batchOf = (data: Dataset, images: number) => batchFor(config, data, images, 'joint'),
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

/**
 * As `prepare`, for any command.
 *
 * @param divide splits the data, and may give them parts that they lack
 * @param opened the data, where they have been read already
 */
export async function prepareData(
  config: DataConfig,
  hooks: RunHooks,
  divide: (data: Dataset) => Pick<PreparedData, 'data' | 'split' | 'batch'>,
  opened?: Dataset,
): Promise<PreparedData> {
  const device = resolveDevice(config.device);
  const threads = config.threads === 'auto' ? defaultThreads() : config.threads;
  setThreads(threads);
  const cores = availableParallelism();
  const auto = device === 'cpu' ? 1 : Math.max(1, Math.min(mostWorkers, cores - 1));
  const workers = config.workers === 'auto' ? auto : config.workers;

  const { data, split, batch } = divide(opened ?? (await readData(config, hooks)));
  hooks.onEvent({
    type: 'data',
    kind: data.kind,
    classes: data.classes.length,
    train: split.train.length,
    judging: split.calibration.length + split.judging.length,
    test: split.test.length,
    height: data.size.height,
    width: data.size.width,
    skipped: data.badFiles.length,
    ...(config.batch === 'auto' && batch > 0 && { batch }),
  });
  for (const message of data.warnings) hooks.onEvent({ type: 'warning', code: 'DATA', message });
  const loader = createLoader({
    store: data.store,
    labels: data.labels,
    masks: data.masks?.store,
    originals: originalsFor(config, data),
    seed: config.seed,
    workers,
  });
  const { classBalance } = config;
  return { data, split, batch, loader, device, threads, workers, classBalance };
}

/** The full images, where windows are to be cut from them. @throws UserError `CROPS_FULL` */
export function originalsFor(
  { crops }: Pick<DataConfig, 'crops'>,
  { originals, kind, root }: Dataset,
): OriginalsHandle | undefined {
  if (crops === 'full' && originals === undefined)
    throw new UserError('CROPS_FULL', 'These data hold no files of full images.', {
      where: root,
      expected: 'images in files of their own',
      got: kind,
      remedy: 'leave crops: full out',
    });
  return crops === 'full' ? originals : undefined;
}

/** Reads and decodes the images. @throws UserError `DATA_*`, `IMAGE_*` */
export function readData(
  config: Pick<DataConfig, 'data' | 'size' | 'onBadFile'>,
  hooks: RunHooks,
): Promise<Dataset> {
  hooks.onEvent({ type: 'phase', phase: 'prepare' });
  return openDataset(config.data, {
    size: config.size ?? undefined,
    onBadFile: config.onBadFile === 'skip' ? 'skip' : 'error',
    onProgress: (done, total) =>
      hooks.onEvent({ type: 'progress', phase: 'prepare', done, total, label: 'reading images' }),
  });
}

/** What a network must know of the data; `labels` is the size of the recognition head, 0: none. */
export function shapeOf(data: Dataset, labels: number): Shape {
  return {
    task: data.masks ? 'segmentation' : 'classification',
    classes: data.classes.length,
    labels,
    channels: data.store.channels,
    ...data.size,
  };
}
