export * from './types.js';
export { openDataset, targetKindOf, type Dataset } from './dataset.js';
export {
  groupsOf,
  targetsAs,
  type DatasetTargets,
  type TargetKind,
  type Targets,
  type TargetsHandle,
} from './targets.js';
export { splitJudging, type Split, type SplitOptions } from './split.js';
export { withTestPart } from './test-part.js';
export { augmented as augmentedImage } from './loader/augmented.js';
export { Originals, type OriginalsHandle } from './originals.js';
export { isDirectory, listImagesBelow } from './folders.js';
export { sharedImages, type Shared } from './shared-images.js';
export { archives, type Archive } from './download/archives.js';
export { download, type DownloadOptions } from './download/download.js';
export { PixelStore, type PixelStoreHandle } from './pixel-store.js';
export { createLoader, Loader, type EpochOptions, type LoaderOptions } from './loader/loader.js';
export { LoaderEpoch, type EpochStats } from './loader/epoch.js';
export type { Batch, Granularity } from './loader/plan.js';
