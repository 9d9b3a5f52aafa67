import { controlsFor, createTransform, type ControlKind } from '../augment/index.js';
import type { Restore, TransformSpec } from '../augment/transform.js';
import { Rng } from '../core/index.js';
import type { Size } from '../image/image.js';

/** One output of the recognition head. */
export interface RecognitionLabel {
  readonly spec: TransformSpec;
  readonly kind: 'augmentation' | ControlKind;
  /** Cuts a window whose surroundings are filled up by mirroring. */
  readonly window: boolean;
}

/** The augmentations in their order, then the controls: the recognition head's outputs, `[K]`. */
export function labelsFor(
  augmentations: readonly TransformSpec[],
  withControls: boolean,
  isWindow: (spec: TransformSpec) => boolean = () => false,
): RecognitionLabel[] {
  const own = augmentations.map((spec): RecognitionLabel => ({
    spec,
    kind: 'augmentation',
    window: isWindow(spec),
  }));
  if (!withControls) return own;
  // The yardstick of the verdicts: what "nothing there" scores, how recognisable a harmless change is, and whether
  // the network has learned to look at all.
  const names = controlsFor(augmentations);
  const controls = (['negative', 'harmless', 'positive'] as const).flatMap((kind) =>
    names[kind].map((name): RecognitionLabel => ({ spec: { name }, kind, window: false })),
  );
  return [...own, ...controls];
}

/** What scores an image: the network on all of it, on one of its parts, or statistics of its pixels. */
export type Look = 'network' | 'window' | 'border' | 'statistics';

/**
 * The looks that a label is judged by. A window is judged by its content and by its border, each alone: only
 * together do they show the seam, which says nothing about what the image shows.
 */
export function looksAt({ window }: RecognitionLabel, withStatistics: boolean): Look[] {
  const looks: Look[] = window ? ['window', 'border'] : ['network'];
  return withStatistics ? [...looks, 'statistics'] : looks;
}

/** What of an image is shown: all of it, the part inside the border, or the border alone. */
export type View = 'whole' | 'window' | 'border';

/** Pixels between the image's sides and a window's. */
export interface Margins {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

/** The border of all windows among a run's transforms: hidden in the view `window`, shown in `border`. */
export interface Border {
  /** The widest margins: whatever any window fills up lies inside them. */
  readonly hidden: Margins;
  /** The narrowest margins: every window fills up at least these. */
  readonly shown: Margins;
}

/** Draws from which a transform's smallest window is taken. */
const probes = 8;

/**
 * Where a transform cuts a window whose surroundings are filled up by mirroring; undefined for all
 * other transforms.
 *
 * The seam of such an image is recognisable, because the border repeats what lies beside it. That says
 * nothing about what the image shows, so the two parts are judged apart: does the window's content look
 * out of place, or the border's?
 *
 * @param size of the images, in pixels
 * @returns pixels that are filled up on each side
 */
export function marginsOf(spec: TransformSpec, size: Size, restore: Restore): Margins | undefined {
  const transform = createTransform(spec);
  if (restore !== 'reflect' || transform.kind !== 'geometric') return undefined;
  const blank = { ...size, channels: 1 as const, data: new Uint8Array(size.width * size.height) };
  let narrow: Size = size;
  for (let i = 0; i < probes; i++) {
    const params = transform.sample(new Rng('window', spec.name, i), size);
    const { width, height } = transform.apply(blank, params);
    // Larger on one side, e.g. a quarter turn of an oblong image: that is no window.
    if (width > size.width || height > size.height) return undefined;
    narrow = { width: Math.min(narrow.width, width), height: Math.min(narrow.height, height) };
  }
  const x = size.width - narrow.width;
  const y = size.height - narrow.height;
  // Fewer than two pixels in all leave one side without a border.
  if (x < 2 || y < 2) return undefined;
  // An odd rest goes to the right and to the bottom, where restoring puts it.
  return { left: x >> 1, right: x - (x >> 1), top: y >> 1, bottom: y - (y >> 1) };
}

/** The border of all these windows; undefined where there are none. */
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
 * @param pixels uint8 `[height, width, channels]` of one image, or of its mask with one channel
 * @param fill `[channels]`, the value that is painted
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
  // Where two strips of the border meet, mirroring repeats one in the other: a seam of its own. Twice the margin
  // and a pixel keeps every strip clear of what its neighbours repeat.
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
      // One pixel, all its channels.
      for (let c = 0; c < channels; c++) pixels[(y * width + x) * channels + c] = fill[c];
    }
}
