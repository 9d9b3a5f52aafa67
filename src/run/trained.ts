import { join } from 'node:path';
import {
  commandOf,
  manifestSchema,
  readRunFile,
  runFiles,
  trainingResultSchema,
  type Manifest,
} from './files/index.js';
import { readTrainConfig, type TrainConfig } from '../config/index.js';
import { UserError } from '../core/index.js';
import type { TwoHeaded } from '../models/index.js';
import type { Device } from '../tensor/index.js';
import { loadBestWeights } from '../train/index.js';
import { freshModel } from './fresh-model.js';

/** A trained network with what it must know of images. */
export interface Trained {
  readonly task: 'classification' | 'segmentation';
  readonly config: TrainConfig;
  readonly manifest: Manifest;
  /** In evaluation mode, with the run's best weights. Free it when done. */
  readonly model: TwoHeaded;
  readonly classes: readonly string[];
  readonly channels: 1 | 3;
  readonly size: { readonly height: number; readonly width: number };
  readonly normalisation: { readonly mean: readonly number[]; readonly std: readonly number[] };
}

/**
 * The network of a `train` run.
 *
 * @throws UserError `RUN_INCOMPLETE`, `RUN_KIND`, `CHECKPOINT_MISSING`, `CHECKPOINT_MISMATCH`
 */
export function openTrained(run: string, device: Device): Trained {
  const path = join(run, runFiles.config);
  const manifest = readRunFile(run, 'manifest', manifestSchema);
  const command = commandOf(run);
  if (command !== 'train')
    throw new UserError('RUN_KIND', 'This run has not trained a network for its task.', {
      where: run,
      expected: 'the run folder of a train',
      got: command === undefined ? `no ${runFiles.config}` : `that of a ${command}`,
      remedy:
        command === 'compare'
          ? `name one of its trainings, such as ${join(run, 'arms', 'all-seed0')}`
          : 'train one with: safe-augment train DATA --policy safe-v2 --from RUN',
    });
  const config = readTrainConfig(path);
  const { classes, height, width, channels = 3, normalisation } = manifest.data;
  if (normalisation === undefined)
    throw new UserError('RUN_DAMAGED', 'The run does not say how its images were normalised.', {
      where: join(run, runFiles.manifest),
      expected: 'data.normalisation',
      remedy: 'train it again',
    });
  const { task } = readRunFile(run, 'results', trainingResultSchema);
  const kind = task === 'segmentation' ? task : 'classification';
  const shape = {
    task: kind,
    classes: classes.length,
    labels: 0,
    channels,
    height,
    width,
  } as const;
  // Whatever it was trained in: a machine without bfloat16 uses it in float32.
  const precision = config.precision === 'bfloat16' ? 'auto' : config.precision;
  const model = freshModel({ ...config, precision }, shape, device);
  loadBestWeights(join(run, runFiles.checkpoint), model);
  model.eval();
  const size = { height, width };
  return { task: kind, config, manifest, model, classes, channels, size, normalisation };
}
