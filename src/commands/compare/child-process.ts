import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { Interrupted, makeFolder } from '../../core/index.js';
import { type CompareConfig } from '../../config/index.js';
import type { ArmTask } from './arms.js';
import { armCommand, Queue, type Launcher } from './launcher.js';
import { isDone } from './train-arm.js';

/** The folder of the trainings' output, in the comparison's. */
const logs = 'logs';
/** Last lines of the output that are shown as the reason for a failure. */
const reasonLines = 6;

/** Trains arms side by side, each in a process of its own. */
export const childProcesses: Launcher = async ({ config, tasks, hooks, done, failed }) => {
  const queue = new Queue(tasks, failed);
  const running = new Map<ChildProcess, ArmTask>();
  let wake = (): void => {};
  const stop = (): void => {
    for (const child of running.keys()) child.kill('SIGTERM');
  };
  const start = (task: ArmTask): void => {
    const path = logOf(config, task);
    makeFolder(dirname(path));
    const log = openSync(path, 'a');
    const [program, ...args] = armCommand(config.out, task.id);
    // A process group of its own: the terminal's Ctrl-C reaches it once, from here.
    // When this process ends, in whatever way, the channel closes and the child stops with its state saved.
    const child = spawn(program, args, { stdio: ['ignore', log, log, 'ipc'], detached: true });
    closeSync(log);
    running.set(child, task);
    const ended = (): void => {
      running.delete(child);
      wake();
      if (hooks.signal.aborted) return;
      if (isDone(task)) {
        queue.finish(task);
        done(task);
      } else queue.fail(task, reasonOf(logOf(config, task)));
    };
    child.once('error', ended);
    child.once('close', ended);
  };
  hooks.signal.addEventListener('abort', stop);
  try {
    for (;;) {
      while (running.size < config.jobs && !hooks.signal.aborted) {
        const task = queue.take();
        if (task === undefined) break;
        start(task);
      }
      if (running.size === 0) break;
      await new Promise<void>((resolve) => (wake = resolve));
    }
  } finally {
    hooks.signal.removeEventListener('abort', stop);
  }
  if (hooks.signal.aborted) throw new Interrupted(config.out, 'compare');
};

function logOf(config: CompareConfig, task: ArmTask): string {
  return join(config.out, logs, `${basename(task.folder)}.txt`);
}

/** The end of a training's log. */
export function reasonOf(log: string): string {
  try {
    const lines = readFileSync(log, 'utf8')
      .trimEnd()
      .split('\n')
      .filter((line) => line !== '');
    const error = lines.findLastIndex((line) => /^error: /.test(line));
    const shown = error < 0 ? lines.slice(-reasonLines) : lines.slice(error);
    return `${shown.join('\n')}\n(${log})`;
  } catch {
    return `it ended without a message (${log})`;
  }
}
