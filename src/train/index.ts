export type { BatchLoss, BatchSource, BatchStream, EpochReport, Metrics, Task } from './types.js';
export { fit, type FitOptions, type FitResult } from './fit.js';
export {
  bestFileIn,
  bestWeights,
  checkpointsIn,
  hasLatest,
  loadBestWeights,
} from './checkpoint.js';
export { MixedSource, type MixedBatch, type Portions } from './mixed-source.js';
export type { Evaluated, Evaluation } from './evaluation.js';
export { ClassificationTask, type LabelledBatch } from './classification.js';
export { SegmentationTask } from './segmentation.js';
export type { HeadScores, TaskHead } from './task-head.js';
export { ClassificationHead } from './classification-head.js';
export { SegmentationHead } from './segmentation-head.js';
export { NoTaskHead } from './no-task-head.js';
