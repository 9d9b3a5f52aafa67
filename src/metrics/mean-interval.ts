import { normalCdf, studentQuantile } from './distributions.js';

/** An estimate with its two-sided confidence interval. */
export interface Estimate {
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

/** What the mean of per-image differences needs for any interval or test. */
export interface PairedMean {
  /** Images. */
  readonly n: number;
  readonly mean: number;
  /** Standard error of the mean, never 0. */
  readonly standardError: number;
}

/**
 * Mean of per-image differences d, each in [-1, 1], with a standard error that stays above 0 where all
 * differences are 0.
 *
 * An image is one observation however often it was drawn: its value is the mean over its draws, so
 * that draws of the same image do not count as independent. For the standard error half an image is added to each
 * cell of the paired 2x2 table, two images in all, one of which differs:
 * variance = (sum d^2 + 1) / (n + 2) - (sum d / (n + 2))^2, standard error = sqrt(variance / (n + 2)).
 * The mean itself is not shrunk.
 *
 * Source: Agresti and Min (2005), Simple improved confidence intervals for comparing matched proportions.
 *
 * @param differences `[n]`, per image: mean over draws of (with - without), in [-1, 1]
 */
export function pairedMean(differences: Float64Array): PairedMean {
  const n = differences.length;
  let sum = 0;
  let squares = 0;
  for (const d of differences) {
    sum += d;
    squares += d * d;
  }
  const padded = n + 2;
  const shrunk = sum / padded;
  const variance = Math.max(0, (squares + 1) / padded - shrunk * shrunk);
  return { n, mean: n === 0 ? 0 : sum / n, standardError: Math.sqrt(variance / padded) };
}

/**
 * Per image: its score with something minus its score without, mean over draws.
 *
 * @param draws scores with and without it, `[n]` each, of the same images in the same order; at least one pair
 * @returns `[n]`
 */
export function meanDifferences(
  draws: readonly (readonly [Float64Array, Float64Array])[],
): Float64Array {
  return draws[0][0].map(
    (_, i) => draws.reduce((sum, [own, other]) => sum + own[i] - other[i], 0) / draws.length,
  );
}

/**
 * Two-sided interval of a paired mean at level 1 - alpha: mean ± t(1 - alpha / 2, n - 1) standard errors, cut to
 * [-1, 1].
 *
 * @param alpha in (0, 1), e.g. 0.05 for 95 %
 */
export function pairedInterval(p: PairedMean, alpha: number): Estimate {
  const t = studentQuantile(1 - alpha / 2, Math.max(1, p.n - 1));
  const half = t * p.standardError;
  return { value: p.mean, low: Math.max(-1, p.mean - half), high: Math.min(1, p.mean + half) };
}

/**
 * Two-sided interval of the mean of values in [0, 1], such as accuracy over images, by Student's t.
 *
 * Two values, a 0 and a 1, are added for the standard error, which keeps it above 0, as in `pairedMean`. The mean
 * itself is not shrunk, and the ends are cut to [0, 1].
 *
 * @param values `[n]`; of none the value is NaN
 * @param alpha in (0, 1), e.g. 0.05 for 95 %
 */
export function meanInterval(values: Float64Array, alpha: number): Estimate {
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
  const half = studentQuantile(1 - alpha / 2, Math.max(1, n - 1)) * Math.sqrt(variance / padded);
  const value = n === 0 ? NaN : sum / n;
  return { value, low: Math.max(0, value - half), high: Math.min(1, value + half) };
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

/** One-sided p-values about a mean and a margin. */
interface MarginTest {
  /** Of "the mean is at least the margin": small where it lies below. */
  readonly below: number;
  /** Of "the mean is at most the margin": small where it lies above. */
  readonly above: number;
}

/** Tests a paired mean against a margin on both sides by z = (mean - margin) / standard error, taken as normal. */
export function marginTest(p: PairedMean, margin: number): MarginTest {
  const z = (p.mean - margin) / p.standardError;
  return { below: normalCdf(z), above: normalCdf(-z) };
}
