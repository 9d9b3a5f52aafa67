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
  /** Judging images, those that chose the cut-off left out. */
  readonly n: number;
  readonly draws: number;
  /** Logit above which the label counts as recognised; chosen on other images. */
  readonly cutoff: number;
  /** Recognition rate and false-positive rate at that cut-off. */
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

/**
 * Measures one label from its passes.
 *
 * The first `calibration` images only choose the cut-off (Youden's best there); all figures come from
 * the others. Cross-fitting, which would judge every image at the cut-off of the rest, was tried and
 * left: where there is nothing to recognise its parts choose alike, and 95 % intervals covered the truth
 * 85 % of the time (docs/decisions/001-cut-off.md).
 */
export function measure(all: Evidence, calibration: number): Measure {
  const { cutoff } = bestCutoff(
    all.clean.scores.subarray(0, calibration),
    joined(all.draws.map((pass) => pass.scores.subarray(0, calibration))),
  );
  const clean = from(all.clean, calibration);
  const draws = all.draws.map((pass) => from(pass, calibration));
  const n = clean.scores.length;
  const difference = new Float64Array(n);
  const taskDifference = new Float64Array(n);
  const lossDifference = new Float64Array(n);
  let hits = 0;
  let falseHits = 0;
  let right = 0;
  for (let i = 0; i < n; i++) {
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
    cutoff,
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

function from(pass: Pass, start: number): Pass {
  return {
    scores: pass.scores.subarray(start),
    correct: pass.correct.subarray(start),
    losses: pass.losses.subarray(start),
  };
}

function joined(parts: readonly Float64Array[]): Float64Array {
  const all = new Float64Array(parts.reduce((n, part) => n + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
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
