import { leastKnown } from '../grades/harm-growth.js';
import type { AugmentationJudgement, Verdicts } from '../verdict.js';
import type { Collecting } from './collecting.js';

/** What follows looks and draws. */
interface Later {
  /** The network by earlier weights, where it has them. */
  readonly earlier?: object;
  /** Further passes. Default 0. */
  readonly laterPasses?: number;
}

/**
 * The seconds that the next pass and all after it will take, by the passes so far. Growth takes one over the clean images, and one for
 * each label it is asked of.
 */
export function reserveFor(
  collecting: Collecting,
  { earlier, laterPasses = 0 }: Later,
): (verdicts: Verdicts) => number {
  const [begun, before] = [performance.now(), collecting.passes];
  return (verdicts) => {
    const perPass = (performance.now() - begun) / 1000 / Math.max(1, collecting.passes - before);
    if (verdicts.status === 'undertrained') return perPass;
    const ofGrowth = earlier === undefined ? 0 : 1 + askedOfGrowth(verdicts).length;
    return perPass * (1 + ofGrowth + laterPasses);
  };
}

/** The labels of what is safe or harmless so far. */
export function askedOfGrowth({ augmentations, known = 0, harmMargin }: Verdicts): number[] {
  const isHarmless = ({ harm }: AugmentationJudgement): boolean =>
    known >= leastKnown && harm.high < harmMargin;
  return augmentations.flatMap((a, k) => (a.verdict === 'safe' || isHarmless(a) ? [k] : []));
}
