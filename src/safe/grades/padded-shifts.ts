import { unboundedInterval, type Estimate, type PairedMean } from '../../metrics/index.js';
import type { Size } from '../../image/image.js';
import { harmAlone, type HarmAloneOptions } from './harm-alone.js';
import { risingHarm } from './keep-range.js';

/** The usual padding, as a share of the longer side: 4 pixels at 32. No crop from a padded image reaches further. */
export const mostPadding = 1 / 8;
/** Parts of it that are judged. */
const parts = [0.25, 0.5, 0.75, 1];
/** More would only narrow an interval that nothing is proved by. */
const mostImages = 1000;

/** The passes that `judgePaddedShifts` takes at most, in such over all of so many images. */
export function paddedPasses(images: number): number {
  return parts.length * Math.min(1, mostImages / images);
}

/** What a crop from the padded image costs at one padding. */
export interface PaddedShift {
  /** Share of the longer side. */
  readonly padding: number;
  /** With its 95 % interval. */
  readonly harm: Estimate;
  /** By the isotonic fit over all paddings judged. */
  readonly harmFitted: number;
}

export interface PaddedShiftOptions extends HarmAloneOptions {
  /** Of the images trained on. */
  readonly size: Size;
  /** Called before each pass. */
  onPadding(done: number, total: number): void;
}

/**
 * What the usual crop, from the image padded with black, costs at up to four paddings, from the smallest up to an eighth of the longer side: a pass over a
 * thousand of the judging images at most each. Its relatives among the fifteen mirror their border or cut larger parts, so their harm says little about it
 * (docs/decisions/087-padded-crop.md).
 *
 * @returns by rising padding
 */
export async function judgePaddedShifts(o: PaddedShiftOptions): Promise<PaddedShift[]> {
  const side = Math.max(o.size.height, o.size.width);
  const pixels = [...new Set(parts.map((part) => Math.round(part * mostPadding * side)))].filter(
    (n) => n > 0,
  );
  const found: { padding: number; lost: PairedMean }[] = [];
  for (const [done, n] of pixels.entries()) {
    o.onPadding(done, pixels.length);
    const padding = n / side;
    const crop = { name: 'PaddedCrop', options: { padding } };
    found.push({ padding, lost: await harmAlone(crop, mostImages, o) });
  }
  const fitted = risingHarm(found.map(({ lost }) => lost));
  return found.map(({ padding, lost }, i) => ({
    padding,
    harm: unboundedInterval(lost, 0.05),
    harmFitted: fitted[i],
  }));
}
