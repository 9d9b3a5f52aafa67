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
  checkpointsIn,
  hasKeptWeights,
  hasLatest,
  keptFileIn,
  keptWeights,
  loadKeptWeights,
  loadQuarterWeights,
  quarterFileIn,
  type KeptEpoch,
} from './checkpoint.js';
export { MixedSource, type MixedBatch, type Portions } from './mixed-source.js';
