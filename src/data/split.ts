import { Rng, UserError } from '../core/index.js';
import type { Dataset } from './dataset.js';
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
  const sizes = pools.map((pool) => pool.length);
  // A label may be as rare as it likes: its images go where there is room for them.
  const anySize = targets.kind === 'labels';
  const heldOf = anySize ? apportion(judgingCount + calibrationCount, sizes) : sizes;
  const calibrationOf = apportion(calibrationCount, heldOf);
  const judgingOf = anySize
    ? heldOf.map((held, g) => held - calibrationOf[g])
    : apportion(judgingCount, sizes);
  const parts = { judging: [] as number[], calibration: [] as number[], train: [] as number[] };
  pools.forEach((pool, label) => {
    const j = judgingOf[label];
    const c = calibrationOf[label];
    const rest = pool.length - j - c;
    const tooSmall =
      !anySize &&
      ((judgingCount > 0 && j === 0) ||
        (calibrationCount > 0 && c === 0) ||
        (!fromVal && rest < 1));
    // A val part that lacks a class is the data's own choice.
    if ((tooSmall && !(fromVal && pool.length === 0)) || rest < 0)
      throw tooFew(names[label], pool.length, judgingCount, calibrationCount);
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
      remedy: 'add test/ beside train/, or give --set testShare=0.2',
    });
  const splits = { ...data.splits, val: new Uint32Array(0) };
  const { train, judging } = splitJudging({ ...data, splits }, { judging: share, seed: 0 });
  return {
    ...data,
    splits: { ...data.splits, train, test: judging },
    warnings: [
      ...data.warnings,
      `there is no test part: ${judging.length} training images are kept for the test`,
    ],
  };
}

/** A share of few images is one image, where it would be none. */
function toCount(amount: number, total: number, anyCount: boolean): number {
  if (amount === 0) return 0;
  const isShare = amount > 0 && amount < 1;
  const count = isShare ? Math.max(1, Math.round(amount * total)) : amount;
  if (amount > 0 && Number.isInteger(count) && (count < total || anyCount)) return count;
  throw new UserError('SPLIT_TOO_SMALL', 'The held-out part cannot be made.', {
    expected: isShare
      ? 'training images enough to hold some of them out'
      : `a fraction between 0 and 1, or a count below ${total}`,
    got: isShare ? `${total} ${total === 1 ? 'image' : 'images'}` : `${amount}`,
    remedy: isShare ? 'add training images' : 'hold out fewer images, or add training images',
  });
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
function apportion(count: number, sizes: number[]): number[] {
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

function tooFew(name: string, size: number, judging: number, calibration: number): UserError {
  return new UserError('SPLIT_TOO_SMALL', 'A class is too small to be split.', {
    where: `class "${name}"`,
    expected: `enough images for a share in ${judging} judging${
      calibration > 0 ? `, ${calibration} calibration` : ''
    } and the training images`,
    got: `${size} ${size === 1 ? 'image' : 'images'}`,
    remedy: 'add images of that class, or change the share held out',
  });
}

const ascending = (indices: number[]): Uint32Array => Uint32Array.from(indices).sort();
