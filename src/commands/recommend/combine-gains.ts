import { studentQuantile } from '../../metrics/index.js';
import type { Interval } from '../../run/files/index.js';

/** Fewer data sets say nothing of how far data sets differ. */
const fewestForSpread = 3;

/** What a few data sets have gained, as one interval for another one. */
export interface CombinedGain extends Interval {
  /** `prediction`: with the spread between data sets; `envelope`: from the lowest end to the highest, without it. */
  readonly method: 'prediction' | 'envelope';
}

/**
 * The gain to be expected on another data set, from the gains on several.
 *
 * From three on: a random-effects mean with the interval in which the gain of one more data set lies. With standard errors s_i,
 * weights w_i = 1 / (s_i^2 + tau^2) and m = sum w_i g_i / sum w_i, it is m ± t(0.975, k - 1) sqrt(tau^2 + 1 / sum w_i)
 * (Higgins, Thompson and Spiegelhalter, 2009). A few data sets that happen to agree say little against a spread, so tau^2 is not the
 * likeliest one but the upper end of its one-sided 75 % interval: the tau^2 at which sum w_i (g_i - m)^2 is the lower quartile of
 * chi-squared with k - 1 degrees of freedom, 0 where it is below that without any spread (Q-profile: Viechtbauer, 2007).
 *
 * From one or two nothing is known of the spread: the mean, and the envelope of their intervals, which is too narrow for another data
 * set. Coverage of both: test/commands/recommend/combine-gains.test.ts, docs/decisions/086-expected-gain.md.
 *
 * @param gains `[k]`, at least one, each with its 95 % interval
 */
export function combineGains(gains: readonly Interval[]): CombinedGain {
  const k = gains.length;
  const values = gains.map(({ value }) => value);
  if (k < fewestForSpread)
    return {
      value: values.reduce((sum, v) => sum + v, 0) / k,
      low: Math.min(...gains.map(({ low }) => low)),
      high: Math.max(...gains.map(({ high }) => high)),
      method: 'envelope',
    };
  const variances = gains.map(({ low, high }) => ((high - low) / 2 / normal) ** 2);
  const between = spreadBetween(values, variances);
  const { mean, weight } = weighed(values, variances, between);
  const half = studentQuantile(0.975, k - 1) * Math.sqrt(between + 1 / weight);
  return { value: mean, low: mean - half, high: mean + half, method: 'prediction' };
}

/** The normal quantile of a 95 % interval: where it came from Student's t, the error it gives is rather too large. */
const normal = 1.959964;

/** Mean weighed by precision, sum of the weights, and the weighed squares about the mean. */
function weighed(values: readonly number[], variances: readonly number[], between: number) {
  // An interval of no width would weigh infinitely much.
  const weights = variances.map((own) => 1 / Math.max(own + between, 1e-12));
  const weight = weights.reduce((sum, w) => sum + w, 0);
  const mean = values.reduce((sum, v, i) => sum + weights[i] * v, 0) / weight;
  const squares = values.reduce((sum, v, i) => sum + weights[i] * (v - mean) ** 2, 0);
  return { mean, weight, squares };
}

/** Of chi-squared, by the cube-root transformation (Wilson and Hilferty, 1931): to 3 % from two degrees of freedom on. */
function lowerQuartile(degrees: number): number {
  const part = 2 / (9 * degrees);
  return degrees * (1 - part - 0.6745 * Math.sqrt(part)) ** 3;
}

/** tau^2 by bisection: the squares fall as it rises. */
function spreadBetween(values: readonly number[], variances: readonly number[]): number {
  const wanted = lowerQuartile(values.length - 1);
  const squaresAt = (between: number): number => weighed(values, variances, between).squares;
  if (squaresAt(0) <= wanted) return 0;
  let low = 0;
  let high = (Math.max(...values) - Math.min(...values)) ** 2 + 1e-12;
  while (squaresAt(high) > wanted) high *= 2;
  for (let step = 0; step < 60; step++) {
    const middle = (low + high) / 2;
    if (squaresAt(middle) > wanted) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}
