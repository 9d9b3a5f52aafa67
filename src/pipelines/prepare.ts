import { availableParallelism } from 'node:os';
import { createTransform } from '../augment/index.js';
import type { LearnConfig, RunHooks } from '../config/index.js';
import {
  createLoader,
  openDataset,
  splitJudging,
  type Dataset,
  type Loader,
  type Split,
} from '../data/index.js';
import { labelsFor, type Label } from '../safe/index.js';
import { defaultThreads, resolveDevice, setThreads, type Device } from '../tensor/index.js';
import type { Shape } from './model.js';

/** Everything a run needs before it trains. */
export interface Prepared {
  readonly data: Dataset;
  readonly split: Split;
  readonly loader: Loader;
  readonly labels: readonly Label[];
  readonly shape: Shape;
  readonly device: Device;
  readonly threads: number;
  readonly workers: number;
}

/** Augmenting is far cheaper than a step on the CPU; a GPU needs more hands. */
const mostWorkers = 8;

/** Share of the held-out images that choose the cut-offs and are judged in nothing else. */
const calibrationShare = 0.25;

/** Reads the data, splits them, and starts the loader's threads. Close the loader when done. */
export async function prepare(config: LearnConfig, hooks: RunHooks): Promise<Prepared> {
  const labels = labelsFor(config.augmentations, config.controls);
  // Misspelt transforms and options show before minutes of decoding.
  for (const label of labels) createTransform(label.spec);
  const device = resolveDevice(config.device);
  const threads = config.threads === 'auto' ? defaultThreads() : config.threads;
  setThreads(threads);
  const cores = availableParallelism();
  const auto = device === 'cpu' ? 1 : Math.max(1, Math.min(mostWorkers, cores - 1));
  const workers = config.workers === 'auto' ? auto : config.workers;

  hooks.onEvent({ type: 'phase', phase: 'prepare' });
  const data = await openDataset(config.data, {
    size: config.size ?? undefined,
    onBadFile: config.onBadFile === 'skip' ? 'skip' : 'error',
    onProgress: (done, total) =>
      hooks.onEvent({ type: 'progress', phase: 'prepare', done, total, label: 'reading images' }),
  });
  const split = splitJudging(data, {
    judging: config.judging.fraction * (1 - calibrationShare),
    calibration: config.judging.fraction * calibrationShare,
    seed: config.seed,
  });
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
  });
  for (const message of data.warnings) hooks.onEvent({ type: 'warning', code: 'DATA', message });
  const loader = createLoader({
    store: data.store,
    labels: data.labels,
    seed: config.seed,
    workers,
  });
  const shape: Shape = {
    classes: data.classes.length,
    labels: labels.length,
    channels: data.store.channels,
    ...data.size,
  };
  return { data, split, loader, labels, shape, device, threads, workers };
}
