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
  shareMetadata,
  type KeptEpoch,
} from './checkpoint.js';
export type { StrengthGrowth } from './growing-strength.js';
export { Together, type ProcessCount } from './together.js';
export { sharedCheckpoints } from './shared-state.js';
export { TrainingClock, type TimeLimit } from './time-limit.js';
export { MixedSource, type MixedBatch, type Portions } from './mixed-source.js';
