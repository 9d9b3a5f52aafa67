import type { FittedSize, LoadedImage, LoadedMask } from '../image/index.js';
import type { MaskMeaning } from './masks.js';
import type { SegmentationLabels, TargetKind } from './targets.js';

export type SplitName = 'train' | 'val' | 'test';

/** Mean and standard deviation of each channel, for values scaled to [0, 1]. */
export interface Normalisation {
  readonly mean: readonly number[];
  readonly std: readonly number[];
}

/** One labelled image as a reader lists it, not yet decoded. */
export interface ListedImage {
  /** Path relative to the data set's folder, or `data_batch_1.bin#17`; unique. */
  readonly name: string;
  /** Index into the classes; 0 where `labels` or a mask say what the image shows. */
  readonly label: number;
  /** Several labels: 0 or 1 for each of the classes. */
  readonly labels?: readonly number[];
  readonly split: SplitName;
  /** What it belongs to, such as a patient, where a table says it. */
  readonly group?: string;
  /** 8-bit RGB; may resize it where a size is given. @throws UserError that names the file */
  load(size?: FittedSize): Promise<LoadedImage>;
  /** Segmentation: class indices, or the listing's ignored label. @throws UserError that names the file */
  loadMask?(size?: FittedSize): Promise<LoadedMask>;
  /** Where the image alone fills a file: for decoding it again at full size. */
  readonly file?: ImageFile;
}

/** An image's file, and its mask's with what its pixels mean. */
export interface ImageFile {
  readonly image: string;
  readonly mask?: MaskMeaning & { readonly path: string };
}

/** What a reader found in a folder. */
export interface Listing {
  readonly kind: string;
  readonly classes: readonly string[];
  /** Groups of classes, where the data have them (CIFAR-100). */
  readonly superclasses?: Superclasses;
  /** Where every image has a mask. */
  readonly segmentation?: SegmentationLabels;
  readonly images: readonly ListedImage[];
  /** Published constants; without them they are computed from the training images. */
  readonly normalisation?: Normalisation;
  /** Hidden files and files that are no images, in the class folders. */
  readonly ignoredFiles: number;
  readonly warnings: readonly string[];
}

/** Groups of classes. */
export interface Superclasses {
  readonly names: readonly string[];
  /** `[classes]`, index into `names`. */
  readonly of: readonly number[];
}

/** Understands one form of labelled image data on the disk. */
export interface Reader {
  /** What stands before the colon: `cifar10` in `cifar10:DIR`. */
  readonly kind: string;
  /** One line for the list of kinds in error messages. */
  readonly summary: string;
  /** What its data say of an image. */
  readonly targets: TargetKind;
  /** `root` is one file instead of a folder. Default false. */
  readonly isFile?: boolean;
  /** Cheap: is `root` unmistakably of this kind? */
  recognises(root: string, labels?: LabelOptions): boolean;
  /**
   * @param labels where a table says the classes
   * @param skip goes on without what may be left out. Default false
   * @throws UserError when the folder is not of this kind, or something in it is missing
   */
  list(root: string, labels?: LabelOptions, skip?: boolean): Promise<Listing>;
}

/** A value of a mask, 0 to 255, or a colour, `#rrggbb`. */
export type MaskValue = number | string;

/** Where a table says the class of each image, null or absent: by usual names; and what the values of masks mean. */
export interface LabelOptions {
  /** The table, relative to the data's folder, or else to the working directory. */
  readonly file?: string | null;
  /** Columns by their names in the header. */
  readonly fileColumn?: string | null;
  readonly labelColumn?: string | null;
  /** train, val or test for each image. */
  readonly splitColumn?: string | null;
  /** What each image belongs to, such as a patient: only where it is named. */
  readonly groupColumn?: string | null;
  /** Of masks: the values that are classes, in their order, or the colours, `#rrggbb`. */
  readonly maskValues?: readonly MaskValue[] | null;
  /** Masks of their image's shape, but another size, are resized. Default false. */
  readonly resizeMasks?: boolean;
}

export interface DatasetOptions {
  /** Resizes every image to this size, by its `fit`; without it all images must be alike. */
  readonly size?: FittedSize;
  /** Keeps many decoded images in the cache folder, and takes them from there. Default true. */
  readonly cache?: boolean;
  /** `error` (default) stops at the first file that cannot be decoded, `skip` goes on without it. */
  readonly onBadFile?: 'error' | 'skip';
  /** Of data whose classes a table says; with `file`, data without a named kind are such. */
  readonly labels?: LabelOptions;
  /** A pattern over names that says which images belong together (`withGroups`); null or absent: none. */
  readonly groupBy?: string | null;
  /** `together` (default): images that are nearly the same belong together; `apart`: they do not. */
  readonly nearDuplicates?: 'together' | 'apart';
  /** `together` (default): images that are named alike and look alike belong together, where nothing else says what does; `apart`: they do not. */
  readonly namesAlike?: 'together' | 'apart';
  /** Called now and then while images are decoded. */
  readonly onProgress?: (done: number, total: number) => void;
  /** Once it is aborted, `Interrupted` is thrown soon; nothing is left behind. */
  readonly signal?: AbortSignal;
}

/** One image of a data set. */
export interface Item {
  /** Path relative to the data set's folder, or `data_batch_1.bin#17`; unique. */
  readonly name: string;
  readonly split: SplitName;
  /** What it belongs to, such as a patient, where a table says it. */
  readonly group?: string;
}

/** A file that could not be decoded and was left out. */
export interface BadFile {
  readonly name: string;
  /** UserError code, e.g. `IMAGE_BROKEN`. */
  readonly code: string;
  readonly reason: string;
}

/** Images whose pixels are the same. */
export interface Duplicates {
  /** Test images whose pixels also occur among the training (or validation) images. */
  readonly testInTrain: number;
  /** Training (or validation) images that repeat an earlier one. */
  readonly withinTrain: number;
  /** Of these, how many stand under different classes. */
  readonly otherClass: number;
  /** At most five pairs of names, test images first. */
  readonly examples: readonly (readonly [string, string])[];
}
