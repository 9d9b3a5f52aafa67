import { printable, Rng, UserError } from '../../core/index.js';
import type { Dataset } from '../dataset.js';
import { countOf } from '../folders.js';
import { shareOut, tooFew, tooFewGroups, type HeldCounts } from './shares.js';
import { shareUnits, unitsOf } from './units.js';
import { strataOf } from '../targets.js';

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
  /** Classes with fewer images (where these come in groups: groups) than there are parts: they are trained on alone. */
  readonly trainedOnly: readonly number[];
}

/**
 * Parts for learning and judging, stratified by class, or by the rarest label of an image (images with masks: drawn
 * from all alike), determined by the seed alone.
 *
 * If the data have a val part, judging and calibration images are taken from it: all of it is used,
 * shared in proportion of the two sizes. The test part stays as it is.
 *
 * Images that belong together (`Dataset.groups`) are in one part, so that the sizes of the parts are those that were
 * asked for only as well as whole groups allow.
 *
 * A class with too few images for every part is trained on and not judged, as long as two others are judged.
 *
 * @throws UserError `SPLIT_TOO_SMALL` when fewer than two classes would have images in all parts
 */
export function splitJudging(
  dataset: Pick<Dataset, 'splits' | 'targets' | 'classes' | 'groups'>,
  options: SplitOptions,
): Split {
  const { splits, targets } = dataset;
  const { of, names } = strataOf(targets, dataset.classes);
  const judging = options.judging ?? 0.2;
  const calibration = options.calibration ?? 0;
  const fromVal = splits.val.length > 0;
  const source = fromVal ? splits.val : splits.train;
  const wanted = [judging, calibration].map((amount) => toCount(amount, source.length, fromVal));
  const [judgingCount, calibrationCount] = fromVal ? shareAll(wanted, source.length) : wanted;

  const pools = byStratum(source, of, names.length);
  const units = dataset.groups && unitsOf(source, of, names.length, dataset.groups.of);
  const counts: HeldCounts = {
    judging: judgingCount,
    calibration: calibrationCount,
    fromVal,
    exact: !fromVal && judging >= 1,
  };
  // A label may be as rare as it likes: its images go where there is room for them.
  const anySize = targets.kind === 'labels';
  const least = Number(judging > 0) + Number(calibration > 0) + (fromVal ? 0 : 1);
  const sizes = (units ?? pools).map((own) => own.length);
  const small = anySize || fromVal ? [] : indicesWhere(sizes, (size) => size < least);
  // One class alone has nothing to be told apart from.
  const trainedOnly = sizes.length - small.length >= 2 ? small : [];
  if (units !== undefined && small.length > trainedOnly.length)
    throw tooFew(names[small[0]], sizes[small[0]], least, counts, 'group');
  const kept = indicesWhere(sizes, (_, label) => !trainedOnly.includes(label));
  const shares = shareOut(
    kept.map((label) => pools[label].length),
    counts,
    // Of groups, the classes that have enough of them have been chosen already.
    anySize || units !== undefined,
    (k, needed) => tooFew(names[kept[k]], sizes[kept[k]], needed, counts),
  );
  const judgingOf = names.map((_, label) => shares.judgingOf[kept.indexOf(label)] ?? 0);
  const calibrationOf = names.map((_, label) => shares.calibrationOf[kept.indexOf(label)] ?? 0);
  if (units !== undefined) {
    const wanted = names.map((_, s) => ({
      judging: judgingOf[s],
      calibration: calibrationOf[s],
    }));
    const shared = shareUnits(units, wanted, options.seed, !fromVal);
    if (
      (judging > 0 && shared.judging.length === 0) ||
      shared.calibration.length < Math.min(1, calibration)
    )
      throw tooFewGroups(units.flat().length, least);
    return {
      train: fromVal ? splits.train.slice() : ascending(shared.train),
      judging: ascending(shared.judging),
      calibration: ascending(shared.calibration),
      test: splits.test.slice(),
      judgingFrom: fromVal ? 'val' : 'train',
      trainedOnly,
    };
  }
  pools.forEach((pool, label) => new Rng(options.seed, 'split', label).shuffle(pool));
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
    trainedOnly,
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
  const divided = splitJudging({ ...data, splits }, { judging: share, seed: 0 });
  const { train, judging } = divided;
  return {
    ...data,
    splits: { ...data.splits, train, test: judging },
    warnings: [
      ...data.warnings,
      `no test part: ${countOf(judging.length, 'training image')} set aside for testing`,
      ...trainedOnlyWarnings(data, divided, 'tested'),
    ],
  };
}

/** Which classes are only trained on, with their images, in words. @param what is not done with them */
export function trainedOnlyWarnings(
  { classes, targets, splits, groups }: Pick<Dataset, 'classes' | 'targets' | 'splits' | 'groups'>,
  { trainedOnly }: Pick<Split, 'trainedOnly'>,
  what: 'tested' | 'judged',
): string[] {
  if (trainedOnly.length === 0 || targets.kind !== 'class') return [];
  const named = trainedOnly.map((label) => {
    const own = [...splits.train].filter((i) => targets.classes[i] === label);
    const many =
      groups === undefined
        ? ''
        : ` in ${countOf(new Set(own.map((i) => groups.of[i])).size, 'group')}`;
    return `${printable(classes[label])} (${countOf(own.length, 'image')}${many})`;
  });
  const [noun, verb] = trainedOnly.length === 1 ? ['class', 'is'] : ['classes', 'are'];
  return [
    `too few images to hold any out: the ${noun} ${named.join(', ')} ${verb} trained on, but not ${what}`,
  ];
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

/** Enlarges both counts in proportion so that they use all of `total`. */
function shareAll([judging, calibration]: number[], total: number): number[] {
  if (judging + calibration === 0) return [0, 0];
  const share = Math.round((total * judging) / (judging + calibration));
  return [share, total - share];
}

function byStratum(indices: Uint32Array, of: Int32Array, count: number): number[][] {
  const pools = Array.from({ length: count }, () => [] as number[]);
  for (const index of indices) pools[of[index]].push(index);
  return pools;
}

function indicesWhere<T>(all: readonly T[], is: (value: T, index: number) => boolean): number[] {
  return all.flatMap((value, i) => (is(value, i) ? [i] : []));
}

const ascending = (indices: number[]): Uint32Array => Uint32Array.from(indices).sort();
