import type { Rng } from '../core/index.js';
import type { Image, Mask, Size } from '../image/image.js';

/** Parameters as they stand in policy files: plain JSON. */
export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
export type Params = { [key: string]: Json };

/** What a border looks like where a geometric transform shows what lies outside the mask. */
export type MaskBorder = { mode: 'reflect' } | { mode: 'fill'; value: number };

/**
 * One augmentation with its options fixed. Parameters are sampled once and applied to every target.
 */
export interface Transform {
  readonly name: string;
  /** Geometric transforms move masks too; photometric ones leave them alone. */
  readonly kind: 'geometric' | 'photometric';
  /** The options it was made with, defaults filled in. */
  readonly options: Params;
  /** Draws parameters for an image of this size. */
  sample(rng: Rng, size: Size): Params;
  /** Pure: never changes its input; the same image and parameters give the same bytes. May write into `out`. */
  apply(image: Image, params: Params, out?: Uint8Array): Image;
  applyMask(mask: Mask, params: Params, border?: MaskBorder): Mask;
  /** How strong its options are for images of this size, one way or several; none for those that have no strength. */
  magnitudes(size: Size): Magnitude[];
  /** True where these parameters leave an image of this size as it is (a turn by 0, brightness 0). */
  isIdentity(params: Params, size: Size): boolean;
}

/** A magnitude of a transform: how far its options reach from doing nothing. */
export interface Magnitude {
  /** What is varied, e.g. `limit` or `rotateLimit`. */
  readonly option: string;
  readonly unit: string;
  /** The magnitude of the options as they are: the largest. */
  readonly full: number;
  /** Options that reach only part `f` of it, 0 < f <= 1; what else the transform does is left out. */
  at(f: number): Params;
}

/** A transform named with options, as it stands in configurations and policies. */
export interface TransformSpec {
  readonly name: string;
  readonly options?: Params;
}

/** One drawn application. */
export interface Step {
  readonly name: string;
  readonly params: Params;
}
/** How an image that steps have made smaller or larger gets back to the input size. */
export type Restore = 'reflect' | 'resize' | 'none';

/**
 * A part of a policy. Every part is used with probability `p`.
 *
 * - `transform`: one transform.
 * - `compose`: all members, in order.
 * - `oneOf`: one member, whose chance is its `p` among the members' (its own `p` then counts as 1).
 * - `someOf`: `n` members, drawn evenly or by `weights`, without repetition unless `replace`; each used
 *   with its own `p`, in `random` order or as `listed`.
 */
export type PolicyNode =
  | { kind: 'transform'; name: string; options: Params; p: number }
  | { kind: 'compose'; members: PolicyNode[]; p: number }
  | { kind: 'oneOf'; members: PolicyNode[]; p: number }
  | {
      kind: 'someOf';
      members: PolicyNode[];
      n: number;
      replace: boolean;
      order: 'random' | 'listed';
      weights?: number[];
      p: number;
    };

/** How images are augmented, in our JSON. */
export interface Policy {
  version: 1;
  /** How images get back to `size` at the end. */
  restore: Restore;
  /** Needed unless `restore` is `none`. */
  size?: Size;
  root: PolicyNode;
}

/**
 * How a batch's images are augmented. Plain JSON, so that it travels to worker threads.
 *
 * - `none`: as they are.
 * - `joint`: a random subset of `transforms` of random size `min` to `max`, each applied (thesis, 3.1 step 1).
 * - `subset`: a random subset of fixed size `size`, each applied with probability `p` (thesis, 3.2).
 * - `sequence`: all of `transforms`, in order, each with probability 1 (judging one, or a pair).
 * - `policy`: whatever a policy draws; it has no labels.
 */
export type Recipe =
  | { kind: 'none' }
  | { kind: 'joint'; transforms: TransformSpec[]; min: number; max: number; restore: Restore }
  | {
      kind: 'subset';
      transforms: TransformSpec[];
      size: number;
      p: number;
      restore: Restore;
      /** Class index to names of transforms that are left out for images of that class. */
      except?: Record<string, string[]>;
    }
  | { kind: 'sequence'; transforms: TransformSpec[]; restore: Restore }
  | { kind: 'policy'; policy: Policy; restore: Restore };

/** A recipe whose transforms are its labels. */
export type LabelledRecipe = Exclude<Recipe, { kind: 'none' | 'policy' }>;

/** What a recipe drew for one image. */
export interface Drawn {
  readonly steps: Step[];
  /** `[K]`, 1 where transform k of the recipe was applied and changed something by its parameters. */
  readonly applied: Uint8Array;
  /** How many of the steps, the first ones, act on the original before it is resized; default 0. */
  readonly onOriginal?: number;
}

/** What a random stream belongs to. Streams of different keys are independent. */
export interface StreamKey {
  readonly seed: number;
  /** Such as `train` or `judge`. */
  readonly purpose: string;
  readonly epoch: number;
  /** The image's number in its data set. */
  readonly index: number;
}
