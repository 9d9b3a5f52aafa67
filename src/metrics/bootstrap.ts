import type { Rng } from '../core/index.js';
import type { Estimate } from './mean-interval.js';

/** Enough for limits of a 95 % interval that move by less than a tenth of its width from seed to seed. */
const defaultResamples = 1000;

/**
 * A statistic of a set of images with its 95 % interval by the percentile bootstrap (Efron and Tibshirani, 1993,
 * chapter 13): images are drawn with replacement, as many as there are, and the statistic is computed anew.
 *
 * @param images how many there are
 * @param statistic of the set in which image i counts `weights[i]` times, without weights once; resamples for
 *   which it is NaN are left out
 */
export function bootstrapInterval(
  images: number,
  statistic: (weights?: Float64Array) => number,
  rng: Rng,
  resamples = defaultResamples,
): Estimate {
  const value = statistic();
  const weights = new Float64Array(images);
  const values = Float64Array.from({ length: resamples }, () => {
    weights.fill(0);
    for (let i = 0; i < images; i++) weights[rng.int(0, images)]++;
    return statistic(weights);
  });
  const sorted = values.filter((v) => !Number.isNaN(v)).sort();
  const at = (share: number): number => sorted[Math.round(share * (sorted.length - 1))];
  return { value, low: at(0.025), high: at(0.975) };
}
