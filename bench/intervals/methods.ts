import type { Rng } from '../../src/core/index.js';
import {
  binaryPairedMean,
  continuousPairedMean,
  studentQuantile,
  unboundedInterval,
} from '../../src/metrics/index.js';
import { normalCdf, normalQuantile } from '../../src/metrics/distributions.js';

/** Ends of a 95 % interval of a sample's mean. */
export type Ends = readonly [low: number, high: number];

const resamples = 500;

/** What is in use, and its two halves. */
export const closedForms: Readonly<Record<string, (sample: Float64Array) => Ends>> = {
  used: (sample) => ends(unboundedInterval(continuousPairedMean(sample), 0.05)),
  t: (sample) => ends(unboundedInterval({ ...continuousPairedMean(sample), skewness: 0 }, 0.05)),
  "Hall's t": hall,
  padded: (sample) => ends(unboundedInterval(binaryPairedMean(sample), 0.05)),
};

const ends = ({ low, high }: { low: number; high: number }): Ends => [low, high];

/** Student's t after Hall's transformation alone (`unboundedInterval` has the formula). */
function hall(sample: Float64Array): Ends {
  const { n, mean, standardError, skewness } = continuousPairedMean(sample);
  const t = studentQuantile(0.975, n - 1);
  const k = skewness / Math.sqrt(n);
  const back = (y: number): number =>
    Math.abs(k) < 1e-9 ? y : (3 / k) * (Math.cbrt(1 + k * (y - k / 6)) - 1);
  return [mean - standardError * back(t), mean - standardError * back(-t)];
}

/**
 * Three bootstraps of one set of resamples: percentile, BCa and bootstrap-t.
 *
 * Source: Efron and Tibshirani (1993), chapters 12 to 14.
 */
export function bootstraps(sample: Float64Array, rng: Rng): Readonly<Record<string, Ends>> {
  const n = sample.length;
  const { mean, standardError, skewness } = continuousPairedMean(sample);
  const means: number[] = [];
  const ts: number[] = [];
  for (let r = 0; r < resamples; r++) {
    let sum = 0;
    let squares = 0;
    for (let i = 0; i < n; i++) {
      const off = sample[rng.int(0, n)] - mean;
      sum += off;
      squares += off * off;
    }
    const off = sum / n;
    const own = Math.sqrt(Math.max(0, squares / n - off * off) / (n - 1));
    means.push(mean + off);
    if (own > 1e-12) ts.push(off / own);
  }
  means.sort((a, b) => a - b);
  ts.sort((a, b) => a - b);
  const at = (sorted: number[], share: number): number =>
    sorted[Math.round(share * (sorted.length - 1))];
  const below = (means.filter((m) => m < mean).length + 0.5) / (resamples + 1);
  const bias = normalQuantile(below);
  const acceleration = skewness / 6 / Math.sqrt(n);
  const corrected = (share: number): number => {
    const z = bias + normalQuantile(share);
    return normalCdf(bias + z / (1 - acceleration * z));
  };
  return {
    percentile: [at(means, 0.025), at(means, 0.975)],
    BCa: [at(means, corrected(0.025)), at(means, corrected(0.975))],
    'bootstrap-t': [mean - at(ts, 0.975) * standardError, mean - at(ts, 0.025) * standardError],
  };
}
