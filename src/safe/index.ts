// The method in its order.
// Joint learning: one network recognises augmentations and learns the task.
export { JointObjective, SharedObjective } from './joint-objective.js';
// Views: the recognition head's labels, and what of an image each is judged by.
export { borderOf, labelsFor, marginsOf, type Border, type RecognitionLabel } from './views.js';
// Statistics (statistics.ts), which see at once what a small network learns late, and the stumps that read them.
export { fitStumps, type Stumps } from './statistics/stumps.js';
// Scoring: a pass over the judging images.
export {
  statisticsOf,
  type JudgedBatch,
  type JudgingPasses,
  type Observer,
  type Scored,
} from './scoring.js';
// Folds: which network scores which image, and what that does to intervals.
export { foldsIn, intervalOverFolds, type FoldOf } from './statistics/over-folds.js';
// Judging: passes and draws until every label is decided.
export { judge, type JudgingResult } from './judging.js';
export { looksIn } from './collecting/collecting.js';
export { sizeFor } from './collecting/draws.js';
// Growth: how recognition and harm rose while the network was trained.
export type { Growth } from './growth.js';
// Measuring: J, AUC and the change of the task, image by image.
export type { Measure } from './measure.js';
// Harm: the part of the task head's skill that is lost.
export { fewestImages, toLose, type ClassException } from './harm.js';
// Delta and the limits held against it (delta-and-limits.ts), and the verdicts with their reasons.
export { keepsLabels, type AugmentationJudgement, type Verdicts } from './verdict.js';
export { inBrackets } from './reasons.js';
export { isCostlyFlip } from './grades/orientation.js';
// Grades: what an augmentation is good for in training; pairs of what keeps the labels.
export { type Grade } from './grades/grade.js';
export { judgeKeepPairs, type KeepPairs } from './grades/keep-pairs.js';
// Pairs of safe augmentations, and the largest set without a conflict.
export { judgePairs, safeMembers, type Pairs } from './safe-pairs.js';
export { conflictFree, identitiesIn } from './conflict-free.js';
// What a number of judging images can decide, before anything is trained.
export { expectedHalfWidth, imagesFor } from './power.js';
// The crop from a padded image, at the paddings that are usual.
export {
  judgePaddedShifts,
  mostPadding,
  paddedPasses,
  type PaddedShift,
} from './grades/padded-shifts.js';
// What common recipes add besides, by its harm alone.
export { additionPasses, isHarmless, judgeAdditions, type Addition } from './grades/additions.js';
// Strength: how far what is not safe may reach.
export { judgeStrength, type StrengthJudgement } from './strength.js';
