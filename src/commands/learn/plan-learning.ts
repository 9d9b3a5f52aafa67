import type { LearnConfig } from '../../config/index.js';
import { planRun, type Plan, type Speed } from '../../run/plan.js';
import { needsEveryEpoch } from '../train/training-plan.js';

/** Passes over the judging images set aside in the budget for augmentations that stay undecided. */
const extraPasses = 6;
/** Likewise for pairs of safe augmentations. */
const pairPasses = 24;

type Settings = Pick<LearnConfig, 'budget' | 'epochs' | 'schedule' | 'earlyStopping' | 'judging'>;

/** What a run of `learn` will look at. */
export interface LearningSize {
  /** Images an epoch trains on. */
  readonly trainImages: number;
  /** Held-out images. */
  readonly judgingImages: number;
  /** Outputs of the recognition head. */
  readonly labels: number;
  /** Seconds already gone. */
  readonly spent: number;
}

/** Chooses the epochs of joint learning. @throws UserError `BUDGET_TOO_SMALL` */
export function planLearning(config: Settings, size: LearningSize, speed: Speed): Plan {
  const { budget, epochs, judging } = config;
  const { labels, ...images } = size;
  const extra = judging.maxDraws > judging.draws ? extraPasses : 0;
  const judgingPasses = 1 + judging.draws * labels + extra + pairPasses;
  const everyEpoch = needsEveryEpoch(config);
  return planRun({ budget, epochs, judgingPasses, everyEpoch, ...images }, speed);
}
