/** A sum of stumps, each a threshold on one feature with an amount for either side. All arrays are `[rounds]`. */
export interface Stumps {
  /** Index of the feature, 0 to F - 1. */
  readonly feature: Uint16Array;
  readonly threshold: Float64Array;
  /** Log odds added where the value is at most the threshold. */
  readonly below: Float64Array;
  /** Log odds added where it is greater. */
  readonly above: Float64Array;
}

/** Stumps in a model. */
const rounds = 100;
/** Part of each Newton step that is taken: smaller steps generalise better and need more rounds. */
const rate = 0.2;
/** Each feature is cut at up to 23 thresholds, which part its values into 24 equal shares. */
const thresholds = 24;
/** Added to every leaf's curvature: 16 undecided images' worth, so that a leaf of few images says little. */
const prior = 4;

/**
 * Learns to separate two groups of feature vectors: gradient boosting of decision stumps under the
 * logistic loss, a Newton step each.
 *
 * Costs O(rounds * N * F) after sorting each feature once, N = n + m.
 *
 * Source: Friedman, Hastie, Tibshirani (2000), Additive logistic regression.
 *
 * @param without feature vectors of the first group, `[n][F]`
 * @param applied feature vectors of the second, `[m][F]`
 */
export function fitStumps(
  without: readonly Float64Array[],
  applied: readonly Float64Array[],
): Stumps {
  const rows = [...without, ...applied];
  const n = rows.length;
  const features = rows[0].length;
  // cuts[f]: rising thresholds of feature f, at most 23.
  const cuts = Array.from({ length: features }, (_, f) => quantiles(rows, f));
  // bins[f][i]: how many cuts of feature f lie below row i's value. Rounds then read bytes instead of comparing.
  const bins = cuts.map((own, f) =>
    Uint8Array.from(rows, (row) => own.reduce((count, cut) => count + Number(row[f] > cut), 0)),
  );
  // [N] each: log odds so far, and the first two derivatives of the log likelihood by them (the second negated).
  const score = new Float64Array(n);
  const gradient = new Float64Array(n);
  const curvature = new Float64Array(n);
  const model = {
    feature: new Uint16Array(rounds),
    threshold: new Float64Array(rounds),
    below: new Float64Array(rounds),
    above: new Float64Array(rounds),
  };
  for (let r = 0; r < rounds; r++) {
    let allGradient = 0;
    let allCurvature = 0;
    for (let i = 0; i < n; i++) {
      const p = 1 / (1 + Math.exp(-score[i]));
      gradient[i] = (i < without.length ? 0 : 1) - p;
      curvature[i] = p * (1 - p);
      allGradient += gradient[i];
      allCurvature += curvature[i];
    }
    let best = -1;
    let bestCut = 0;
    for (let f = 0; f < features; f++) {
      const count = cuts[f].length;
      if (count === 0) continue;
      // Sums of gradient and curvature in each bin, [cuts + 1].
      const g = new Float64Array(count + 1);
      const h = new Float64Array(count + 1);
      const own = bins[f];
      for (let i = 0; i < n; i++) {
        g[own[i]] += gradient[i];
        h[own[i]] += curvature[i];
      }
      // A sweep over the cuts: what lies left of each, and what remains right of it.
      let left = 0;
      let leftWeight = 0;
      for (let c = 0; c < count; c++) {
        left += g[c];
        leftWeight += h[c];
        const right = allGradient - left;
        // Twice what a Newton step in both leaves gains in log likelihood, to second order.
        const gain =
          left ** 2 / (leftWeight + prior) + right ** 2 / (allCurvature - leftWeight + prior);
        if (gain > best) {
          best = gain;
          bestCut = c;
          model.feature[r] = f;
          model.below[r] = (rate * left) / (leftWeight + prior);
          model.above[r] = (rate * right) / (allCurvature - leftWeight + prior);
        }
      }
    }
    // No feature varies enough to be cut.
    if (best < 0) break;
    const f = model.feature[r];
    model.threshold[r] = cuts[f][bestCut];
    for (let i = 0; i < n; i++) score[i] += bins[f][i] <= bestCut ? model.below[r] : model.above[r];
  }
  return model;
}

/** Log odds, up to a constant, that a feature vector `[F]` belongs to the second group. Higher: more likely applied. */
export function stumpScore(model: Stumps, row: Float64Array): number {
  let score = 0;
  for (let r = 0; r < model.feature.length; r++)
    score += row[model.feature[r]] <= model.threshold[r] ? model.below[r] : model.above[r];
  return score;
}

/** The thresholds of a feature, rising and different; none where it hardly varies. */
function quantiles(rows: readonly Float64Array[], feature: number): number[] {
  const sorted = Float64Array.from(rows, (row) => row[feature]).sort();
  const found: number[] = [];
  for (let q = 1; q < thresholds; q++) {
    const at = Math.floor((q * sorted.length) / thresholds);
    // Midway between two neighbours; never at the largest value, above which nothing lies.
    const cut = (sorted[at - 1] + sorted[at]) / 2;
    if (cut < sorted[sorted.length - 1] && cut !== found.at(-1)) found.push(cut);
  }
  return found;
}
