import { join, resolve } from 'node:path';
import type { CompareConfig } from '../../config/index.js';
import type { RunHooks } from '../../run/files/index.js';
import { packageRoot } from '../../core/index.js';
import type { Dataset } from '../../data/index.js';
import type { ArmTask } from './arms.js';

/** What a launcher is given: the trainings still to do, and whom to notify. */
export interface LauncherInput {
  readonly config: CompareConfig;
  /** Each after the one that it starts from. */
  readonly tasks: readonly ArmTask[];
  readonly hooks: RunHooks;
  /** The data, read already. */
  readonly opened: Dataset;
  /** Called when a training has ended. */
  done(task: ArmTask): void;
  /** Called when a training has failed for good. */
  failed(task: ArmTask, reason: string): void;
}

/**
 * Runs trainings. When one fails the others go on, except those that start from it.
 *
 * @throws `Interrupted` after the running ones have saved their state
 */
export type Launcher = (input: LauncherInput) => Promise<void>;

/** Trainings that wait for others: which may begin, which never will. */
export class Queue {
  private readonly waiting: ArmTask[];
  private readonly open: Set<string>;

  constructor(
    tasks: readonly ArmTask[],
    private readonly failed: (task: ArmTask, reason: string) => void,
  ) {
    this.waiting = [...tasks];
    this.open = new Set(tasks.map((task) => task.id));
  }

  /** Takes a training that may begin; undefined where none may yet. */
  take(): ArmTask | undefined {
    const i = this.waiting.findIndex(({ needs }) => needs === null || !this.open.has(needs));
    return i < 0 ? undefined : this.waiting.splice(i, 1)[0];
  }

  get empty(): boolean {
    return this.waiting.length === 0;
  }

  finish(task: ArmTask): void {
    this.open.delete(task.id);
  }

  /** Fails a training and those that start from it. */
  fail(task: ArmTask, reason: string): void {
    this.failed(task, reason);
    const after = this.waiting.filter(({ needs }) => needs === task.id);
    for (const next of after) {
      this.waiting.splice(this.waiting.indexOf(next), 1);
      this.failed(next, `${task.id}, which it starts from, has failed`);
    }
  }
}

/** The command line that trains one arm of a comparison, for another process or machine. */
export function armCommand(out: string, task: string): string[] {
  const program = join(packageRoot(), 'bin', 'safe-augment.mjs');
  return [process.execPath, program, 'arm', resolve(out), task];
}
