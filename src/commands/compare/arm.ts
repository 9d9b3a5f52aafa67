import { join } from 'node:path';
import { manifestSchema, readRunFile, runFiles, type RunHooks } from '../../run/files/index.js';
import { readCompareConfig } from '../../config/index.js';
import { UserError } from '../../core/index.js';
import { outlineOf } from './compare.js';
import type { ComparisonPlan } from './plan-comparison.js';
import { isDone, runTask } from './run-task.js';

/**
 * Trains one arm of a comparison whose folder is there: what other processes and machines are asked to do.
 *
 * @param task its id, such as `all+safe@1`
 * @throws UserError `RUN_INCOMPLETE`, `ARM_UNKNOWN`, and those of `train`
 */
export async function trainArm(out: string, task: string, hooks: RunHooks): Promise<void> {
  const manifest = readRunFile(out, 'manifest', manifestSchema);
  const config = { ...readCompareConfig(join(out, runFiles.config)), out };
  const { classes, height, width } = manifest.data;
  const data = { classes, size: { height, width } };
  const { tasks } = outlineOf(config, data, manifest.plan as ComparisonPlan);
  const wanted = tasks.find(({ id }) => id === task);
  if (wanted === undefined)
    throw new UserError('ARM_UNKNOWN', 'The comparison has no such training.', {
      where: out,
      expected: tasks.map(({ id }) => id).join(', '),
      got: task,
    });
  if (!isDone(wanted)) await runTask(wanted, hooks);
}
