// What is measured of each sample.
export { crossEntropies, mean, sum, topKCorrect } from './per-sample.js';
export {
  addRegions,
  emptyRegions,
  guessingIou,
  iouContributions,
  iouOf,
  joinRegions,
  meanIouInterval,
  meanOfPresent,
  pairedIouChange,
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
  marginTest,
  meanDifferences,
  meanInterval,
  meanOverSeeds,
  pairedInterval,
  pairedMean,
  type Estimate,
  type PairedMean,
} from './mean-interval.js';
export { bootstrapInterval } from './bootstrap.js';
export { studentQuantile } from './distributions.js';
export { holmLevels } from './holm.js';
export { mcnemarExact } from './mcnemar.js';
// Shapes in a row of values.
export { isotonic } from './isotonic.js';
export { splitStability, splitTwoGroups } from './otsu.js';
export { rankCorrelation, rankCorrelationInterval } from './rank-correlation.js';
