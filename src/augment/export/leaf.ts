import type { Size } from '../../image/image.js';
import { instantiate } from '../definition/instantiate.js';
import type { Range } from '../definition/option-reader.js';
import { definitionOf } from '../registry.js';
import type { Params } from '../transform.js';
import { scaled } from '../transforms/shared/window.js';
import type { Differences } from './exported.js';

/**
 * A transform as an expression that always applies it, for images of `size`; `differ` notes where the library does it
 * only nearly. Options have their defaults filled in.
 */
export type Form = (options: Params, size: Size, differ: (difference: string) => void) => string;

interface Library {
  /** By name of the transform. */
  readonly forms: Readonly<Record<string, Form>>;
  readonly size: Size;
  readonly notes: Differences;
  /** What the library is called. */
  readonly library: string;
}

/** A transform in a library's words; undefined where it has none, which is noted. */
export function readLeaf(
  name: string,
  given: Params,
  { forms, size, notes, library }: Library,
): string | undefined {
  const { options } = instantiate(definitionOf(name), given);
  if (!Object.hasOwn(forms, name) || options.semantics !== undefined) {
    notes.leftOut(name, `${library} has no equivalent`);
    return undefined;
  }
  return forms[name](options, size, (difference) => {
    notes.nearly(name, difference);
  });
}

/** The variance of GaussNoise in squared grey levels, where it is drawn evenly, has mean 0 and is that of each channel. */
export function variancesOf(options: Params, differ: (difference: string) => void): Range {
  if (options.mean !== 0 || options.perChannel !== true)
    differ('noise has mean 0 and is drawn separately for each channel');
  if (options.varLimit !== undefined) return options.varLimit as Range;
  differ('the variance is drawn evenly and not the deviation, within the same limits');
  const [low, high] = options.stdRange as Range;
  return [(low * 255) ** 2, (high * 255) ** 2];
}

/** Size in pixels of the window that RandomCrop and CenterCrop cut from images of a size. */
export function windowsOf(options: Params, size: Size): Size {
  if (typeof options.scale !== 'number')
    return { height: options.height as number, width: options.width as number };
  const { scale } = options;
  return { height: scaled(size.height, scale), width: scaled(size.width, scale) };
}

/** Sizes in pixels of the smallest and largest window that RandomSizedCrop cuts, and of its result. */
export function sizedWindowsOf(
  options: Params,
  size: Size,
): { low: Size; high: Size; result: Size } {
  if (options.minMaxHeight !== undefined) {
    const [low, high] = options.minMaxHeight as Range;
    const ratio = options.w2hRatio as number;
    const sizeOf = (height: number): Size => ({ height, width: Math.round(height * ratio) });
    const result = { height: options.height as number, width: options.width as number };
    return { low: sizeOf(low), high: sizeOf(high), result };
  }
  const [low, high] = options.minMaxScale as Range;
  const sizeOf = (scale: number): Size => ({
    height: scaled(size.height, scale),
    width: scaled(size.width, scale),
  });
  return { low: sizeOf(low), high: sizeOf(high), result: sizeOf(options.outputScale as number) };
}
