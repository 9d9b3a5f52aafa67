import type { Semantics } from './definition.js';

/** An interval `[low, high]`, or one number for `[-x, x]` unless the option says otherwise. */
export type Limit = number | readonly [low: number, high: number];

interface Versioned {
  /** The Albumentations release to follow; default 'albumentations', that is 1.3 to 2.0. */
  readonly semantics?: Semantics;
}

/** A crop's sides in pixels, or as a part of the current image's (default 0.78125, 25 of 32). */
export type CropOptions =
  { readonly height: number; readonly width: number } | { readonly scale?: number };

/** Options of each of the fifteen transforms; every one may be left out. */
export interface OptionsOf {
  HorizontalFlip: object;
  VerticalFlip: object;
  RandomRotate90: object;
  Transpose: object;
  ToGray: Versioned;
  ShiftScaleRotate: Versioned & {
    /** Fraction of width and height; default 0.0625. */
    readonly shiftLimit?: Limit;
    readonly shiftLimitX?: Limit;
    readonly shiftLimitY?: Limit;
    /** Around 1; default 0.1. */
    readonly scaleLimit?: Limit;
    /** Degrees; default 45. */
    readonly rotateLimit?: Limit;
    /** Grey level outside the image, 0 to 255; default null, a reflect-101 border. */
    readonly fill?: number | null;
    /** Single precision as OpenCV 5 (default), or fixed point as OpenCV 4. */
    readonly arithmetic?: 'float' | 'fixed';
  };
  RandomCrop: Versioned & CropOptions;
  CenterCrop: CropOptions;
  RandomSizedCrop: Versioned &
    (
      | {
          /** Height of the window in pixels. */
          readonly minMaxHeight: readonly [low: number, high: number];
          /** Size of the result in pixels. */
          readonly height: number;
          readonly width: number;
          /** Width of the window by its height; default 1. */
          readonly w2hRatio?: number;
        }
      | {
          /** Sides of the window as a part of the current image's; default [0.78125, 0.78125]. */
          readonly minMaxScale?: Limit;
          /** Sides of the result as a part of the current image's; default 1. */
          readonly outputScale?: number;
        }
    );
  RandomContrast: Versioned & {
    /** Around a factor of 1; default 0.2. */
    readonly limit?: Limit;
  };
  RandomBrightness: Versioned & {
    /** Fraction of 255 that is added; default 0.2. */
    readonly limit?: Limit;
  };
  RandomGamma: Versioned & {
    /** Exponent in percent; default [80, 120]; x stands for [1, x]. */
    readonly gammaLimit?: Limit;
  };
  CLAHE: {
    /** Limit of contrast; default [1, 4]; x stands for [1, x]. */
    readonly clipLimit?: Limit;
    /** Tiles across and down; default 8. */
    readonly tilesX?: number;
    readonly tilesY?: number;
  };
  Blur: {
    /** Odd side of the window in pixels; default [3, 7]; x stands for [3, x]. */
    readonly blurLimit?: Limit;
  };
  GaussNoise: Versioned & {
    /** Variance in squared grey levels; default [10, 50]; x stands for [0, x]. */
    readonly varLimit?: Limit;
    /** Instead of varLimit: standard deviation as a fraction of 255. */
    readonly stdRange?: Limit;
    /** Grey levels; default 0. */
    readonly mean?: number;
    /** A draw of its own for each channel; default true. */
    readonly perChannel?: boolean;
  };
}

/** One of the fifteen. */
export type TransformName = keyof OptionsOf;
