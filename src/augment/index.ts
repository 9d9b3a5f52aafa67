// The package's entry './augment': nothing here may need libtorch, native code or a package.
export { Rng, UserError, type Problem } from '../core/index.js';
export type { Image, Mask, Size } from '../image/types.js';
export type * from './types.js';
export {
  baselineTransformNames,
  createControl,
  createTransform,
  controlKindOf,
  controlNames,
  thesisSet,
  transformNames,
} from './registry.js';
export type { ControlKind } from './controls/index.js';
export type { Semantics } from './definition.js';
export { applySteps, applyStepsToMask, cutsWindow, drawSteps } from './recipe.js';
export type { ApplyOptions, StreamKey } from './recipe.js';
export { augmentation, Augmentation, compose, oneOf, someOf, use } from './compose.js';
export type { Augmented, ComposeOptions, Member, TargetOptions, Targets } from './compose.js';
export type { CropOptions, Limit, OptionsOf, TransformName } from './options.js';
export { restoreImage, restoreMask } from './restore.js';
export * from './policy/index.js';
export { allocateBuffer, freeBuffer } from './wasm/memory.js';
