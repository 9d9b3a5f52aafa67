import { availableParallelism } from 'node:os';
import type { DataSetConfig } from '../config/index.js';
import { UserError } from '../core/index.js';
import {
  createLoader,
  openDataset,
  trainedOnlyWarnings,
  type BatchShare,
  type Dataset,
  type Loader,
  type OriginalsHandle,
  type Split,
} from '../data/index.js';
import { namedFile, requireSafetensors, startOf } from '../models/index.js';
import { balanceFacts, taskFor } from '../tasks/index.js';
import { resolvePrecision, setThreads, type Device } from '../tensor/index.js';
import { fewestInBatch, type BatchData } from './data-defaults.js';
import type { RunHooks } from './files/index.js';
import type { Shape } from './fresh-model.js';
import { requireMemory } from './machine.js';
import type { Settled } from './settle-images.js';

/** The data of a run, split, with the loader's threads started. */
export interface PreparedData {
  readonly data: Dataset;
  readonly split: Split;
  /** Images a training step; 0 where data sets share it. */
  readonly batch: number;
  /** Of every training step, this process's part. Default: all of it. */
  readonly share?: BatchShare;
  readonly loader: Loader;
  readonly device: Device;
  readonly threads: number;
  readonly workers: number;
  /** Of the training loss, where the task balances its classes. */
  readonly classBalance: DataConfig['classBalance'];
}

/** Settings that say which data are read and by how many threads. */
export type DataConfig = Settled<
  Pick<
    DataSetConfig,
    | 'data'
    | 'size'
    | 'fit'
    | 'decoding'
    | 'resizing'
    | 'onBadFile'
    | 'labels'
    | 'groupBy'
    | 'nearDuplicates'
    | 'namesAlike'
    | 'seed'
    | 'device'
    | 'precision'
    | 'threads'
    | 'workers'
    | 'classBalance'
    | 'crops'
    | 'batch'
    | 'testShare'
    | 'model'
  >
>;

/** On the CPU, augmenting is far cheaper than a step; a GPU needs more workers. */
const mostWorkers = 8;

/**
 * Reads the data, splits them, and starts the loader's threads. Close the loader when done.
 *
 * @param divide splits the data, and may give them parts that they lack
 * @param opened the data, where they have been read already
 */
export async function prepareData(
  config: DataConfig,
  hooks: RunHooks,
  divide: (data: Dataset) => Pick<PreparedData, 'data' | 'split' | 'batch' | 'share'>,
  opened?: Dataset,
): Promise<PreparedData> {
  const { device, threads } = config;
  const precision = resolvePrecision(config.precision, device); // refused before anything is read
  setThreads(threads);
  const cores = availableParallelism();
  const auto = device === 'cpu' ? 1 : Math.max(1, Math.min(mostWorkers, cores - 1));
  const workers = config.workers === 'auto' ? auto : config.workers;

  const file = namedFile(config.model.weights);
  if (file !== undefined) requireSafetensors(file);
  const divided = divide(opened ?? (await readData(config, hooks)));
  const { split, batch, share } = divided;
  const data = normalisedFor(config, divided.data);
  requireMemory(config, data.size, batch);
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
    ...groupFacts(data),
    ...(config.batch === 'auto' && batch > 0 && { batch }),
    ...balanceFacts(data, config.classBalance),
    precision,
  });
  const trainedOnly = trainedOnlyWarnings(data, split, 'judged');
  for (const message of [...data.warnings, ...trainedOnly])
    hooks.onEvent({ type: 'warning', code: 'DATA', message });
  const loader = createLoader({
    store: data.store,
    targets: data.targets,
    originals: originalsFor(config, data),
    seed: config.seed,
    workers,
  });
  const { classBalance } = config;
  return { data, split, batch, share, loader, device, threads, workers, classBalance };
}

/** Of images that come in groups, how many of each there are. */
export function groupFacts({ groups, items }: Pick<Dataset, 'groups' | 'items'>) {
  return groups === undefined ? {} : { images: items.length, groups: groups.names.length };
}

/** The data with the normalisation that the network's weights were trained with, where it starts from such. */
function normalisedFor({ model }: Pick<DataConfig, 'model'>, data: Dataset): Dataset {
  const start = startOf(model, { ...data.size, channels: data.store.channels });
  return start?.normalisation ? { ...data, normalisation: start.normalisation } : data;
}

/** The full images, where windows are cut from them. @throws UserError `CROPS_FULL` */
export function originalsFor(
  { crops }: Pick<DataConfig, 'crops'>,
  { originals, kind, root }: Dataset,
): OriginalsHandle | undefined {
  if (crops === 'full' && originals === undefined)
    throw new UserError('CROPS_FULL', 'These data contain no full-size image files.', {
      where: root,
      expected: 'images in separate files',
      got: kind,
      remedy: 'remove crops: full',
    });
  return crops === 'full' ? originals : undefined;
}

/** Reads and decodes the images. @throws UserError `DATA_*`, `IMAGE_*`, `MEMORY_FULL` */
export function readData(
  config: Pick<
    DataConfig,
    | 'data'
    | 'size'
    | 'fit'
    | 'decoding'
    | 'resizing'
    | 'crops'
    | 'onBadFile'
    | 'labels'
    | 'groupBy'
    | 'nearDuplicates'
    | 'namesAlike'
    | 'device'
    | 'batch'
  >,
  hooks: RunHooks,
): Promise<Dataset> {
  hooks.onEvent({ type: 'phase', phase: 'prepare' });
  // Decoding large images takes long: what no batch can be trained on is refused first.
  if (config.size !== null)
    requireMemory(config, config.size, config.batch === 'auto' ? fewestInBatch : config.batch);
  // Windows from full images must not differ from what is resized as a whole.
  const reduced = config.decoding === 'auto' && config.crops === 'working';
  return openDataset(config.data, {
    size: config.size
      ? { ...config.size, fit: config.fit, reduced, earlier: config.resizing === 'earlier' }
      : undefined,
    onBadFile: config.onBadFile === 'skip' ? 'skip' : 'error',
    labels: config.labels,
    groupBy: config.groupBy,
    nearDuplicates: config.nearDuplicates,
    namesAlike: config.namesAlike,
    signal: hooks.signal,
    onProgress: (done, total) =>
      hooks.onEvent({ type: 'progress', phase: 'prepare', done, total, label: 'reading images' }),
  });
}

/** What a network must know of the data; `labels` is the size of the recognition head, 0: none. */
export function shapeOf(data: Dataset, labels: number): Shape {
  return {
    outputs: taskFor(data).outputs,
    classes: data.classes.length,
    labels,
    channels: data.store.channels,
    ...data.size,
  };
}

/** What the size of a batch depends on. */
export function batchData(data: Dataset): BatchData {
  const { mostInBatch, outputs } = taskFor(data);
  const { width, height } = data.size;
  return { root: data.root, mostInBatch, pixels: width * height, outputs };
}
