import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { readCompareConfig } from '../../config/index.js';
import { Interrupted, UserError } from '../../core/index.js';
import type { Dataset } from '../../data/index.js';
import {
  comparisonManifestSchema,
  readRunFile,
  runFiles,
  type RunHooks,
} from '../../run/files/index.js';
import { placed, placer } from '../../run/folder/places.js';
import { train } from '../train/train.js';
import { outlineOf, type ArmTask } from './arms.js';

/** Seconds between checks whether another process has left a training's folder. */
const pause = 2;

/** Whether a training has ended. */
export function isDone({ config }: ArmTask): boolean {
  return existsSync(join(config.out, runFiles.results));
}

/**
 * Trains one arm, going on where it was stopped before.
 *
 * A comparison or a cluster node that died may have left a process that still trains the arm: this one waits for it
 * and keeps its result.
 *
 * @param opened the data, where they have been read already
 * @throws `Interrupted` after the state was saved
 */
export async function trainArm(task: ArmTask, hooks: RunHooks, opened?: Dataset): Promise<void> {
  const { config } = task;
  let warned = false;
  while (!isDone(task)) {
    const resume = existsSync(join(config.out, runFiles.config));
    try {
      await train({ ...config, resume }, hooks, { opened, threadsKept: true });
    } catch (error) {
      if (!(error instanceof UserError && error.code === 'RUN_IN_USE')) throw error;
      const message = `waiting for another process that is training ${task.id}: ${error.problem.got}`;
      if (!warned) hooks.onEvent({ type: 'warning', code: 'RUN_IN_USE', message });
      warned = true;
      await sleep(pause * 1000, undefined, { signal: hooks.signal }).catch(() => {
        throw new Interrupted(config.out, 'train');
      });
    }
  }
}

/**
 * Trains one arm of a comparison that has begun: what other processes and machines run.
 *
 * @param task its id, such as `all+safe@1`
 * @throws UserError `RUN_INCOMPLETE`, `ARM_UNKNOWN`, and those of `train`
 */
export async function trainArmNamed(out: string, task: string, hooks: RunHooks): Promise<void> {
  const manifest = readRunFile(out, 'manifest', comparisonManifestSchema);
  const stored = { ...readCompareConfig(join(out, runFiles.config)), out };
  const config = placed(stored, out, manifest);
  const { classes, height, width } = manifest.data;
  const data = { classes, size: { height, width } };
  const { tasks } = outlineOf(config, data, manifest.plan, placer(out, manifest));
  const wanted = tasks.find(({ id }) => id === task);
  if (wanted === undefined)
    throw new UserError('ARM_UNKNOWN', 'The comparison does not contain this training.', {
      where: out,
      expected: tasks.map(({ id }) => id).join(', '),
      got: task,
    });
  if (!isDone(wanted)) await trainArm(wanted, hooks);
}
