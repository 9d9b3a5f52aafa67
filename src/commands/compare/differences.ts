import type { ArmDifference, Interval, TrainingResult } from '../../run/files/index.js';
import {
  meanOverSeeds,
  pairedInterval,
  pairedMean,
  type GroupOf,
  type ScoreKind,
} from '../../metrics/index.js';
import { taskNamed } from '../../tasks/index.js';
import type { TrainConfig } from '../../config/index.js';
import type { ArmTask } from './arms.js';

const alpha = 0.05;

/** A training of an arm, and its result. */
export interface Done {
  readonly task: ArmTask;
  readonly result: TrainingResult;
}

/** What differences need of a training. */
interface Tested {
  readonly task: { readonly seed: number; readonly config: Pick<TrainConfig, 'out'> };
  readonly result: TrainingResult;
}

/** The first figure of an arm minus another's, paired by seed and by image. */
export function difference(
  runs: readonly Tested[],
  base: readonly Tested[],
  { figures }: TrainingResult,
): ArmDifference | null {
  const pairs = runs.flatMap((run) => {
    const other = base.find(({ task }) => task.seed === run.task.seed);
    return other === undefined ? [] : [[run, other] as const];
  });
  if (pairs.length === 0) return null;
  const { key } = figures[0];
  const values = pairs.map(([a, b]) => a.result.test.metrics[key] - b.result.test.metrics[key]);
  const [one, other] = [0, 1].map((side) => perImage(pairs.map((pair) => pair[side])));
  const change = pairedMean(
    one.values.map((v, i) => v - other.values[i]),
    one.kind,
    one.groupOf,
  );
  return widest(meanOverSeeds(values, alpha), pairedInterval(change, alpha));
}

/**
 * The first figure of every test image, or its part in it, its mean over seeds.
 *
 * @param runs of one task; at least one
 */
export function perImage(runs: readonly Tested[]): {
  readonly values: Float64Array;
  readonly kind: ScoreKind;
  /** `[images]`, where images come in groups. */
  readonly groupOf?: GroupOf;
} {
  const [{ task, result: first }] = runs;
  const scored = taskNamed(first.task, task.config.out);
  const all = runs.map(({ result }) => scored.perImage(result));
  return {
    values: all[0].map((_, i) => all.reduce((sum, own) => sum + own[i], 0) / all.length),
    kind: scored.scoreKind,
    groupOf: groupsIn(first),
  };
}

/** The groups of the test images, where they come in groups. */
function groupsIn({ test: { groups } }: TrainingResult): GroupOf | undefined {
  if (groups === undefined) return undefined;
  return new Int32Array(Uint8Array.from(Buffer.from(groups, 'base64')).buffer);
}

/**
 * A mean with the wider of two intervals. Over seeds, a few that happen to agree make it far too narrow; over images, it
 * leaves out how seeds differ.
 */
export function widest(overSeeds: Interval, overImages: Interval | null): ArmDifference {
  const { value } = overSeeds;
  const between = [
    { over: 'seeds' as const, interval: overSeeds },
    ...(overImages ? [{ over: 'images' as const, interval: overImages }] : []),
  ].filter(({ interval }) => Number.isFinite(interval.high - interval.low));
  if (between.length === 0) return { value, low: value, high: value };
  const width = ({ interval: { low, high } }: (typeof between)[number]): number => high - low;
  const { over, interval } = between.reduce((a, b) => (width(b) > width(a) ? b : a));
  // What is kept of each image may have a mean that is a little off the figure itself: the ends move with it.
  const moved = value - interval.value;
  return { value, low: interval.low + moved, high: interval.high + moved, over };
}

/** No share lies outside [0, 1], and no loss below 0, though Student's t over two seeds may say so. */
export function possible(share: boolean, { value, low, high }: Interval): Interval {
  return { value, low: Math.max(0, low), high: share ? Math.min(1, high) : high };
}
