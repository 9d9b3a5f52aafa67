import { normalQuantile } from './distributions.js';
import type { Estimate } from './mean-interval.js';

/**
 * Spearman's rank correlation: Pearson's of the ranks, ties at their mean rank.
 *
 * @param a `[n]`
 * @param b `[n]`, paired with `a`
 * @returns -1 to 1; NaN where one side does not vary
 */
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
 * Two-sided interval of Spearman's rank correlation: tanh(atanh(r) ± z(1 - alpha / 2) sqrt((1 + r^2 / 2) / (n - 3))).
 *
 * Source: Fisher's z with the standard error of Bonett and Wright (Psychometrika 65, 2000).
 *
 * @param n pairs; with fewer than 4 the ends are NaN
 * @param alpha in (0, 1), e.g. 0.05 for 95 %
 */
export function rankCorrelationInterval(r: number, n: number, alpha: number): Estimate {
  if (n < 4) return { value: r, low: NaN, high: NaN };
  const half = normalQuantile(1 - alpha / 2) * Math.sqrt((1 + r ** 2 / 2) / (n - 3));
  // At -1 and 1 Fisher's z is infinite.
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
