import { Rng, UserError } from '../../core/index.js';
import type { Dataset } from '../dataset.js';
import { countOf } from '../folders.js';
import { strataOf } from '../targets.js';
import type { Split } from './split.js';
import { unitsOf, type Unit } from './units.js';

export interface FoldOptions {
  /** At least 2. */
  readonly folds: number;
  /** Images that calibrate the cut-offs of a fold, about: as many as whole groups and rare classes allow. */
  readonly calibration: number;
  readonly seed: number;
}

/** Of fewer, a class cannot be trained on, calibrated and judged in every fold. */
const fewestUnits = 3;

/**
 * Splits for cross-fitted judging: each training image judges in one of the folds and is trained on in the others, apart from the one
 * that it calibrates in, if it does in any. So within a fold no image is in two parts. Stratified by class, groups as a whole,
 * determined by the seed alone; the test part stays as it is.
 *
 * A class with fewer than three images (where these come in groups: groups) is trained on in all folds and not judged.
 *
 * @returns one split for each fold
 * @throws UserError `SPLIT_TOO_SMALL` where fewer than two classes would be judged, or a part would be empty
 */
export function splitFolds(
  dataset: Pick<Dataset, 'splits' | 'targets' | 'classes' | 'groups'>,
  { folds, calibration, seed }: FoldOptions,
): Split[] {
  const { splits, targets, classes, groups } = dataset;
  const { of, names } = strataOf(targets, classes);
  const images = splits.train;
  const strata = unitsOf(images, of, names.length, groups?.of);
  const few = strata.flatMap((units, s) => (units.length < fewestUnits ? [s] : []));
  const judged = strata.map((units, s) => (few.includes(s) ? [] : units));
  const least = Math.min(2, strata.filter((units) => units.length > 0).length);
  if (judged.filter((units) => units.length > 0).length < least || judged.flat().length < folds)
    throw tooFew(folds, images.length, groups !== undefined);

  judged.forEach((units, s) => new Rng(seed, 'folds', s).shuffle(units));
  const parts = dealt(judged, folds);
  const all = [...images];
  return parts.map((own, f): Split => {
    const judging = new Set(own.flat(2));
    const next = parts[(f + 1) % folds];
    const calibrating = new Set(calibrationOf(next, judged, own, calibration).flat());
    return {
      train: ascending(all.filter((i) => !judging.has(i) && !calibrating.has(i))),
      judging: ascending([...judging]),
      calibration: ascending([...calibrating]),
      test: splits.test.slice(),
      judgingFrom: 'train',
      trainedOnly: few.filter((s) => strata[s].length > 0),
    };
  });
}

/** The units of each stratum, dealt out: each to the part with the fewest images of its stratum, and of those with as many, of all. */
function dealt(strata: readonly (readonly Unit[])[], folds: number): Unit[][][] {
  const parts = Array.from({ length: folds }, () => strata.map(() => [] as Unit[]));
  const sizes = new Array<number>(folds).fill(0);
  strata.forEach((units, s) => {
    const own = new Array<number>(folds).fill(0);
    // Large groups first: small ones then even out the sizes.
    for (const unit of [...units].sort((a, b) => b.length - a.length)) {
      let to = 0;
      for (let f = 1; f < folds; f++)
        if (own[f] < own[to] || (own[f] === own[to] && sizes[f] < sizes[to])) to = f;
      parts[to][s].push(unit);
      own[to] += unit.length;
      sizes[to] += unit.length;
    }
  });
  return parts;
}

/**
 * Units of a part, of all strata in proportion, with as many images as are wanted. What a class is trained on in this fold is
 * never taken whole.
 *
 * @param strata all units
 * @param judging those of the fold that is calibrated
 */
function calibrationOf(
  part: readonly (readonly Unit[])[],
  strata: readonly (readonly Unit[])[],
  judging: readonly (readonly Unit[])[],
  wanted: number,
): Unit[] {
  const ranked = part.flatMap((units, s) => {
    const most = strata[s].length - judging[s].length - 1;
    return units
      .slice(0, Math.max(0, most))
      .map((unit, i) => ({ unit, rank: (i + 0.5) / units.length }));
  });
  ranked.sort((a, b) => a.rank - b.rank);
  const taken: Unit[] = [];
  let images = 0;
  for (const { unit } of ranked) {
    if (images >= wanted) break;
    taken.push(unit);
    images += unit.length;
  }
  return taken;
}

function tooFew(folds: number, images: number, grouped: boolean): UserError {
  const what = grouped ? 'groups' : 'images';
  return new UserError('SPLIT_TOO_SMALL', 'The data cannot be split into folds.', {
    expected: `at least ${fewestUnits} ${what} in each of two classes, and ${folds} ${what} that judge`,
    got: countOf(images, 'training image'),
    remedy: 'add images, or judge without folds: --set judging.folds=1',
  });
}

const ascending = (indices: readonly number[]): Uint32Array => Uint32Array.from(indices).sort();
