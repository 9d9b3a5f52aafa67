import {
  bestCutoff,
  mean,
  meanDifferences,
  pairedAuc,
  pairedMean,
  mcnemarExact,
  unboundedInterval,
  type Estimate,
  type GroupOf,
  type PairedMean,
} from '../metrics/index.js';
import {
  eachFold,
  inFold,
  intervalOverFolds,
  overFolds,
  type FoldOf,
} from './statistics/over-folds.js';
import type { Pass } from './scoring.js';
import type { Look } from './views.js';

/** One draw of a label: the images with it applied, and what they are compared with. */
export interface Draw {
  readonly applied: Pass;
  /** The same images without it: clean, or under the same jitter. */
  readonly without: Pass;
}

/** One label's evidence: the same images clean and, in every draw, with and without it. */
export interface Evidence {
  /** In the order of every pass's scores. */
  readonly looks: readonly Look[];
  readonly clean: Pass;
  readonly draws: readonly Draw[];
  /** `[n]`, in the order of the passes: images of a group count as one observation. Default: each image is one. */
  readonly groupOf?: GroupOf;
  /** `[n]`, likewise: the network that has scored each image. Default: one for all. */
  readonly folds?: FoldOf;
}

/** How well one look recognises the label. */
export interface Recognition {
  readonly look: Look;
  /** The threshold of each fold: score above which the label counts as recognised; chosen on the fold's calibration images. */
  readonly cutoffs: readonly number[];
  /** Recognition rate at these thresholds, in [0, 1]. */
  readonly tpr: number;
  /** False-positive rate at them, in [0, 1]. */
  readonly fpr: number;
  /** TPR - FPR, a lower bound of the total-variation distance between clean and augmented data. */
  readonly j: PairedMean;
  /** `[n]`, per judging image: recognised with it minus without, mean over draws. */
  readonly differences: Float64Array;
  /** Of the clean images against those of all draws, with its 95 % interval. */
  readonly auc: Estimate;
}

/** The figures of one label, before any verdict. Those of recognition are the keenest look's. */
export interface Measure extends Recognition {
  /** Judging images, without the calibration images. */
  readonly n: number;
  /** Groups that they come in; undefined where each stands alone. */
  readonly groups?: number;
  readonly draws: number;
  /** Of every look that the verdict goes by. */
  readonly looks: readonly Recognition[];
  /** Of the network on the whole images, whether the verdict goes by it or not. */
  readonly whole: Recognition;
  /** The thesis's figures: rates at probability 0.5. */
  readonly thesis: { readonly tpr: number; readonly fpr: number };
  /** Paired change of the task's figure (accuracy, mean IoU, ...), with its 95 % interval. */
  readonly taskChange: Estimate;
  /** The same change with its standard error, for intervals at other levels. */
  readonly task: PairedMean;
  /** Paired change of task loss in nats, with its 95 % interval. */
  readonly lossChange: Estimate;
  /** The task's figure under the augmentation: accuracy, mean IoU, ... */
  readonly taskAccuracy: number;
  /** `[n]`, per judging image: the task's score by right and wrong with it minus without, mean over draws. */
  readonly taskDifferences: Float64Array;
  /** `[n]`, the same for the score that harm is measured on, such as the probability of the true class. */
  readonly skillDifferences: Float64Array;
  /** Exact McNemar p of the first draw: does the augmentation change which images are right? */
  readonly mcnemar: number;
}

/**
 * Measures one label from its passes.
 *
 * The first `calibration` images only choose the thresholds (the largest Youden index there); all figures come
 * from the others. Cross-fitting, which judges every image at the threshold of the rest, would use them all, but
 * its 95 % intervals covered the truth only 85 % of the time where there is nothing to recognise, because its
 * parts choose nearly the same threshold (docs/decisions/001-cut-off.md).
 */
export function measure(all: Evidence, calibration: number): Measure {
  const clean = from(all.clean, calibration);
  const groupOf = all.groupOf?.subarray(calibration);
  const folds = all.folds?.subarray(calibration);
  const draws = all.draws.map(({ applied, without }) => ({
    applied: from(applied, calibration),
    without: from(without, calibration),
  }));
  // AUC, the rates at 0.5 and McNemar's test compare with the clean images: only draws on those count there.
  const plain = draws.filter((_, d) => all.draws[d].without === all.clean);
  const n = clean.network.length;
  const cutoffs = all.looks.map((_, l) => calibrated(all, calibration, (pass) => pass.scores[l]));
  const { looks, keenest, skillDifferences } = measureAt(all, calibration, cutoffs);
  // Also where the verdict goes by window and border: the report shows both.
  const network = (pass: Pass): Float64Array => pass.network;
  const wholeCutoffs = calibrated(all, calibration, network);
  const whole = recognition('network', all, calibration, network, wholeCutoffs);
  // One figure a draw; the calibration images have been cut off already.
  const figures = draws.map(({ applied }) => applied.task.figure());
  const taskDifferences = differencesOf(draws, ({ task }) => task.answers().values);
  const task = overFolds(pairedMean(taskDifferences, clean.task.answers().kind, groupOf), folds);
  return {
    ...keenest,
    n,
    ...(groupOf && { groups: new Set(groupOf).size }),
    draws: draws.length,
    looks,
    whole,
    thesis: {
      tpr: positiveRate(plain.map(({ applied }) => applied)),
      fpr: positiveRate([clean]),
    },
    task,
    taskChange: intervalOverFolds(clean.task.change(draws.map(tasksOf), groupOf), folds, [-1, 1]),
    lossChange: unboundedInterval(
      overFolds(
        pairedMean(
          differencesOf(draws, ({ task: seen }) => seen.losses),
          'continuous',
          groupOf,
        ),
        folds,
      ),
      0.05,
    ),
    taskAccuracy: mean(figures),
    taskDifferences,
    skillDifferences,
    mcnemar: mcnemarOfFirstDraw(clean, plain[0].applied),
  };
}

