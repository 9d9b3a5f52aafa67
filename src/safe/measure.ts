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

/** One draw of a label: the images with it applied, and what they are compared with. */
export interface Draw {
  readonly applied: Pass;
  /** The same images without it: clean, or under the same jitter. */
  readonly without: Pass;
}

/** One label's evidence: the same images clean and, in every draw, with and without it. */
export interface Evidence {
  readonly clean: Pass;
  readonly draws: readonly Draw[];
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
    joined(all.draws.map((draw) => draw.without.scores.subarray(0, calibration))),
    joined(all.draws.map((draw) => draw.applied.scores.subarray(0, calibration))),
  );
  const clean = from(all.clean, calibration);
  const draws = all.draws.map(({ applied, without }) => ({
    applied: from(applied, calibration),
    without: from(without, calibration),
  }));
  // Against the clean images, only what was drawn on them counts.
  const plain = draws.filter((_, d) => all.draws[d].without === all.clean);
  const n = clean.scores.length;
  const difference = new Float64Array(n);
  const taskDifference = new Float64Array(n);
  const lossDifference = new Float64Array(n);
  let hits = 0;
  let falseHits = 0;
  let right = 0;
  const share = 1 / draws.length;
  for (let i = 0; i < n; i++)
    for (const { applied, without } of draws) {
      const hit = applied.scores[i] > cutoff ? share : 0;
      const falseHit = without.scores[i] > cutoff ? share : 0;
      hits += hit;
      falseHits += falseHit;
      right += applied.correct[i] * share;
      difference[i] += hit - falseHit;
      taskDifference[i] += (applied.correct[i] - without.correct[i]) * share;
      lossDifference[i] += (applied.losses[i] - without.losses[i]) * share;
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
      plain.map(({ applied }) => applied.scores),
    ),
    thesis: {
      tpr: positiveRate(plain.map(({ applied }) => applied)),
      fpr: positiveRate([clean]),
    },
    taskChange: pairedInterval(pairedMean(taskDifference), 0.05),
    lossChange: unboundedInterval(lossDifference),
    taskAccuracy: right / n,
    mcnemar: mcnemarOfFirstDraw(clean, plain[0].applied),
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
