/**
 * safe-augment as a library: what the command line does, for programs.
 *
 * The augmentations alone, without libtorch, are `safe-augment/augment`.
 */
export { InternalError, Rng, UserError, type Problem } from './core/index.js';
export {
  comparisonSchema,
  manifestSchema,
  policyFileSchema,
  readEvents,
  readRunFile,
  runFiles,
  selectionSchema,
  severalResultSchema,
  trainingResultSchema,
  type Comparison,
  type EventLine,
  type Manifest,
  type PolicyFile,
  type RunEvent,
  type RunHooks,
  type Selection,
  type SeveralResult,
  type TrainingResult,
} from './run/files/index.js';
export { Interrupted } from './core/index.js';
export {
  isSeveral,
  presets,
  readCompareConfig,
  readLearnConfig,
  readTrainConfig,
  resolveCompareConfig,
  resolveLearnConfig,
  resolveLearning,
  resolveTrainConfig,
  type CompareConfig,
  type CompareInput,
  type LearnConfig,
  type LearnInput,
  type LearnSources,
  type LearningInput,
  type SeveralConfig,
  type TrainConfig,
  type TrainInput,
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
export { learn, type LearnResult } from './commands/learn/learn.js';
export { learnSeveral, type LearnSeveralResult } from './commands/learn/learn-several.js';
export { judgeRun, type JudgeRunOptions } from './commands/judge.js';
export { train, type TrainResult } from './commands/train/train.js';
export { compare, type CompareResult } from './commands/compare/compare.js';
export { predict, type PredictOptions } from './commands/predict.js';
export type { Prediction } from './tasks/index.js';
export { presetFor } from './run/preset-for.js';
export { downloadDataset } from './commands/download.js';
export { applyFile, type ApplyOptions as ApplyFileOptions } from './commands/apply.js';
export { preview, type PreviewOptions } from './commands/preview.js';
export {
  exportModel,
  exportPolicy,
  type ExportModelOptions,
  type ExportPolicyOptions,
} from './commands/export.js';
export { buildReport, textTable } from './report/index.js';
