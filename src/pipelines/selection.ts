import type { Params, TransformSpec } from '../augment/types.js';
import { createTransform } from '../augment/index.js';
import type { Selection } from '../config/index.js';
import { pairedInterval, pairedMean } from '../metrics/index.js';
import type { JudgingResult, Measure } from '../safe/index.js';

/** Judging's result as it stands in `selection.json`. */
export function selectionOf(
  result: JudgingResult,
  augmentations: readonly TransformSpec[],
  options: { rule: Selection['rule']; alpha: number },
): Selection {
  const { verdicts, clean } = result;
  const safe = verdicts.augmentations.filter((a) => a.verdict === 'safe').map((a) => a.name);
  return {
    version: 1,
    rule: options.rule,
    status: verdicts.status,
    delta: verdicts.delta.value,
    deltaFrom: verdicts.delta.from,
    alpha: options.alpha,
    cleanAccuracy: pairedInterval(pairedMean(Float64Array.from(clean.correct)), 0.05),
    smallestDifference: smallestDifference(verdicts.augmentations),
    groups: verdicts.groups,
    controls: verdicts.controls.map((c) => ({
      name: c.name,
      params: optionsOf({ name: c.name }),
      kind: c.kind,
      ...figures(c.measure),
      jLow: c.j.low,
      jHigh: c.j.high,
      passed: c.passed,
    })),
    augmentations: verdicts.augmentations.map((a, k) => ({
      name: a.name,
      params: optionsOf(augmentations[k]),
      ...figures(a.measure),
      jLow: a.j.low,
      jHigh: a.j.high,
      lowGroup: a.lowGroup,
      verdict: a.verdict,
      reason: a.reason,
    })),
    conflicts: [],
    safe,
    safeV2: safe,
  };
}

function figures(m: Measure) {
  return {
    n: m.n * m.draws,
    draws: m.draws,
    cutoff: m.cutoff,
    tpr: m.tpr,
    fpr: m.fpr,
    j: m.j.mean,
    auc: m.auc.value,
    aucLow: m.auc.low,
    aucHigh: m.auc.high,
    thesis: m.thesis,
    taskChange: m.taskChange,
    taskAccuracy: m.taskAccuracy,
    lossChange: m.lossChange,
    mcnemar: m.mcnemar,
  };
}

/** The widest half of any augmentation's interval: differences of J below it stay unseen. */
function smallestDifference(all: readonly { j: { low: number; high: number } }[]): number {
  return Math.max(0, ...all.map(({ j }) => (j.high - j.low) / 2));
}

const optionsOf = (spec: TransformSpec): Params => createTransform(spec).options;
