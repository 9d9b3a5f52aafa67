import { studentCdf, studentQuantile } from './distributions.js';
import {
  continuousPairedMean,
  overGroups,
  type GroupOf,
  type PairedMean,
  type ScoreKind,
} from './paired-mean.js';

/** An estimate with its two-sided confidence interval. */
export interface Estimate {
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

/**
 * Two-sided interval of a paired mean at level 1 - alpha, cut to [-1, 1]: that of `unboundedInterval`, for what cannot
 * leave these bounds.
 *
 * @param alpha in (0, 1), e.g. 0.05 for 95 %
 */
export function pairedInterval(p: PairedMean, alpha: number): Estimate {
  const { value, low, high } = unboundedInterval(p, alpha);
  return { value, low: Math.max(-1, low), high: Math.min(1, high) };
}

/**
 * Two-sided interval of a paired mean at level 1 - alpha, for quantities without bounds, such as harm or nats. At each
 * end it reaches as far as the farther of two intervals:
 *
 * - Student's t: mean ± t SE, t = t(1 - alpha / 2, n - 1);
 * - the same t after Hall's transformation g of the studentized mean T, which takes its skewness out:
 *   mean - SE g⁻¹(±t), g(T) = T + k T² / 3 + k² T³ / 27 + k / 6, k = skewness / sqrt(n),
 *   g⁻¹(y) = 3 / k (cbrt(1 + k (y - k / 6)) - 1).
 *
 * The first alone fails where differences are skewed, the second alone where they are heavy-tailed. Both are the same
 * for binary scores, whose skewness counts as 0. Where all continuous differences are equal (SE 0), the ends are as far
 * away as the share of images that n may all have missed, 1 - (alpha / 2)^(1 / n), can move the mean by: mean ±
 * that share times `reach`.
 *
 * Sources: Hall (1992), On the removal of skewness by transformation; Hanley and Lippman-Hand (1983), If nothing goes
 * wrong, is everything all right? (the share). Coverage: docs/results/intervals.md.
 *
 * @param alpha in (0, 1), e.g. 0.05 for 95 %
 */
export function unboundedInterval(p: PairedMean, alpha: number): Estimate {
  const { n, mean, standardError, skewness, reach } = p;
  if (standardError === 0) {
    const half = (1 - (alpha / 2) ** (1 / n)) * reach;
    return { value: mean, low: mean - half, high: mean + half };
  }
  const t = studentQuantile(1 - alpha / 2, degrees(p));
  const k = skewness / Math.sqrt(n);
  return {
    value: mean,
    low: mean - standardError * Math.max(t, withSkewness(t, k)),
    high: mean - standardError * Math.min(-t, withSkewness(-t, k)),
  };
}

/** One-sided p-values about a mean and a margin. */
interface MarginTest {
  /** Of "the mean is at least the margin": small where it lies below. */
  readonly below: number;
  /** Of "the mean is at most the margin": small where it lies above. */
  readonly above: number;
}

/**
 * Tests a paired mean against a margin on both sides. It is the interval turned round: the p-value of a side is
 * below alpha / 2 where the interval at level 1 - alpha lies on that side of the margin.
 */
export function marginTest(p: PairedMean, margin: number): MarginTest {
  const { n, mean, standardError, skewness, reach } = p;
  if (standardError === 0) {
    // The chance that n images hold none of the share that would be needed.
    const chance = (distance: number): number =>
      distance <= 0 ? 1 : Math.max(0, 1 - distance / reach) ** n;
    return { below: chance(margin - mean), above: chance(mean - margin) };
  }
  const t = (mean - margin) / standardError;
  const straight = withoutSkewness(t, skewness / Math.sqrt(n));
  const df = degrees(p);
  return {
    below: studentCdf(Math.max(t, straight), df),
    above: studentCdf(-Math.min(t, straight), df),
  };
}

const degrees = (p: PairedMean): number => p.degrees ?? Math.max(1, p.n - 1);

/** Hall's g: rises with t everywhere. @param k skewness / sqrt(n) */
function withoutSkewness(t: number, k: number): number {
  return t + (k * t * t) / 3 + (k * k * t ** 3) / 27 + k / 6;
}

/** The t for which `withoutSkewness` gives y. */
function withSkewness(y: number, k: number): number {
  // The limit; in the formula the difference from 1 would be rounded away.
  if (Math.abs(k) < 1e-9) return y;
  return (3 / k) * (Math.cbrt(1 + k * (y - k / 6)) - 1);
}

/**
 * Two-sided interval of the mean of scores whose mean lies in [0, 1], such as accuracy over images.
 *
 * Of binary scores by Student's t: two values, a 0 and a 1, are added for the standard error, which keeps it above 0,
 * as in `binaryPairedMean`. Of continuous ones by `unboundedInterval`. The mean itself is not shrunk, and the ends
 * are cut to [0, 1].
 *
 * @param values `[n]`; of none the value is NaN
 * @param alpha in (0, 1), e.g. 0.05 for 95 %
 * @param groupOf where images come in groups, these are the observations, as in `pairedMean`
 */
export function meanInterval(
  values: Float64Array,
  kind: ScoreKind,
  alpha: number,
  groupOf?: GroupOf,
): Estimate {
  const n = values.length;
  const groups = groupOf && overGroups(values, groupOf);
  const own = groups?.values ?? values;
  const df = groups?.degrees ?? Math.max(1, n - 1);
  const { value, low, high } =
    kind === 'binary'
      ? binaryInterval(own, alpha, df)
      : unboundedInterval({ ...continuousPairedMean(own), degrees: df }, alpha);
  // Groups' parts have nearly the mean of the images: the interval stands about that of the images.
  const moved = groups === undefined ? 0 : groups.mean - value;
  return {
    value: n === 0 ? NaN : value + moved,
    low: Math.max(0, low + moved),
    high: Math.min(1, high + moved),
  };
}

function binaryInterval(values: Float64Array, alpha: number, df: number): Estimate {
  const n = values.length;
  let sum = 0;
  let squares = 0;
  for (const v of values) {
    sum += v;
    squares += v * v;
  }
  const padded = n + 2;
  const centre = (sum + 1) / padded;
  const variance = Math.max(0, (squares + 1) / padded - centre * centre);
  const half = studentQuantile(1 - alpha / 2, df) * Math.sqrt(variance / padded);
  const value = sum / n;
  return { value, low: value - half, high: value + half };
}

/**
 * Mean of a few independent values, such as one of each seed, with its two-sided interval by Student's t:
 * mean ± t(1 - alpha / 2, n - 1) sqrt(variance / n).
 *
 * @param values `[n]`, at least one; of a single value the ends are NaN
 * @param alpha in (0, 1), e.g. 0.05 for 95 %
 */
export function meanOverSeeds(values: readonly number[], alpha: number): Estimate {
  const n = values.length;
  const value = values.reduce((a, b) => a + b, 0) / n;
  if (n < 2) return { value, low: NaN, high: NaN };
  const squares = values.reduce((a, b) => a + (b - value) ** 2, 0);
  const half = studentQuantile(1 - alpha / 2, n - 1) * Math.sqrt(squares / (n - 1) / n);
  return { value, low: value - half, high: value + half };
}
