import { unboundedInterval, type Estimate, type PairedMean } from '../../metrics/index.js';
import type { Size } from '../../image/image.js';
import { harm, type Skill } from '../harm.js';
import { risingHarm } from './keep-range.js';
import { score, type JudgingPasses, type Observer, type Scored } from '../scoring.js';

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

export interface PaddedShiftOptions {
  readonly passes: JudgingPasses;
  readonly observer: Observer;
  /** Of all judging images. */
  readonly clean: Scored;
  readonly skill: Skill;
  readonly calibration: number;
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
  const clean = o.clean.task.from(o.calibration).skill().values;
  const images = { from: 0, to: Math.min(o.clean.task.count, o.calibration + mostImages) };
  for (const [done, n] of pixels.entries()) {
    o.onPadding(done, pixels.length);
    const padding = n / side;
    const transforms = [{ name: 'PaddedCrop', options: { padding } }];
    const { task } = await score(o.passes(transforms, 0, images), o.observer);
    const applied = task.from(o.calibration).skill().values;
    found.push({
      padding,
      lost: harm(
        applied.map((value, i) => value - clean[i]),
        o.skill,
      ),
    });
  }
  const fitted = risingHarm(found.map(({ lost }) => lost));
  return found.map(({ padding, lost }, i) => ({
    padding,
    harm: unboundedInterval(lost, 0.05),
    harmFitted: fitted[i],
  }));
}
