import { existsSync } from 'node:fs';
import { join } from 'node:path';
import {
  manifestSchema,
  readRunFile,
  runFiles,
  trainingResultSchema,
  type TrainingResult,
} from '../../run/files/index.js';
import { readSettings } from '../../config/index.js';
import { UserError } from '../../core/index.js';
import type { Module } from '../../nn/index.js';
import { loadWeights } from '../../models/index.js';
import { keptWeights } from '../../train/index.js';
import { readSafetensors, scope } from '../../tensor/index.js';

/** Tensors of the recognition head, which only `learn` trains. */
const recognition = /^augment_/;

/**
 * Copies the best weights of another run into a model. Of a `learn` run the recognition head is left out.
 *
 * @throws UserError `RUN_MISSING`, `INIT_CLASSES`, `WEIGHTS_MISMATCH`, `CHECKPOINT_MISSING`
 */
export function initWeights(model: Module, run: string, classes: readonly string[]): void {
  if (!existsSync(join(run, runFiles.config)))
    throw new UserError('RUN_MISSING', 'The run to start from does not exist.', {
      where: run,
      expected: `a run folder with ${runFiles.config}`,
      remedy: 'pass the folder of a `train` run with --init',
    });
  const { data } = readRunFile(run, 'manifest', manifestSchema);
  if (data.classes.length !== classes.length)
    throw new UserError(
      'INIT_CLASSES',
      'The run to start from has a different number of classes.',
      {
        where: run,
        expected: `${classes.length} classes`,
        got: `${data.classes.length}`,
        remedy: 'start from a run on the same classes, or omit --init',
      },
    );
  const path = keptWeights(join(run, runFiles.checkpoint));
  scope(() => {
    const { tensors } = readSafetensors(path);
    const needed = new Map([...tensors].filter(([name]) => !recognition.test(name)));
    try {
      loadWeights(model, needed);
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      throw new UserError(error.code, 'The run to start from uses another model.', {
        ...error.problem,
        where: path,
        remedy: `use its model: ${modelText(run)}`,
      });
    }
  });
}

/** The option that sets the model of the run's configuration. */
function modelText(run: string): string {
  const { model } = readSettings(join(run, runFiles.config));
  return `--set model=${JSON.stringify(model)}`;
}

/** Images that the run to start from had seen when it ended, including those of its own start. */
export function imagesOf(init: string | null): number {
  if (init === null) return 0;
  const results = readIfThere(init);
  return results === null ? 0 : results.images + results.pretrainedImages;
}

function readIfThere(run: string): TrainingResult | null {
  try {
    return readRunFile(run, 'results', trainingResultSchema);
  } catch {
    // A learn run, or one that was stopped: only its weights are used.
    return null;
  }
}
