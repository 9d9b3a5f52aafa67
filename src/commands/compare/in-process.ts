import { Interrupted } from '../../core/index.js';
import { type RunEvent, type RunHooks } from '../../run/files/index.js';
import { UserError } from '../../core/index.js';
import type { ArmTask } from './arms.js';
import { Queue, type Launcher } from './launcher.js';
import { trainArm } from './train-arm.js';

/** Trains one arm after the other in this process, on data that are read once. */
export const inProcess: Launcher = async ({ config, tasks, hooks, opened, done, failed }) => {
  const queue = new Queue(tasks, failed);
  for (let task = queue.take(); task !== undefined; task = queue.take()) {
    try {
      await trainArm(task, quietly(hooks, task), opened);
    } catch (error) {
      if (error instanceof Interrupted) throw new Interrupted(config.out, 'compare');
      if (!(error instanceof UserError)) throw error;
      queue.fail(task, error.message);
      continue;
    }
    queue.finish(task);
    done(task);
  }
};

/** Passes on only a training's progress, with its name, and the warning that another process is training it. */
function quietly(hooks: RunHooks, task: ArmTask): RunHooks {
  return {
    signal: hooks.signal,
    onEvent(event: RunEvent) {
      if (event.type === 'progress' && event.phase === 'train')
        hooks.onEvent({ ...event, label: task.id });
      if (event.type === 'warning' && event.code === 'RUN_IN_USE') hooks.onEvent(event);
    },
  };
}
