import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { runFiles } from '../../run/files/index.js';
import type { ArmTask } from './arms.js';

/** The trainings of a comparison that were open when its clock was started, but for those that failed since. */
interface Progress {
  readonly ended: readonly ArmTask[];
  readonly open: readonly ArmTask[];
}

/** What a clock of trainings goes by. */
interface Clock {
  /** Seconds of any clock. */
  now(): number;
  /** The epochs that a training has behind it, but for those that ended. */
  epochsIn(task: ArmTask): number;
}

/**
 * Starts a clock of trainings, which goes by their epochs, also of those under way; of several at a time it knows the pace of
 * all together.
 *
 * @param tasks all that are open
 * @returns the seconds that the open ones take; undefined while nothing was trained
 */
export function timeLeftOf(
  tasks: readonly ArmTask[],
  { now = () => performance.now() / 1000, epochsIn = epochsUnderWay }: Partial<Clock> = {},
): (progress: Progress) => number | undefined {
  const sum = (of: readonly ArmTask[], epochs: (task: ArmTask) => number): number =>
    of.reduce((total, task) => total + epochs(task), 0);
  const [begun, before] = [now(), sum(tasks, epochsIn)];
  return ({ ended, open }) => {
    const inOpen = sum(open, epochsIn);
    const done = sum(ended, epochsOf) + inOpen - before;
    return done > 0 ? ((now() - begun) / done) * (sum(open, epochsOf) - inOpen) : undefined;
  };
}

/** Where the clock decides how many there are, a training counts as one. */
function epochsOf({ config: { epochs } }: ArmTask): number {
  return epochs === 'auto' ? 1 : epochs;
}

/** By the table in its folder, which has a line an epoch below its head. */
function epochsUnderWay({ config: { epochs, out } }: ArmTask): number {
  const table = join(out, runFiles.resultsCsv);
  if (epochs === 'auto' || !existsSync(table)) return 0;
  const lines = readFileSync(table, 'utf8').split('\n').filter(Boolean).length;
  return Math.min(epochs, Math.max(0, lines - 1));
}
