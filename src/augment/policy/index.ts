export { policyOfSubset } from './types.js';
export type { Policy, PolicyNode, SubsetOfTransforms } from './types.js';
export { parsePolicy } from './parse.js';
export { drawPolicy } from './draw.js';
export { toAlbumentations } from './albumentations-write.js';
export { fromAlbumentations } from './albumentations-read.js';
export type { AlbumentationsRelease } from './albumentations-options.js';
export { exportTorchvision, toTorchvision } from './torchvision.js';
export type { TorchvisionExport } from './torchvision.js';
