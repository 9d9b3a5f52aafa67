import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Interrupted } from '../../core/index.js';
import { runFiles, type RunHooks } from '../../run/files/index.js';
import { UserError } from '../../core/index.js';
import type { Dataset } from '../../data/index.js';
import { train } from '../train/train.js';
import type { ArmTask } from './arms.js';

/** Seconds between looks whether another process has left a training's folder. */
const pause = 2;

/** Whether a training has ended. */
export function isDone({ config }: ArmTask): boolean {
  return existsSync(join(config.out, runFiles.results));
}

/**
 * Trains one arm, going on where it was stopped before.
 *
 * A comparison or a node of a cluster that died may have left a process that still trains it: that one is waited
 * for, and what it came to is kept.
 *
 * @param opened the data, where they have been read already
 * @throws `Interrupted` after the state was saved
 */
export async function runTask(task: ArmTask, hooks: RunHooks, opened?: Dataset): Promise<void> {
  const { config } = task;
  let told = false;
  while (!isDone(task)) {
    const resume = existsSync(join(config.out, runFiles.config));
    try {
      await train({ ...config, resume }, hooks, opened);
    } catch (error) {
      if (!(error instanceof UserError && error.code === 'RUN_IN_USE')) throw error;
      const message = `${task.id} is being trained by another process, which is waited for: ${error.problem.got}`;
      if (!told) hooks.onEvent({ type: 'warning', code: 'RUN_IN_USE', message });
      told = true;
      await sleep(pause * 1000, undefined, { signal: hooks.signal }).catch(() => {
        throw new Interrupted(config.out, 'train');
      });
    }
  }
}
