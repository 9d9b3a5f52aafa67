import { join } from 'node:path';
import type { LearnResult } from '../commands/learn/learn.js';
import { runFiles, type Selection } from '../run/files/index.js';
import type { Advice } from './learned-answer.js';

/** What `learn` and `judge` print: the verdicts of every data set, and the files that have all the rest. */
export function learnedAsJson(
  { out, sets, safe, seconds }: LearnResult,
  report: string,
  adviceFor: (out: string, selection: Selection) => Advice,
): object {
  return {
    out,
    seconds,
    report,
    safe,
    sets: sets.map((set) => {
      const { steps, surer } = adviceFor(set.out, set.selection);
      return {
        name: set.name,
        data: set.data,
        policy: join(set.out, runFiles.policy),
        selection: join(set.out, runFiles.selection),
        ...verdictsOf(set.selection),
        next: steps,
        surer,
      };
    }),
  };
}

function verdictsOf({
  status,
  rule,
  delta,
  safe,
  safeV2,
  cleanAccuracy,
  balancedAccuracy,
  pixelAccuracy,
  augmentations,
}: Selection) {
  return {
    ...{ status, rule, delta, safe, safeV2 },
    ...(cleanAccuracy !== undefined && { cleanAccuracy }),
    ...(balancedAccuracy !== undefined && { balancedAccuracy }),
    ...(pixelAccuracy !== undefined && { pixelAccuracy }),
    augmentations: augmentations.map((a) => ({
      ...{ name: a.name, verdict: a.verdict, grade: a.grade, j: a.j, jLow: a.jLow, jHigh: a.jHigh },
      ...{ auc: a.auc, harm: a.harm, taskChange: a.taskChange },
      ...{ reason: a.reason, gradeReason: a.gradeReason },
    })),
  };
}
