import { UserError } from '../../core/index.js';
import { countOf } from '../folders.js';

export interface HeldCounts {
  readonly judging: number;
  readonly calibration: number;
  /** All images are held out, as they are a part of their own. */
  readonly fromVal: boolean;
  /** The judging images are counted, not a share that may grow to one of each stratum. */
  readonly exact: boolean;
}

/** Images of each stratum in the two held-out parts. */
interface HeldOf {
  readonly judgingOf: readonly number[];
  readonly calibrationOf: readonly number[];
}

/**
 * Shares both counts over the strata in proportion to their sizes. Where the remainders of both fall to a stratum that has
 * no room for both, the two parts are shared out together.
 *
 * @param anySize a stratum may have no image in a part
 * @throws what `tooFew` makes of the first stratum that has not as many images as it needs, 0 where it gets none of the
 *   judging images that were counted
 */
export function shareOut(
  sizes: readonly number[],
  counts: HeldCounts,
  anySize: boolean,
  tooFew: (group: number, needed: number) => UserError,
): HeldOf {
  const { judging, calibration, fromVal } = counts;
  if (!anySize) {
    const judgingOf = apportion(judging, sizes);
    const calibrationOf = apportion(calibration, sizes);
    const fits = sizes.every((size, g) => {
      // A val part that lacks a class is the data's own choice.
      if (fromVal && size === 0) return true;
      const rest = size - judgingOf[g] - calibrationOf[g];
      const isThere = (count: number, own: number): boolean => count === 0 || own > 0;
      return (
        isThere(judging, judgingOf[g]) &&
        isThere(calibration, calibrationOf[g]) &&
        rest >= (fromVal ? 0 : 1)
      );
    });
    if (fits) return { judgingOf, calibrationOf };
  }
  if (!anySize && counts.exact && judging < sizes.length) throw tooFew(judging, 0);
  const held = apportion(judging + calibration, sizes);
  const calibrationOf = apportion(calibration, held);
  const judgingOf = held.map((own, g) => own - calibrationOf[g]);
  if (anySize) return { judgingOf, calibrationOf };
  sizes.forEach((size, g) => {
    // A validation image of a class alone judges: calibration does without.
    const least = { judging: Math.min(1, judging), calibration: Math.min(1, calibration) };
    if (fromVal && size < 2) least.calibration = 0;
    if (fromVal && size === 0) least.judging = 0;
    const needed = least.judging + least.calibration + (fromVal ? 0 : 1);
    if (size < needed) throw tooFew(g, needed);
    const most = fromVal ? size : size - 1;
    calibrationOf[g] = Math.max(
      least.calibration,
      Math.min(calibrationOf[g], most - least.judging),
    );
    judgingOf[g] = fromVal
      ? size - calibrationOf[g]
      : Math.max(least.judging, Math.min(judgingOf[g], most - calibrationOf[g]));
  });
  // Without any, there would be nothing to calibrate by.
  if (calibration > 0 && !calibrationOf.some((own) => own > 0)) throw tooFew(0, 2);
  return { judgingOf, calibrationOf };
}

/** Shares `count` over the classes in proportion to their sizes (largest remainder). */
function apportion(count: number, sizes: readonly number[]): number[] {
  const total = sizes.reduce((a, b) => a + b, 0);
  const exact = sizes.map((size) => (count * size) / total);
  const shares = exact.map(Math.floor);
  const byRemainder = exact
    .map((value, label) => ({ label, remainder: value - shares[label] }))
    .sort((a, b) => b.remainder - a.remainder || a.label - b.label);
  let left = count - shares.reduce((a, b) => a + b, 0);
  for (const { label } of byRemainder) {
    if (left === 0) break;
    shares[label]++;
    left--;
  }
  return shares;
}

export function tooFew(
  name: string,
  size: number,
  needed: number,
  { judging, calibration, fromVal }: HeldCounts,
  noun = 'image',
): UserError {
  const parts = [
    ...(judging > 0 ? ['judging'] : []),
    ...(calibration > 0 ? ['calibration'] : []),
    ...(fromVal ? [] : ['training']),
  ];
  if (needed === 0)
    return new UserError('SPLIT_TOO_SMALL', 'A class would have no judging image.', {
      where: `class "${name}"`,
      expected: 'at least one judging image per class',
      got: countOf(judging, 'judging image'),
      remedy: 'hold out more images, or a share of them such as 0.2',
    });
  return new UserError('SPLIT_TOO_SMALL', 'A class has too few images to be split.', {
    where: `class "${name}"`,
    expected: `at least ${needed} ${noun}s, one for each part: ${parts.join(', ')}`,
    got: countOf(size, noun),
    remedy:
      'add images of that class, remove it, or put validation images of all classes into val/',
  });
}

export function tooFewGroups(groups: number, needed: number): UserError {
  return new UserError('SPLIT_TOO_SMALL', 'There are too few groups of images to be split.', {
    expected: `at least ${needed} groups, one for each part`,
    got: countOf(groups, 'group'),
    remedy: 'add images, or divide them into smaller groups: --group-by',
  });
}
