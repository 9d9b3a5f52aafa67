import type { Interval, TrainingResult } from '../../run/files/index.js';
import { meanOverSeeds, pairedInterval, pairedMean } from '../../metrics/index.js';
import { taskNamed } from '../../tasks/index.js';
import type { ArmTask } from './arms.js';

const alpha = 0.05;

/** A training of an arm, and its result. */
export interface Done {
  readonly task: ArmTask;
  readonly result: TrainingResult;
}

/** The first figure of an arm minus another's, paired by seed and by image. */
export function difference(
  runs: Done[],
  base: Done[],
  { figures }: TrainingResult,
): Interval | null {
  const pairs = runs.flatMap((run) => {
    const other = base.find(({ task }) => task.seed === run.task.seed);
    return other === undefined ? [] : [[run, other] as const];
  });
  if (pairs.length === 0) return null;
  const { key } = figures[0];
  const values = pairs.map(([a, b]) => a.result.test.metrics[key] - b.result.test.metrics[key]);
  const [one, other] = [0, 1].map((side) => perImage(pairs.map((pair) => pair[side])));
  const overImages = pairedInterval(pairedMean(one.map((v, i) => v - other[i])), alpha);
  return widest(meanOverSeeds(values, alpha), overImages);
}

/** The first figure of every test image, or its part in it, its mean over seeds. */
export function perImage(runs: readonly Done[]): Float64Array {
  const values = runs.map(({ task, result }) =>
    taskNamed(result.task, task.config.out).perImage(result),
  );
  return values[0].map((_, i) => values.reduce((sum, own) => sum + own[i], 0) / values.length);
}

/**
 * A mean with the wider of two intervals. Over seeds, a few that happen to agree make it far too narrow; over images, it
 * leaves out how seeds differ.
 */
export function widest(overSeeds: Interval, overImages: Interval | null): Interval {
  const { value } = overSeeds;
  const half = ({ low, high }: Interval): number => (high - low) / 2;
  const halves = [overSeeds, ...(overImages ? [overImages] : [])].map(half);
  const most = Math.max(0, ...halves.filter(Number.isFinite));
  return { value, low: value - most, high: value + most };
}

/** No share lies outside [0, 1], and no loss below 0, though Student's t over two seeds may say so. */
export function possible(share: boolean, { value, low, high }: Interval): Interval {
  return { value, low: Math.max(0, low), high: share ? Math.min(1, high) : high };
}
