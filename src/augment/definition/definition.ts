import type { Rng } from '../../core/index.js';
import type { Image, Mask, Size } from '../../image/image.js';
import type { Magnitude, Params } from '../transform.js';
import type { AlbumentationsForm } from './albumentations-form.js';
import type { OptionReader } from './option-reader.js';
import type { TorchvisionForm } from './torchvision-form.js';

/**
 * Everything about one transform: pure functions on plain JSON and typed arrays, without state.
 *
 * Every field is required. Null, or a function that returns nothing of interest, is a statement.
 *
 * @typeParam N its name
 * @typeParam G the options as users write them, every one of them optional
 * @typeParam O the options with defaults filled in
 * @typeParam P drawn parameters: all that `image` and `mask` need, so that an application can be repeated from
 *   the name and the parameters alone
 */
export interface Definition<
  N extends string = string,
  G = Params,
  O extends Params = Params,
  P extends Params = Params,
> {
  readonly name: N;
  /** True where the option `semantics` chooses between Albumentations releases. */
  readonly versioned: boolean;
  /** Reads the options with their defaults. */
  options(reader: OptionReader<G>): O;
  /** Draws parameters for an image of this size. */
  sample(options: O, rng: Rng, size: Size): P;
  /** Reads parameters, checked against the size of the image that they are for. */
  params(reader: OptionReader, size: Size): P;
  /** Size of the result; `sameSize` where it is the input's. */
  outputSize(params: NoInfer<P>, size: Size): Size;
  /** True where these parameters leave every image of this size as it is. */
  isIdentity(params: P, size: Size): boolean;
  /** True where the result is a window of the image, whose surroundings `restore` fills up. */
  readonly cutsWindow: boolean;
  /** Writes the result to `dst`, which has just its length and does not overlap the input. */
  image(image: Image, params: P, dst: Uint8Array): void;
  /**
   * As `image`, for labels: nearest neighbour, `fill` outside or reflect-101 where it is undefined. Null for
   * photometric transforms, which leave masks alone; those that have it are geometric.
   */
  readonly mask: Method<
    [mask: Mask, params: P, fill: number | undefined, dst: Uint8Array],
    void
  > | null;
  /** For transforms of single values, which become one pass where they follow each other. */
  readonly lut: ValueTable<P> | null;
  /** How strong the options are, one way or several; none where there is nothing between on and off. */
  magnitudes(options: NoInfer<O>, size: Size): Magnitude[];
  /** Its counterpart in Albumentations; null where there is none. */
  readonly albumentations: AlbumentationsForm<NoInfer<O>> | null;
  /** Its counterpart in torchvision; null where there is none. */
  readonly torchvision: TorchvisionForm<NoInfer<O>> | null;
}

/**
 * A function in a field that may be null. TypeScript compares the parameters of methods in both directions, so a
 * definition with parameters of its own is also a `Definition` of any.
 */
type Method<Arguments extends unknown[], Result> = {
  method(...given: Arguments): Result;
}['method'];

/** The table by which a transform replaces every value, where the result depends on nothing else. */
export interface ValueTable<P extends Params> {
  /** `[256]`; undefined where these parameters make the result depend on the image. */
  of(params: P): Uint8Array | undefined;
  /** True where `image` looks values up; false where it computes them, which is faster than any table. */
  readonly lookedUp: boolean;
}

/** Options of transforms that have none. */
export type NoOptions = Record<never, never>;

/** Checks a definition, and infers its types from it. */
export function define<const N extends string, O extends Params, P extends Params, G = NoOptions>(
  definition: Definition<N, G, O, P>,
): Definition<N, G, O, P> {
  return definition;
}

/** The output of most transforms has the input's size. */
export function sameSize(_params: Params, { width, height }: Size): Size {
  return { width, height };
}
