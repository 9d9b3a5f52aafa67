// The package's entry './augment': nothing here may need libtorch, native code or a package.
export { Rng, UserError, type Problem } from '../core/index.js';
export type { Image, Mask, Size } from '../image/image.js';

// One transform: draw its parameters, apply it.
export {
  baselineTransformNames,
  controlNames,
  controlsFor,
  createTransform,
  cutsWindow,
  isTransformName,
  thesisNames,
  thesisSet,
  transformNames,
} from './registry.js';
export type { ControlKind } from './controls/index.js';
export type { OptionsOf, TransformName } from './transforms/index.js';
export type { CropOptions } from './transforms/shared/window.js';
export type { Limit } from './definition/option-reader.js';
export type { Semantics } from './definition/semantics.js';

// Several: compositions, recipes, policies.
export { augmentation, Augmentation, compose, oneOf, someOf, use } from './compose.js';
export type { Augmented, ComposeOptions, Member, TargetOptions, Targets } from './compose.js';
export { applySteps, applyStepsToMask, drawSteps, type ApplyOptions } from './recipe.js';
export { restoreImage, restoreMask } from './restore.js';
export { policyOfSubset, type SubsetOfTransforms } from './policy/random-subset.js';
export {
  baselineNames,
  baselinePolicy,
  croppedFlippedCut,
  isBaselineName,
  randAugment,
  standardAugment,
  trivialAugmentWide,
  type BaselineName,
} from './policy/baselines.js';
export { parsePolicy } from './policy/parse.js';
export { drawPolicy } from './policy/draw.js';
export {
  exportAlbumentations,
  toAlbumentations,
  type AlbumentationsExport,
} from './policy/albumentations-write.js';
export { fromAlbumentations } from './policy/albumentations-read.js';
export type { AlbumentationsRelease } from './definition/albumentations-form.js';
export {
  exportTorchvision,
  toTorchvision,
  type TorchvisionExport,
} from './export/torchvision/torchvision.js';
export {
  exportAlbumentationsFile,
  exportPolicyAs,
  isEmptyPolicy,
  policyFormatNames,
  policyFormats,
  type PolicyFormat,
  type PolicyFormatName,
} from './export/formats.js';
export type {
  ToolDifference,
  ExportablePolicy,
  ExportedPolicy,
  PolicySource,
} from './export/exported.js';
export type {
  Drawn,
  Json,
  LabelledRecipe,
  Magnitude,
  MaskBorder,
  Params,
  Policy,
  PolicyNode,
  Recipe,
  Restore,
  Step,
  StreamKey,
  Transform,
  TransformSpec,
} from './transform.js';

// Buffers in which the kernels work without copying.
export { allocateBuffer, freeBuffer } from './wasm/memory.js';
