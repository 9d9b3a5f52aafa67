import { holmLevels, marginTest, unboundedInterval, type Estimate } from '../../metrics/index.js';
import { inBrackets, signed } from '../reasons.js';
import {
  measurePairs,
  membersWhere,
  pairHarmMargin,
  pairsOf,
  type Pairs,
  type PairsOptions,
} from '../safe-pairs.js';
import { keepsLabels, type Verdicts } from '../verdict.js';

/** Two augmentations that keep the labels, one after the other. */
export interface KeepPairJudgement {
  readonly members: readonly [string, string];
  /** Of the pair, as a part of the task head's skill. */
  readonly harm: number;
  /** Its harm less its members', with an interval at Holm's level. */
  readonly moreHarm: Estimate;
  /** More harm than its margin, with its whole interval. */
  readonly conflict: boolean;
  /** One sentence. */
  readonly evidence: string;
}

export interface KeepPairs {
  readonly judged: readonly KeepPairJudgement[];
  /** Number of pairs that were not judged. */
  readonly left: number;
}

/**
 * Judges pairs of augmentations graded safe or label-keeping, and windows twice in a row, by their harm alone: does a
 * pair cost more than the sum of its members? They may be recognised, alone or together.
 *
 * Pairs of safe members have been scored before and cost nothing. All pairs are one family of tests under Holm's
 * procedure at alpha (docs/decisions/072-grades.md).
 *
 * @param safePairs of the same run
 * @param options `images` counts those of the safe pairs too
 */
export async function judgeKeepPairs(
  verdicts: Pick<Verdicts, 'augmentations'>,
  safePairs: Pairs,
  options: Omit<PairsOptions, 'safe'>,
): Promise<KeepPairs> {
  const { labels, alpha } = options;
  const members = membersWhere(labels, verdicts, ({ grading }) => keepsLabels(grading?.grade));
  const wanted = pairsOf(members, labels);
  const images = options.images - safePairs.images;
  const { measured } = await measurePairs(wanted, { ...options, images }, safePairs.measured);
  const levels = holmLevels(
    measured.map(({ harmed }) => marginTest(harmed, pairHarmMargin).above),
    alpha,
  );
  const judged = measured.map(({ members: pair, harm, harmed }, i): KeepPairJudgement => {
    // One-sided tests: the two-sided interval at twice the level has the same lower limit.
    const moreHarm = unboundedInterval(harmed, Math.min(0.99, 2 * levels[i]));
    return {
      members: pair,
      harm,
      moreHarm,
      conflict: moreHarm.low > pairHarmMargin,
      evidence: `harm ${signed(harm, 2)}, beyond both alone ${inBrackets(moreHarm, 2)}`,
    };
  });
  return { judged, left: wanted.length - measured.length };
}
