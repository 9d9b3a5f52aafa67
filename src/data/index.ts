export type {
  BadFile,
  DatasetOptions,
  Duplicates,
  ImageFile,
  Item,
  LabelOptions,
  ListedImage,
  Listing,
  MaskValue,
  Normalisation,
  Reader,
  SplitName,
  Superclasses,
} from './listing.js';
export { strataOf, targetsAs, type BatchTargets, type TargetKind } from './targets.js';
export type { Dataset, Groups } from './dataset.js';
export { openDataset, targetKindOf } from './open.js';
export { imageSizes, joinedSizes, type ImageSizes } from './cache/image-sizes.js';
export { sharedImages } from './content.js';
export { groupsAmong, withGroups } from './groups/groups.js';
export { splitJudging, trainedOnlyWarnings, withTestPart, type Split } from './split/split.js';
export { splitFolds } from './split/split-folds.js';
export { isDirectory, listImagesBelow, skippedWarning } from './folders.js';
export { Originals, type OriginalsHandle } from './originals.js';
export { PixelStore, type PixelStoreHandle } from './pixel-store.js';
export { createLoader, Loader, type EpochOptions, type LoaderOptions } from './loader/loader.js';
export type { BatchShare } from './loader/plan.js';
export { LoaderEpoch } from './loader/epoch.js';
export type { Batch, Granularity } from './loader/plan.js';
export { augmented as augmentedImage } from './loader/fill.js';
export { archives, type Archive } from './download/archives.js';
export { download, type DownloadOptions } from './download/fetch-data-set.js';
