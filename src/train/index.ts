export type {
  BatchLoss,
  BatchSource,
  BatchStream,
  EpochReport,
  Metrics,
  Objective,
} from './objective.js';
export { fit, type FitOptions, type FitResult } from './fit.js';
export {
  bestFileIn,
  bestWeights,
  checkpointsIn,
  hasLatest,
  loadBestWeights,
} from './checkpoint.js';
export { MixedSource, type MixedBatch, type Portions } from './mixed-source.js';
