import { cpus, totalmem, availableParallelism } from 'node:os';
import type { DataSetConfig } from '../config/index.js';
import { packageVersion, shellWord, UserError } from '../core/index.js';
import type { Dataset } from '../data/index.js';
import { taskFor } from '../tasks/index.js';
import { engineInfo, resolvePrecision } from '../tensor/index.js';
import type { ManifestData, Plan, StartedManifest } from './files/index.js';
import { directoryFrom } from './folder/places.js';
import type { PreparedData } from './prepare.js';
import type { Work } from './settle-images.js';

/** The command line of this process. */
export function thisCommand(): string {
  return ['safe-augment', ...process.argv.slice(2).map(shellWord)].join(' ');
}

/** What made the run, and on what; with the plan, so that a resumed run keeps it. */
export function manifestOf(
  config: Pick<DataSetConfig, 'data' | 'seed' | 'out' | 'precision'> & Pick<Work, 'fit'>,
  prepared: PreparedData,
  plan: Plan,
): StartedManifest {
  const { data, split, device, threads, workers } = prepared;
  return {
    version: 1,
    command: thisCommand(),
    directory: directoryFrom(config.out),
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
      task: taskFor(data).name,
      classes: [...data.classes],
      images: data.items.length,
      ...(data.groups && { groups: data.groups.names.length }),
      height: data.size.height,
      width: data.size.width,
      fit: config.fit,
      channels: data.store.channels,
      normalisation: { mean: [...data.normalisation.mean], std: [...data.normalisation.std] },
      ...taskFor(data).facts(data),
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

/** @throws UserError `DATA_CHANGED` where the images are not those that a run was started with */
export function requireSameData(
  config: { readonly data: string },
  stored: ManifestData,
  data: Dataset,
): void {
  if (stored.fingerprint === data.fingerprint) return;
  throw new UserError('DATA_CHANGED', 'The images have changed since the run was started.', {
    where: config.data,
    expected: `fingerprint ${stored.fingerprint.slice(0, 12)}`,
    got: data.fingerprint.slice(0, 12),
    remedy: 'restore the images, or start again with --overwrite',
  });
}
