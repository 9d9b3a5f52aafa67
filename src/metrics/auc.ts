import { studentQuantile } from './distributions.js';
import type { Estimate } from './mean-interval.js';
import { overGroups, type GroupOf } from './paired-mean.js';

export interface AucOptions {
  /** Two-sided, in (0, 1). Default 0.05. */
  readonly alpha?: number;
  /** `[n]`: where images come in groups, a group is the cluster. */
  readonly groupOf?: GroupOf;
  /** `[n]`, from 0: scores are compared within a stratum alone. Default: all are one. */
  readonly strata?: Int32Array;
}

/**
 * Area under the ROC curve of paired scores, with an interval that respects the pairing.
 *
 * The chance that a random image with the augmentation scores above a random image without it; ties
 * count half. The standard error comes from the structural components summed per image, so that an
 * image's draws and its clean twin form one cluster: with c_i = (share of clean scores below image i's
 * augmented ones) + (share of augmented scores above its clean one), the standard error is that of the mean of c_i.
 *
 * Scores of different strata, such as those of different networks, are not compared: the area is the mean of those of the strata,
 * weighted by their images, and so is its variance.
 *
 * Source: DeLong et al. (1988); clusters as in Obuchowski (1997).
 *
 * @param clean `[n]` scores without the augmentation
 * @param draws scores with it: one array `[n]` for every draw, in the images' order
 * @returns in [0, 1]; 0.5 within [0, 1] where there are no scores
 */
export function pairedAuc(
  clean: Float64Array,
  draws: readonly Float64Array[],
  { alpha = 0.05, groupOf, strata }: AucOptions = {},
): Estimate {
  const n = clean.length;
  if (n === 0 || draws.length === 0) return { value: 0.5, low: 0, high: 1 };
  // [n] each: c_i, and of its stratum twice the area, which is its mean.
  const component = new Float64Array(n);
  const expected = new Float64Array(n);
  let total = 0;
  const parts = strata === undefined ? 1 : strata.reduce((a, b) => Math.max(a, b), 0) + 1;
  for (let part = 0; part < parts; part++) {
    const isOwn = (_: number, i: number): boolean => strata === undefined || strata[i] === part;
    const own = Int32Array.from(clean, (_, i) => i).filter((i) => isOwn(0, i));
    const cleanSorted = clean.filter(isOwn).sort();
    const augmentedSorted = new Float64Array(own.length * draws.length);
    draws.forEach((scores, d) => augmentedSorted.set(scores.filter(isOwn), d * own.length));
    augmentedSorted.sort();
    let sum = 0;
    for (const i of own) {
      let above = 0;
      for (const scores of draws) above += rankShare(cleanSorted, scores[i]);
      above /= draws.length;
      component[i] = above + (1 - rankShare(augmentedSorted, clean[i]));
      sum += above;
    }
    for (const i of own) expected[i] = (2 * sum) / own.length;
    total += sum;
  }
  const value = total / n;
  const off = component.map((c, i) => c - expected[i]);
  const groups = groupOf && overGroups(off, groupOf);
  const observed = groups?.values ?? off;
  // A single group says nothing of others.
  if (groups !== undefined && observed.length < 2) return { value, low: 0, high: 1 };
  let squares = 0;
  for (const c of observed) squares += c * c;
  const count = observed.length;
  const standardError = Math.sqrt(squares / Math.max(1, count - parts) / count);
  const df = Math.max(1, (groups?.degrees ?? n - 1) - (parts - 1));
  const half = studentQuantile(1 - alpha / 2, df) * standardError;
  return { value, low: Math.max(0, value - half), high: Math.min(1, value + half) };
}

/** Share of `sorted` below `x`, ties half. */
function rankShare(sorted: Float64Array, x: number): number {
  return (lowerBound(sorted, x, false) + lowerBound(sorted, x, true)) / (2 * sorted.length);
}

function lowerBound(sorted: Float64Array, x: number, orEqual: boolean): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (sorted[middle] < x || (orEqual && sorted[middle] === x)) low = middle + 1;
    else high = middle;
  }
  return low;
}
