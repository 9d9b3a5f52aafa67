import { studentQuantile } from './distributions.js';
import type { Estimate } from './mean-interval.js';
import { overGroups, type GroupOf } from './paired-mean.js';

/**
 * Area under the ROC curve of paired scores, with an interval that respects the pairing.
 *
 * The chance that a random image with the augmentation scores above a random image without it; ties
 * count half. The standard error comes from the structural components summed per image, so that an
 * image's draws and its clean twin form one cluster: with c_i = (share of clean scores below image i's
 * augmented ones) + (share of augmented scores above its clean one), the standard error is that of the mean of c_i.
 *
 * Source: DeLong et al. (1988); clusters as in Obuchowski (1997).
 *
 * @param clean `[n]` scores without the augmentation
 * @param draws scores with it: one array `[n]` for every draw, in the images' order
 * @param alpha two-sided, in (0, 1)
 * @param groupOf where images come in groups, a group is the cluster
 * @returns in [0, 1]; 0.5 within [0, 1] where there are no scores
 */
export function pairedAuc(
  clean: Float64Array,
  draws: readonly Float64Array[],
  alpha = 0.05,
  groupOf?: GroupOf,
): Estimate {
  const n = clean.length;
  if (n === 0 || draws.length === 0) return { value: 0.5, low: 0, high: 1 };
  const cleanSorted = Float64Array.from(clean).sort();
  const augmentedSorted = new Float64Array(n * draws.length);
  draws.forEach((scores, d) => augmentedSorted.set(scores, d * n));
  augmentedSorted.sort();
  const component = new Float64Array(n);
  let total = 0;
  for (let i = 0; i < n; i++) {
    let above = 0;
    for (const scores of draws) above += rankShare(cleanSorted, scores[i]);
    above /= draws.length;
    component[i] = above + (1 - rankShare(augmentedSorted, clean[i]));
    total += above;
  }
  const value = total / n;
  const groups = groupOf && overGroups(component, groupOf);
  const observed = groups?.values ?? component;
  // A single group says nothing of others.
  if (groups !== undefined && observed.length < 2) return { value, low: 0, high: 1 };
  let squares = 0;
  for (const c of observed) squares += (c - 2 * value) ** 2;
  const count = observed.length;
  const standardError = Math.sqrt(squares / Math.max(1, count - 1) / count);
  const df = groups?.degrees ?? Math.max(1, n - 1);
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
