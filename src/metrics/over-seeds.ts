import type { Estimate } from './interval.js';
import { normalQuantile, studentQuantile } from './normal.js';

/**
 * Mean of a few independent values, such as one of each seed, with its two-sided interval by Student's t.
 *
 * @param values at least one; of a single value there is no interval: NaN
 */
export function meanOverSeeds(values: readonly number[], alpha: number): Estimate {
  const n = values.length;
  const value = values.reduce((a, b) => a + b, 0) / n;
  if (n < 2) return { value, low: NaN, high: NaN };
  const squares = values.reduce((a, b) => a + (b - value) ** 2, 0);
  const half = studentQuantile(1 - alpha / 2, n - 1) * Math.sqrt(squares / (n - 1) / n);
  return { value, low: value - half, high: value + half };
}

/** Spearman's rank correlation, ties at their mean rank; NaN where one side does not vary. */
export function rankCorrelation(a: readonly number[], b: readonly number[]): number {
  const [x, y] = [ranks(a), ranks(b)];
  const middle = (a.length + 1) / 2;
  let xy = 0;
  let xx = 0;
  let yy = 0;
  x.forEach((rank, i) => {
    xy += (rank - middle) * (y[i] - middle);
    xx += (rank - middle) ** 2;
    yy += (y[i] - middle) ** 2;
  });
  return xy / Math.sqrt(xx * yy);
}

/**
 * Two-sided interval of Spearman's rank correlation by Fisher's z with the standard error of Bonett and Wright
 * (Psychometrika 65, 2000): sqrt((1 + r^2 / 2) / (n - 3)).
 *
 * @param n pairs; from 4 on, otherwise NaN
 */
export function rankCorrelationInterval(r: number, n: number, alpha: number): Estimate {
  if (n < 4) return { value: r, low: NaN, high: NaN };
  const half = normalQuantile(1 - alpha / 2) * Math.sqrt((1 + r ** 2 / 2) / (n - 3));
  // At the ends z is infinite, and so is no interval.
  const z = Math.atanh(Math.min(1 - 1e-9, Math.max(-1 + 1e-9, r)));
  return { value: r, low: Math.tanh(z - half), high: Math.tanh(z + half) };
}

function ranks(values: readonly number[]): number[] {
  return values.map((v) => {
    const below = values.filter((w) => w < v).length;
    const same = values.filter((w) => w === v).length;
    return below + (same + 1) / 2;
  });
}
