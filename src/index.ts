/**
 * safe-augment as a library: what the command line does, for programs.
 *
 * The augmentations alone, without libtorch, are `safe-augment/augment`.
 */
export { InternalError, Interrupted, Rng, UserError, type Problem } from './core/index.js';
export {
  comparisonSchema,
  manifestSchema,
  policyFileSchema,
  readEvents,
  readRunFile,
  runFiles,
  selectionSchema,
  setsResultSchema,
  trainingResultSchema,
  type Comparison,
  type EventLine,
  type Manifest,
  type PolicyFile,
  type RunEvent,
  type RunHooks,
  type Selection,
  type SetsResult,
  type TrainingResult,
} from './run/files/index.js';
export {
  presets,
  readCompareConfig,
  readLearnConfig,
  readTrainConfig,
  resolveCompareConfig,
  resolveLearnConfig,
  resolveTrainConfig,
  type CompareConfig,
  type CompareInput,
  type LearnConfig,
  type LearnInput,
  type LearnSources,
  type TrainConfig,
  type TrainInput,
} from './config/index.js';
export {
  baselineTransformNames,
  controlNames,
  createTransform,
  cutsWindow,
  isTransformName,
  thesisNames,
  thesisSet,
  transformNames,
  type ControlKind,
  type OptionsOf,
  type TransformName,
  type CropOptions,
  type Limit,
  type Semantics,
  augmentation,
  Augmentation,
  compose,
  oneOf,
  someOf,
  use,
  applySteps,
  applyStepsToMask,
  drawSteps,
  restoreImage,
  restoreMask,
  policyOfSubset,
  baselineNames,
  baselinePolicy,
  croppedFlippedCut,
  isBaselineName,
  randAugment,
  standardAugment,
  trivialAugmentWide,
  parsePolicy,
  drawPolicy,
  toAlbumentations,
  fromAlbumentations,
  exportTorchvision,
  toTorchvision,
  type Augmented,
  type ComposeOptions,
  type Member,
  type TargetOptions,
  type Targets,
  type ApplyOptions,
  type SubsetOfTransforms,
  type BaselineName,
  type AlbumentationsRelease,
  type TorchvisionExport,
  type Drawn,
  type Json,
  type LabelledRecipe,
  type Magnitude,
  type MaskBorder,
  type Params,
  type Policy,
  type PolicyNode,
  type Recipe,
  type Restore,
  type Step,
  type StreamKey,
  type Transform,
  type TransformSpec,
  allocateBuffer,
  freeBuffer,
} from './augment/index.js';
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
export { learn, type LearnedSet, type LearnResult } from './commands/learn/learn.js';
export { judgeRun, type JudgeRunOptions } from './commands/judge.js';
export { train, type TrainResult } from './commands/train/train.js';
export { compare, type CompareResult } from './commands/compare/compare.js';
export { predict, type PredictOptions } from './commands/predict.js';
export type { Prediction } from './tasks/index.js';
export { presetFor } from './run/data-defaults.js';
export { downloadDataset } from './commands/download.js';
export { applyFile, type ApplyFileOptions } from './commands/apply.js';
export { preview, type PreviewOptions } from './commands/preview.js';
export {
  exportModel,
  exportPolicy,
  type ExportModelOptions,
  type ExportPolicyOptions,
} from './commands/export.js';
export { buildReport, textTable } from './report/index.js';
