import type { ArmTask } from './arms.js';

/** Some of the trainings of a comparison. */
interface Progress {
  /** Those that have ended since the clock was started, but for those that failed. */
  readonly ended: readonly ArmTask[];
  readonly open: readonly ArmTask[];
}

/**
 * Starts a clock of trainings, which goes by their epochs; of several at a time it knows the pace of all together.
 *
 * @param now seconds of any clock
 * @returns the seconds that the open ones take; undefined while none has ended
 */
export function timeLeftOf(
  now: () => number = () => performance.now() / 1000,
): (progress: Progress) => number | undefined {
  const begun = now();
  return ({ ended, open }) => {
    const done = epochsOf(ended);
    return done > 0 ? ((now() - begun) / done) * epochsOf(open) : undefined;
  };
}

function epochsOf(tasks: readonly ArmTask[]): number {
  return tasks.reduce((sum, { config: { epochs } }) => sum + (epochs === 'auto' ? 1 : epochs), 0);
}
