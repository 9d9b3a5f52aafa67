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
export { applySteps, applyStepsToMask, drawSteps } from './recipe.js';
export type { ApplyOptions, StreamKey } from './recipe.js';
export { restoreImage, restoreMask } from './restore.js';
export * from './policy/index.js';
export { allocateBuffer, freeBuffer } from './wasm/memory.js';
