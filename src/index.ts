/**
 * safe-augment as a library: what the command line does, for programs.
 *
 * The augmentations alone, without libtorch, are `safe-augment/augment`.
 */
export { InternalError, Rng, UserError, type Problem } from './core/index.js';
export {
  comparisonSchema,
  Interrupted,
  isSeveral,
  manifestSchema,
  policyFileSchema,
  presets,
  readCompareConfig,
  readEvents,
  readLearnConfig,
  readRunFile,
  readTrainConfig,
  resolveCompareConfig,
  resolveLearnConfig,
  resolveLearning,
  resolveTrainConfig,
  runFiles,
  selectionSchema,
  severalResultSchema,
  trainingResultSchema,
  type CompareConfig,
  type CompareInput,
  type Comparison,
  type EventLine,
  type LearnConfig,
  type LearnInput,
  type LearnSources,
  type LearningInput,
  type Manifest,
  type PolicyFile,
  type RunEvent,
  type RunHooks,
  type Selection,
  type SeveralConfig,
  type SeveralResult,
  type TrainConfig,
  type TrainInput,
  type TrainingResult,
} from './config/index.js';
export * from './augment/index.js';
export {
  decodeImage,
  encodePng,
  resizeImage,
  writePng,
  type Image,
  type Mask,
  type Size,
} from './image/index.js';
export {
  createLoader,
  openDataset,
  splitJudging,
  type Batch,
  type Dataset,
  type DatasetOptions,
  type Loader,
  type LoaderOptions,
} from './data/index.js';
export { learn, type LearnResult } from './pipelines/learn.js';
export { learnSeveral, type LearnSeveralResult } from './pipelines/several/learn-several.js';
export { judgeRun, type JudgeRunOptions } from './pipelines/judge-run.js';
export { train, type TrainResult } from './pipelines/train.js';
export { compare, type CompareResult } from './pipelines/compare/compare.js';
export { predict, type Prediction, type PredictOptions } from './pipelines/predict.js';
export { exportModel, type ExportModelOptions } from './pipelines/export-model.js';
export { presetFor } from './pipelines/preset-for.js';
export { downloadDataset } from './pipelines/download.js';
export type { TrainingTask } from './pipelines/training-task.js';
export { applyFile, type ApplyOptions as ApplyFileOptions } from './pipelines/apply.js';
export { preview, type PreviewOptions } from './pipelines/preview.js';
export { exportPolicy, type ExportOptions } from './pipelines/export.js';
export { buildReport, textTable } from './report/index.js';
