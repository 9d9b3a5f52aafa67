import {
  bestCutoff,
  pairedAuc,
  pairedInterval,
  pairedMean,
  mcnemarExact,
  type Estimate,
  type PairedMean,
} from '../metrics/index.js';

/** What the network said of the judging images in one pass; every array is `[n]`, in their order. */
export interface Pass {
  /** Logit of the label in question. */
  readonly scores: Float64Array;
  /** 1 where the task head was right. */
  readonly correct: Uint8Array;
  /** Task loss in nats. */
  readonly losses: Float64Array;
}

/** One label's evidence: the same images clean and, once for every draw, with it alone applied. */
export interface Evidence {
  readonly clean: Pass;
  readonly draws: readonly Pass[];
}

/** What the evidence says, before any verdict. */
export interface Measure {
  /** Judging images. */
  readonly n: number;
  readonly draws: number;
  /** Recognition rate and false-positive rate at cut-offs calibrated on other images. */
  readonly tpr: number;
  readonly fpr: number;
  /** TPR - FPR, a lower bound of the total-variation distance between clean and augmented data. */
  readonly j: PairedMean;
  readonly auc: Estimate;
  /** The thesis's figures: rates at probability 0.5. */
  readonly thesis: { readonly tpr: number; readonly fpr: number };
  /** Paired change of task accuracy, and of task loss in nats, with 95 % intervals. */
  readonly taskChange: Estimate;
  readonly lossChange: Estimate;
  /** Task accuracy under the augmentation. */
  readonly taskAccuracy: number;
  /** Exact McNemar p of the first draw: does the augmentation change which images are right? */
  readonly mcnemar: number;
}

/** Judging images are cut into this many parts; each is judged at the cut-off of the others. */
const folds = 5;

/**
 * Measures one label from its passes.
 *
 * The cut-off used for an image never comes from that image: it is Youden's best on the other four
 * fifths (cross-fitting), so J is not inflated by choosing it.
 */
export function measure(evidence: Evidence): Measure {
  const { clean, draws } = evidence;
  const n = clean.scores.length;
  const cutoffs = crossFittedCutoffs(clean.scores, draws);
  const difference = new Float64Array(n);
  const taskDifference = new Float64Array(n);
  const lossDifference = new Float64Array(n);
  let hits = 0;
  let falseHits = 0;
  let right = 0;
  for (let i = 0; i < n; i++) {
    const cutoff = cutoffs[i % folds];
    let recognised = 0;
    let correct = 0;
    let loss = 0;
    for (const pass of draws) {
      if (pass.scores[i] > cutoff) recognised++;
      correct += pass.correct[i];
      loss += pass.losses[i];
    }
    const falsely = clean.scores[i] > cutoff ? 1 : 0;
    hits += recognised / draws.length;
    falseHits += falsely;
    right += correct / draws.length;
    difference[i] = recognised / draws.length - falsely;
    taskDifference[i] = correct / draws.length - clean.correct[i];
    lossDifference[i] = loss / draws.length - clean.losses[i];
  }
  return {
    n,
    draws: draws.length,
    tpr: hits / n,
    fpr: falseHits / n,
    j: pairedMean(difference),
    auc: pairedAuc(
      clean.scores,
      draws.map((pass) => pass.scores),
    ),
    thesis: { tpr: positiveRate(draws), fpr: positiveRate([clean]) },
    taskChange: pairedInterval(pairedMean(taskDifference), 0.05),
    lossChange: unboundedInterval(lossDifference),
    taskAccuracy: right / n,
    mcnemar: mcnemarOfFirstDraw(clean, draws[0]),
  };
}

function crossFittedCutoffs(clean: Float64Array, draws: readonly Pass[]): Float64Array {
  const cutoffs = new Float64Array(folds);
  for (let fold = 0; fold < folds; fold++) {
    const without: number[] = [];
    const withIt: number[] = [];
    for (let i = 0; i < clean.length; i++) {
      if (i % folds === fold) continue;
      without.push(clean[i]);
      for (const pass of draws) withIt.push(pass.scores[i]);
    }
    cutoffs[fold] = bestCutoff(without, withIt).cutoff;
  }
  return cutoffs;
}

/** Share of passes' images whose probability is above 0.5, that is, whose logit is above 0. */
function positiveRate(passes: readonly Pass[]): number {
  let positive = 0;
  let all = 0;
  for (const pass of passes) {
    for (const score of pass.scores) if (score > 0) positive++;
    all += pass.scores.length;
  }
  return positive / all;
}

function unboundedInterval(differences: Float64Array): Estimate {
  const n = differences.length;
  let sum = 0;
  for (const d of differences) sum += d;
  const value = sum / n;
  let squares = 0;
  for (const d of differences) squares += (d - value) ** 2;
  const half = 1.96 * Math.sqrt(squares / Math.max(1, n - 1) / n);
  return { value, low: value - half, high: value + half };
}

function mcnemarOfFirstDraw(clean: Pass, draw: Pass): number {
  let gained = 0;
  let lost = 0;
  for (let i = 0; i < clean.correct.length; i++) {
    if (draw.correct[i] > clean.correct[i]) gained++;
    if (draw.correct[i] < clean.correct[i]) lost++;
  }
  return mcnemarExact(gained, lost);
}
