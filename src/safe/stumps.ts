/** A sum of one-feature thresholds: which side of it a value lies on adds one of two amounts. */
export interface Stumps {
  readonly feature: Uint16Array;
  readonly threshold: Float64Array;
  readonly below: Float64Array;
  readonly above: Float64Array;
}

const rounds = 100;
const rate = 0.2;
/** Thresholds tried for each feature: quantiles of all its values. */
const thresholds = 24;
/** Weight that every leaf starts with: a leaf of few images says little. */
const prior = 4;

/**
 * Learns to tell two groups of feature vectors apart: gradient boosting of decision stumps under the
 * logistic loss, a Newton step each.
 *
 * Source: Friedman, Hastie, Tibshirani (2000), Additive logistic regression.
 *
 * @param without, applied feature vectors, `[n][F]` and `[m][F]`
 */
export function fitStumps(
  without: readonly Float64Array[],
  applied: readonly Float64Array[],
): Stumps {
  const rows = [...without, ...applied];
  const n = rows.length;
  const features = rows[0].length;
  const cuts = Array.from({ length: features }, (_, f) => quantiles(rows, f));
  // bins[f][i]: how many cuts of feature f lie below row i's value.
  const bins = cuts.map((own, f) =>
    Uint8Array.from(rows, (row) => own.reduce((count, cut) => count + Number(row[f] > cut), 0)),
  );
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
      const g = new Float64Array(count + 1);
      const h = new Float64Array(count + 1);
      const own = bins[f];
      for (let i = 0; i < n; i++) {
        g[own[i]] += gradient[i];
        h[own[i]] += curvature[i];
      }
      let left = 0;
      let leftWeight = 0;
      for (let c = 0; c < count; c++) {
        left += g[c];
        leftWeight += h[c];
        const right = allGradient - left;
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
    if (best < 0) break;
    const f = model.feature[r];
    model.threshold[r] = cuts[f][bestCut];
    for (let i = 0; i < n; i++) score[i] += bins[f][i] <= bestCut ? model.below[r] : model.above[r];
  }
  return model;
}

/** Log odds, up to a constant, that a feature vector `[F]` belongs to the second group. */
export function stumpScore(model: Stumps, row: Float64Array): number {
  let score = 0;
  for (let r = 0; r < model.feature.length; r++)
    score += row[model.feature[r]] <= model.threshold[r] ? model.below[r] : model.above[r];
  return score;
}

/** Different values between which a feature is cut; none where it never changes. */
function quantiles(rows: readonly Float64Array[], feature: number): number[] {
  const sorted = Float64Array.from(rows, (row) => row[feature]).sort();
  const found: number[] = [];
  for (let q = 1; q < thresholds; q++) {
    const at = Math.floor((q * sorted.length) / thresholds);
    const cut = (sorted[at - 1] + sorted[at]) / 2;
    if (cut < sorted[sorted.length - 1] && cut !== found.at(-1)) found.push(cut);
  }
  return found;
}
