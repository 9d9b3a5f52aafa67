import { join } from 'node:path';
import {
  commandOf,
  manifestSchema,
  readRunFile,
  runFiles,
  trainingResultSchema,
} from './files/index.js';
import { readTrainConfig, type TrainConfig } from '../config/index.js';
import { UserError } from '../core/index.js';
import { taskNamed, type LearnedNetwork, type Prediction, type Task } from '../tasks/index.js';
import type { Device } from '../tensor/index.js';
import { loadKeptWeights } from '../train/index.js';
import { emptyModel } from './fresh-model.js';

/** The network of a `train` run, with the run's best weights. Free its model when done. */
export interface Trained extends LearnedNetwork {
  readonly task: Task<Prediction>;
  readonly config: TrainConfig;
}

/**
 * The network of a `train` run.
 *
 * @throws UserError `RUN_INCOMPLETE`, `RUN_KIND`, `RUN_TASK`, `CHECKPOINT_MISSING`, `CHECKPOINT_MISMATCH`
 */
export function openTrained(run: string, device: Device): Trained {
  const path = join(run, runFiles.config);
  const manifest = readRunFile(run, 'manifest', manifestSchema);
  const command = commandOf(run);
  if (command !== 'train')
    throw new UserError('RUN_KIND', 'This run contains no trained task network.', {
      where: run,
      expected: 'the folder of a `train` run',
      got: command === undefined ? `no ${runFiles.config}` : `the folder of a \`${command}\` run`,
      remedy:
        command === 'compare'
          ? `pass one of its trainings, e.g. ${join(run, 'arms', 'all-seed0')}`
          : 'train one with: safe-augment train DATA --policy safe-v2 --from RUN',
    });
  const config = readTrainConfig(path);
  const { classes, height, width, channels = 3, normalisation } = manifest.data;
  const constants = [normalisation?.mean, normalisation?.std];
  if (normalisation === undefined || constants.some((values) => values?.length !== channels))
    throw new UserError('RUN_DAMAGED', 'The run lacks the normalisation of its images.', {
      where: join(run, runFiles.manifest),
      expected: `data.normalisation with a mean and std for each of ${channels} channels`,
      got: JSON.stringify(normalisation) ?? 'no value',
      remedy: 'restore it from a copy, or train again',
    });
  const task = taskNamed(readRunFile(run, 'results', trainingResultSchema).task, run);
  const shape = {
    outputs: task.outputs,
    classes: classes.length,
    labels: 0,
    channels,
    height,
    width,
  } as const;
  // Whatever it was trained in: so it says the same on every machine, and the same as when exported.
  const model = emptyModel({ ...config, precision: 'float32' }, shape, device);
  loadKeptWeights(join(run, runFiles.checkpoint), model);
  model.eval();
  const size = { height, width };
  const { fit = 'stretch' } = manifest.data;
  return { task, config, manifest, model, classes, channels, size, fit, normalisation };
}
