import { Rng, UserError } from '../core/index.js';
import type { Dataset } from './dataset.js';
import { countOf } from './folders.js';
import { groupsOf } from './targets.js';

export interface SplitOptions {
  /** Judging images: a fraction (0, 1) of the training images, or a count from 1. Default 0.2. */
  readonly judging?: number;
  /** Further held-out images for calibrating cut-offs, counted likewise. Default 0: none. */
  readonly calibration?: number;
  readonly seed: number;
}

/** Indices into `Dataset.items`, ascending; no image is in two parts. */
export interface Split {
  readonly train: Uint32Array;
  /** Held out from the training images (or the data's own val part): all decisions are taken on these. */
  readonly judging: Uint32Array;
  readonly calibration: Uint32Array;
  /** For the final comparison alone; empty if the data have none. */
  readonly test: Uint32Array;
  /** `val` if the data's own val part is used for judging. */
  readonly judgingFrom: 'train' | 'val';
}

/**
 * Parts for learning and judging, stratified by class, or by the rarest label of an image (images with masks: drawn
 * from all alike), determined by the seed alone.
 *
 * If the data have a val part, judging and calibration images are taken from it: all of it is used,
 * shared in proportion of the two sizes. The test part stays as it is.
 *
 * @throws UserError `SPLIT_TOO_SMALL` when a class would have no image left in a part
 */
export function splitJudging(
  dataset: Pick<Dataset, 'splits' | 'targets' | 'classes'>,
  options: SplitOptions,
): Split {
  const { splits, targets } = dataset;
  const { of, names } = groupsOf(targets, dataset.classes);
  const judging = options.judging ?? 0.2;
  const calibration = options.calibration ?? 0;
  const fromVal = splits.val.length > 0;
  const source = fromVal ? splits.val : splits.train;
  const wanted = [judging, calibration].map((amount) => toCount(amount, source.length, fromVal));
  const [judgingCount, calibrationCount] = fromVal ? shareAll(wanted, source.length) : wanted;

  const pools = byGroup(source, of, names.length);
  pools.forEach((pool, label) => new Rng(options.seed, 'split', label).shuffle(pool));
  const counts: HeldCounts = {
    judging: judgingCount,
    calibration: calibrationCount,
    fromVal,
    exact: !fromVal && judging >= 1,
  };
  // A label may be as rare as it likes: its images go where there is room for them.
  const anySize = targets.kind === 'labels';
  const { judgingOf, calibrationOf } = shareOut(
    pools.map((pool) => pool.length),
    counts,
    anySize,
    (group, needed) => tooFew(names[group], pools[group].length, needed, counts),
  );
  const parts = { judging: [] as number[], calibration: [] as number[], train: [] as number[] };
  pools.forEach((pool, label) => {
    const j = judgingOf[label];
    const c = calibrationOf[label];
    parts.judging.push(...pool.slice(0, j));
    parts.calibration.push(...pool.slice(j, j + c));
    parts.train.push(...pool.slice(j + c));
  });
  return {
    train: fromVal ? splits.train.slice() : ascending(parts.train),
    judging: ascending(parts.judging),
    calibration: ascending(parts.calibration),
    test: splits.test.slice(),
    judgingFrom: fromVal ? 'val' : 'train',
  };
}

/**
 * The data with a test part: their own, or else a share of the training images, the same for every
 * seed and alike in every class.
 *
 * @throws UserError `SPLIT_EMPTY`, `SPLIT_TOO_SMALL`
 */
export function withTestPart(data: Dataset, share: number): Dataset {
  if (data.splits.test.length > 0) return data;
  if (share === 0)
    throw new UserError('SPLIT_EMPTY', 'There are no test images.', {
      where: data.root,
      expected: 'a test/ folder, or a share of the images',
      got: 'neither',
      remedy: 'add test/ next to train/, or set --set testShare=0.2',
    });
  const splits = { ...data.splits, val: new Uint32Array(0) };
  const { train, judging } = splitJudging({ ...data, splits }, { judging: share, seed: 0 });
  return {
    ...data,
    splits: { ...data.splits, train, test: judging },
    warnings: [
      ...data.warnings,
      `no test part: ${countOf(judging.length, 'training image')} set aside for testing`,
    ],
  };
}

/** A share of few images is one image, where it would be none. */
function toCount(amount: number, total: number, anyCount: boolean): number {
  if (amount === 0) return 0;
  const isShare = amount > 0 && amount < 1;
  const count = isShare ? Math.max(1, Math.round(amount * total)) : amount;
  if (amount > 0 && Number.isInteger(count) && (count < total || anyCount)) return count;
  throw new UserError('SPLIT_TOO_SMALL', 'The data cannot be split.', {
    expected: isShare
      ? 'enough training images to hold some out'
      : `a fraction between 0 and 1, or a count below ${total}`,
    got: isShare ? countOf(total, 'image') : `${amount}`,
    remedy: isShare ? 'add training images' : 'hold out fewer images, or add training images',
  });
}

interface HeldCounts {
  readonly judging: number;
  readonly calibration: number;
  /** All images are held out, as they are a part of their own. */
  readonly fromVal: boolean;
  /** The judging images are counted, not a share that may grow to one of each group. */
  readonly exact: boolean;
}

/** Images of each group in the two held-out parts. */
interface HeldOf {
  readonly judgingOf: readonly number[];
  readonly calibrationOf: readonly number[];
}

/**
 * Shares both counts over the groups in proportion to their sizes. Where the remainders of both fall to a group that has
 * no room for both, the two parts are shared out together.
 *
 * @param anySize a group may have no image in a part
 * @throws what `tooFew` makes of the first group that has not as many images as it needs, 0 where it gets none of the
 *   judging images that were counted
 */
function shareOut(
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

/** Enlarges both counts in proportion so that they use all of `total`. */
function shareAll([judging, calibration]: number[], total: number): number[] {
  if (judging + calibration === 0) return [0, 0];
  const share = Math.round((total * judging) / (judging + calibration));
  return [share, total - share];
}

function byGroup(indices: Uint32Array, groups: Int32Array, count: number): number[][] {
  const pools = Array.from({ length: count }, () => [] as number[]);
  for (const index of indices) pools[groups[index]].push(index);
  return pools;
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

function tooFew(
  name: string,
  size: number,
  needed: number,
  { judging, calibration, fromVal }: HeldCounts,
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
    expected: `at least ${needed} images, one for each part: ${parts.join(', ')}`,
    got: countOf(size, 'image'),
    remedy:
      'add images of that class, remove it, or put validation images of all classes into val/',
  });
}

const ascending = (indices: number[]): Uint32Array => Uint32Array.from(indices).sort();
