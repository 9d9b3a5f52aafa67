import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { runFiles, type RunHooks, type TrainingResult } from '../../config/index.js';
import type { Dataset } from '../../data/index.js';
import { train } from '../train.js';
import type { ArmTask } from './arms.js';

/** Whether a training has ended. */
export function isDone({ config }: ArmTask): boolean {
  return existsSync(join(config.out, runFiles.results));
}

/**
 * Trains one arm, going on where it was stopped before.
 *
 * @param opened the data, where they have been read already
 */
export async function runTask(
  { config }: ArmTask,
  hooks: RunHooks,
  opened?: Dataset,
): Promise<TrainingResult> {
  const begun = existsSync(join(config.out, runFiles.config));
  // What a crash at its very start has left would only be in the way.
  if (!begun) rmSync(config.out, { recursive: true, force: true });
  const { result } = await train({ ...config, resume: begun }, hooks, undefined, opened);
  return result;
}
