import { createTransform } from '../augment/index.js';
import type { Restore, TransformSpec } from '../augment/types.js';
import { Rng } from '../core/index.js';
import type { Size } from '../image/types.js';

/** What of an image is shown: all of it, the part inside the border, or the border alone. */
export type View = 'whole' | 'window' | 'border';

/** Pixels between the image's sides and a window's. */
export interface Margins {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

/** The border of all windows among a run's transforms: hidden in `window`, shown in `border`. */
export interface Border {
  /** The widest: whatever any of them fills up lies within. */
  readonly hidden: Margins;
  /** The narrowest: lies within what each of them fills up. */
  readonly shown: Margins;
}

const probes = 8;

/**
 * Where a transform cuts a window whose surroundings are filled up by mirroring; undefined for all
 * other transforms.
 *
 * In such an image the seam can be recognised, because the border repeats what lies beside it. That says
 * nothing of what the image shows, so these transforms are judged by the two parts apart: is the
 * window's content alien in its place, or the border's in its?
 */
export function marginsOf(spec: TransformSpec, size: Size, restore: Restore): Margins | undefined {
  const transform = createTransform(spec);
  if (restore !== 'reflect' || transform.kind !== 'geometric') return undefined;
  const blank = { ...size, channels: 1 as const, data: new Uint8Array(size.width * size.height) };
  let narrow: Size = size;
  for (let i = 0; i < probes; i++) {
    const params = transform.sample(new Rng('window', spec.name, i), size);
    const { width, height } = transform.apply(blank, params);
    if (width > size.width || height > size.height) return undefined;
    narrow = { width: Math.min(narrow.width, width), height: Math.min(narrow.height, height) };
  }
  const x = size.width - narrow.width;
  const y = size.height - narrow.height;
  if (x < 2 || y < 2) return undefined;
  return { left: x >> 1, right: x - (x >> 1), top: y >> 1, bottom: y - (y >> 1) };
}

/** The border of these windows; undefined where there are none. */
export function borderOf(all: readonly (Margins | undefined)[]): Border | undefined {
  const margins = all.filter((m) => m !== undefined);
  if (margins.length === 0) return undefined;
  const over = (pick: (...values: number[]) => number): Margins => ({
    left: pick(...margins.map((m) => m.left)),
    right: pick(...margins.map((m) => m.right)),
    top: pick(...margins.map((m) => m.top)),
    bottom: pick(...margins.map((m) => m.bottom)),
  });
  return { hidden: over(Math.max), shown: over(Math.min) };
}

/**
 * Paints over what a view hides, in place: the border, or the window and the border's corners.
 *
 * @param pixels uint8 `[height, width, channels]` of one image
 * @param fill a value for each channel
 */
export function hide(
  pixels: Uint8Array,
  { width, height }: Size,
  fill: readonly number[],
  view: Exclude<View, 'whole'>,
  { hidden, shown }: Border,
): void {
  const channels = fill.length;
  const { left, right, top, bottom } = view === 'window' ? hidden : shown;
  // At its ends a strip of the border repeats itself: the corners have seams of their own.
  const ends = {
    left: 2 * hidden.left + 1,
    right: width - 2 * hidden.right - 1,
    top: 2 * hidden.top + 1,
    bottom: height - 2 * hidden.bottom - 1,
  };
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const besides = x < left || x >= width - right;
      const above = y < top || y >= height - bottom;
      const visible =
        view === 'window'
          ? !besides && !above
          : (above && x >= ends.left && x < ends.right) ||
            (besides && y >= ends.top && y < ends.bottom);
      if (visible) continue;
      for (let c = 0; c < channels; c++) pixels[(y * width + x) * channels + c] = fill[c];
    }
}
