// What is measured of each sample.
export { balancedAccuracy, crossEntropies, mean, sum, topKCorrect } from './per-sample.js';
export {
  addRegions,
  emptyRegions,
  guessingIou,
  iouContributions,
  iouOf,
  joinRegions,
  meanOfPresent,
  regionsFrom,
  type Regions,
} from './iou.js';
export { classWeights } from './class-weights.js';
// How well scores tell two kinds of images apart.
export { bestCutoff } from './youden.js';
export { pairedAuc } from './auc.js';
export {
  averagePrecision,
  averagePrecisionInfluence,
  rankingOf,
  type Ranking,
} from './average-precision.js';
// Intervals and tests.
export {
  binaryPairedMean,
  continuousPairedMean,
  meanDifferences,
  overGroups,
  pairedMean,
  scaledMean,
  type GroupOf,
  type OverGroups,
  type PairedMean,
  type ScoreKind,
} from './paired-mean.js';
export {
  marginTest,
  meanInterval,
  meanOverSeeds,
  pairedInterval,
  unboundedInterval,
  type Estimate,
} from './mean-interval.js';
export { studentQuantile } from './distributions.js';
export { holmLevels, lookLevel, spentBy, type Inspection } from './levels.js';
export { mcnemarExact } from './mcnemar.js';
// Shapes in a row of values.
export { isotonic } from './isotonic.js';
export { splitStability, splitTwoGroups } from './otsu.js';
export { rankCorrelation, rankCorrelationInterval } from './rank-correlation.js';
