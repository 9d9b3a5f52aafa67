import type { Rng } from '../core/index.js';

/** A split of values into a low and a high group. */
interface TwoGroups {
  /** Between the groups: the middle of the gap. */
  readonly split: number;
  /** Share of the variance that the split explains, 0 to 1. */
  readonly explained: number;
}

/**
 * Splits values into a low and a high group so that the variance within them is least.
 *
 * That is where the variance between them is greatest: n_low (mean_low - mean)^2 + n_high (mean_high - mean)^2.
 * `explained` is that sum divided by the sum of all squared distances to the mean.
 *
 * Source: Otsu (1979), A threshold selection method from gray-level histograms; on the values themselves instead of
 * a histogram.
 *
 * @param values `[K]`; with fewer than two, or equal ones, there is one group: all are low
 */
export function splitTwoGroups(values: ArrayLike<number>): TwoGroups {
  const v = Float64Array.from(values).sort();
  const n = v.length;
  let total = 0;
  for (const x of v) total += x;
  const mean = total / n;
  let variance = 0;
  for (const x of v) variance += (x - mean) ** 2;
  if (n < 2 || variance === 0) return { split: v[n - 1] ?? 0, explained: 0 };
  let left = 0;
  let best = 0;
  let bestBetween = -1;
  for (let c = 1; c < n; c++) {
    left += v[c - 1];
    const right = total - left;
    const between = c * (left / c - mean) ** 2 + (n - c) * (right / (n - c) - mean) ** 2;
    if (between > bestBetween) {
      bestBetween = between;
      best = c;
    }
  }
  return { split: (v[best - 1] + v[best]) / 2, explained: bestBetween / variance };
}

/**
 * How often each value falls into the low group when all are drawn anew, each from a normal distribution around its
 * value (a parametric bootstrap).
 *
 * @param values `[K]`, `standardErrors` `[K]`
 * @returns `[K]` share of `repetitions` in which value k is in the low group
 */
export function splitStability(
  values: ArrayLike<number>,
  standardErrors: ArrayLike<number>,
  rng: Rng,
  repetitions = 500,
): Float64Array {
  const k = values.length;
  const low = new Float64Array(k);
  const drawn = new Float64Array(k);
  for (let r = 0; r < repetitions; r++) {
    for (let i = 0; i < k; i++) drawn[i] = values[i] + standardErrors[i] * rng.normal();
    const { split } = splitTwoGroups(drawn);
    for (let i = 0; i < k; i++) if (drawn[i] <= split) low[i] += 1 / repetitions;
  }
  return low;
}
