import {
  holmLevels,
  marginTest,
  pairedInterval,
  studentQuantile,
  type Estimate,
  type PairedMean,
} from '../metrics/index.js';
import type { Measure } from './measure.js';

/** A quantity that is to lie below a margin, with its interval at the level of its test. */
export interface Bounded {
  readonly estimate: Estimate;
  /** Two-sided error rate of the interval. */
  readonly level: number;
}

/**
 * Intervals of each augmentation's J, of all its looks together, that agree with Holm's procedure.
 *
 * Below the margin must be every look (each tested at the full level: an intersection of tests); above
 * it may be any (each tested at the level divided by the number of looks).
 */
export function recognitionLimits(
  measures: readonly Measure[],
  margin: number,
  alpha: number,
): Bounded[] {
  const p = measures.map(({ looks }) => {
    const tests = looks.map(({ j }) => marginTest(j, margin));
    const below = Math.max(...tests.map((t) => t.below));
    const above = Math.min(...tests.map((t) => t.above)) * looks.length;
    return Math.min(1, 2 * Math.min(below, above));
  });
  const levels = holmLevels(p, alpha);
  return measures.map((measure, k) => ({
    estimate: recognitionInterval(measure, levels[k]),
    level: levels[k],
  }));
}

/** The keenest look's J; between the highest lower and the highest upper limit of all looks. */
export function recognitionInterval({ j, looks }: Measure, level: number): Estimate {
  const low = Math.max(...looks.map((l) => pairedInterval(l.j, level / looks.length).low));
  const high = Math.max(...looks.map((l) => pairedInterval(l.j, level).high));
  return { value: j.mean, low: Math.min(low, j.mean), high };
}

/** Intervals of losses against a margin, one-sided tests under Holm's procedure. */
export function harmLimits(
  losses: readonly PairedMean[],
  margin: number,
  alpha: number,
): Bounded[] {
  const p = losses.map((loss) => {
    const { below, above } = marginTest(loss, margin);
    return Math.min(1, 2 * Math.min(below, above));
  });
  const levels = holmLevels(p, alpha);
  return losses.map((loss, k) => {
    return { estimate: unbounded(loss, levels[k]), level: levels[k] };
  });
}

/** As `pairedInterval`, for a quantity that is not bound to [-1, 1]. */
function unbounded(p: PairedMean, level: number): Estimate {
  const half = studentQuantile(1 - level / 2, Math.max(1, p.n - 1)) * p.standardError;
  return { value: p.mean, low: p.mean - half, high: p.mean + half };
}
