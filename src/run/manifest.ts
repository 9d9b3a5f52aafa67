import { cpus, totalmem, availableParallelism } from 'node:os';
import type { LearnConfig } from '../config/index.js';
import { packageVersion } from '../core/index.js';
import type { Manifest } from './files/index.js';
import { engineInfo, resolvePrecision } from '../tensor/index.js';
import type { Plan } from './plan.js';
import type { PreparedData } from './prepare.js';

/** What made the run, and on what; with the plan, so that a resumed run keeps it. */
export function manifestOf(
  config: Pick<LearnConfig, 'data' | 'seed' | 'precision'>,
  prepared: PreparedData,
  plan: Plan,
): Manifest {
  const { data, split, device, threads, workers } = prepared;
  return {
    version: 1,
    command: ['safe-augment', ...process.argv.slice(2)].join(' '),
    created: new Date().toISOString(),
    versions: {
      'safe-augment': packageVersion(),
      node: process.versions.node,
      libtorch: engineInfo().libtorch,
    },
    seed: config.seed,
    hardware: {
      cpu: cpus()[0]?.model.trim() ?? 'unknown',
      cores: availableParallelism(),
      memoryBytes: totalmem(),
      device,
    },
    threads,
    workers,
    precision: resolvePrecision(config.precision, device),
    data: {
      source: config.data,
      kind: data.kind,
      classes: [...data.classes],
      images: data.items.length,
      height: data.size.height,
      width: data.size.width,
      channels: data.store.channels,
      normalisation: { mean: [...data.normalisation.mean], std: [...data.normalisation.std] },
      ...(data.masks && {
        segmentation: { ignored: data.masks.ignored, colours: [...data.masks.colours] },
      }),
      fingerprint: data.fingerprint,
      skipped: data.badFiles.map((file) => file.name),
    },
    split: {
      train: split.train.length,
      calibration: split.calibration.length,
      judging: split.judging.length,
      test: split.test.length,
    },
    plan,
  };
}