/**
 * What every look recognises at given thresholds, and what the task head loses on each judging image.
 *
 * @param cutoffs those of the folds for each look, in their order
 */
export function measureAt(
  all: Evidence,
  calibration: number,
  cutoffs: readonly (readonly number[])[],
): {
  readonly looks: readonly Recognition[];
  readonly keenest: Recognition;
  readonly skillDifferences: Float64Array;
} {
  const looks = all.looks.map((look, l) =>
    recognition(look, all, calibration, (pass) => pass.scores[l], cutoffs[l]),
  );
  return {
    looks,
    keenest: looks.reduce((a, b) => (b.j.mean > a.j.mean ? b : a)),
    skillDifferences: skillDifferencesOf(all.draws, calibration),
  };
}

/** `[n]`, per judging image: what harm is measured on with the label minus without, mean over draws. */
export function skillDifferencesOf(draws: readonly Draw[], calibration: number): Float64Array {
  return differencesOf(draws, ({ task }) => task.from(calibration).skill().values);
}

/** `[n]`, the same by right and wrong answers. */
export function answerDifferencesOf(draws: readonly Draw[], calibration: number): Float64Array {
  return differencesOf(draws, ({ task }) => task.from(calibration).answers().values);
}

/** What one of a label's looks recognises, at the threshold that its calibration images choose. */
export function measureLook(all: Evidence, look: Look, calibration: number): Recognition {
  const scoresOf = (pass: Pass): Float64Array => pass.scores[all.looks.indexOf(look)];
  return recognition(look, all, calibration, scoresOf, calibrated(all, calibration, scoresOf));
}

/** `[n]`, per image: with the label minus without, mean over draws. */
function differencesOf(draws: readonly Draw[], of: (pass: Pass) => Float64Array): Float64Array {
  // `of` may cost a pass over all images: once for each draw and side.
  return meanDifferences(draws.map(({ applied, without }) => [of(applied), of(without)] as const));
}

const tasksOf = ({ applied, without }: Draw) => ({ applied: applied.task, without: without.task });

/** Of each fold the threshold with the largest Youden index on its calibration images of all draws. */
function calibrated(
  { draws, folds }: Evidence,
  calibration: number,
  scoresOf: (pass: Pass) => Float64Array,
): number[] {
  const own = folds?.subarray(0, calibration);
  return eachFold(folds, (fold) => {
    const scores = (of: (draw: Draw) => Pass): Float64Array =>
      joined(draws.map((draw) => inFold(scoresOf(of(draw)).subarray(0, calibration), own, fold)));
    return bestCutoff(
      scores((draw) => draw.without),
      scores((draw) => draw.applied),
    ).cutoff;
  });
}

/** How well a look recognises the label on the judging images at the thresholds of their folds. */
function recognition(
  look: Look,
  { clean, draws, groupOf, folds: all }: Evidence,
  calibration: number,
  scoresOf: (pass: Pass) => Float64Array,
  cutoffs: readonly number[],
): Recognition {
  const plain = draws.filter(({ without }) => without === clean);
  const n = clean.network.length - calibration;
  const folds = all?.subarray(calibration);
  const difference = new Float64Array(n);
  // Every draw counts this much, so that hits / n is a rate per image.
  const share = 1 / draws.length;
  let hits = 0;
  let falseHits = 0;
  for (const { applied, without } of draws) {
    const seen = scoresOf(applied).subarray(calibration);
    const unseen = scoresOf(without).subarray(calibration);
    for (let i = 0; i < n; i++) {
      const cutoff = cutoffs[folds?.[i] ?? 0];
      const hit = seen[i] > cutoff ? share : 0;
      const falseHit = unseen[i] > cutoff ? share : 0;
      hits += hit;
      falseHits += falseHit;
      difference[i] += hit - falseHit;
    }
  }
  return {
    look,
    cutoffs,
    // Rounding of the shares may add up to a little more than 1.
    tpr: Math.min(1, hits / n),
    fpr: Math.min(1, falseHits / n),
    j: overFolds(pairedMean(difference, 'binary', groupOf?.subarray(calibration)), folds),
    differences: difference,
    auc: intervalOverFolds(
      pairedAuc(
        scoresOf(clean).subarray(calibration),
        plain.map(({ applied }) => scoresOf(applied).subarray(calibration)),
        { groupOf: groupOf?.subarray(calibration), strata: folds },
      ),
      folds,
      [0, 1],
    ),
  };
}

/** The images of a pass from `start` on. */
function from(pass: Pass, start: number): Pass {
  return {
    scores: pass.scores.map((scores) => scores.subarray(start)),
    network: pass.network.subarray(start),
    task: pass.task.from(start),
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
  for (const { network } of passes) {
    for (const score of network) if (score > 0) positive++;
    all += network.length;
  }
  return positive / all;
}

/** p of the images that become right against those that become wrong; in segmentation by their share of right pixels. */
function mcnemarOfFirstDraw({ task: clean }: Pass, { task: draw }: Pass): number {
  let gained = 0;
  let lost = 0;
  for (let i = 0; i < clean.correct.length; i++) {
    if (draw.correct[i] > clean.correct[i]) gained++;
    if (draw.correct[i] < clean.correct[i]) lost++;
  }
  return mcnemarExact(gained, lost);
}
