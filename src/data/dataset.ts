import type { Size } from '../image/image.js';
import type { NearPair } from './groups/near-duplicates.js';
import type { OriginalsHandle } from './originals.js';
import type { PixelStore } from './pixel-store.js';
import type { DatasetTargets } from './targets.js';
import type {
  BadFile,
  Duplicates,
  Item,
  Normalisation,
  SplitName,
  Superclasses,
} from './listing.js';

/** Images that belong together: in every split in one part, and one observation for every interval. */
export interface Groups {
  /** `[count]`, index into `names`; an image that belongs to no other is a group of its own. */
  readonly of: Int32Array;
  readonly names: readonly string[];
  /** Whether likeness says what belongs together, of images or of their names too, which nobody asked for. */
  readonly byLikeness?: boolean;
}

/** A labelled image data set, decoded. Images are numbered 0 to count - 1 over all splits. */
export interface Dataset {
  /** Which reader it came from, e.g. `cifar10`. */
  readonly kind: string;
  /** Absolute path. */
  readonly root: string;
  readonly classes: readonly string[];
  /** Groups of classes, where the data have them (CIFAR-100). */
  readonly superclasses?: Superclasses;
  readonly items: readonly Item[];
  /** What is to be learned of each image. */
  readonly targets: DatasetTargets;
  /** Indices of the images of each part; a part that the data lack is empty. */
  readonly splits: { readonly [S in SplitName]: Uint32Array };
  /** Of every image. */
  readonly size: Size;
  readonly store: PixelStore;
  /** The images' files, where each has one of its own. */
  readonly originals?: OriginalsHandle;
  readonly normalisation: Normalisation;
  /** SHA-256 (hex) over classes, names, labels, splits and pixels. */
  readonly fingerprint: string;
  readonly badFiles: readonly BadFile[];
  /** Hidden files and files that are no images, in the class folders. */
  readonly ignoredFiles: number;
  readonly duplicates: Duplicates;
  /** Images that are nearly the same, copies included. */
  readonly nearDuplicates: readonly NearPair[];
  /** Which images belong together; undefined where each stands alone. */
  readonly groups?: Groups;
  /** Sentences to show to the user. */
  readonly warnings: readonly string[];
}
