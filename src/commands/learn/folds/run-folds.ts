import { UserError } from '../../../core/index.js';
import { splitFolds } from '../../../data/index.js';
import { batchFor, caseOn } from '../../../run/data-defaults.js';
import { batchData } from '../../../run/prepare.js';
import { mostOfFolds } from '../../../run/settle-images.js';
import { heldOut, type SettledConfig } from '../joint-learning.js';
import type { OpenedSet } from '../sets.js';

// Cross-fitted judging: several networks, each trained on most of the images, judge the others.

/** A run's settings and data as one fold sees them; without folds, as they are. */
export interface RunFold {
  readonly config: SettledConfig;
  readonly sets: readonly OpenedSet[];
}

/** Images that calibrate a fold: as many as these, or this share where that is more, but never more than the other share. */
const calibration = { images: 24, share: 0.05, most: 0.1 };

/**
 * The folds of a run, each with its own parts of the data and as many images a step as these allow.
 *
 * @param folds 1: the run as it is
 * @throws UserError `SPLIT_TOO_SMALL`
 */
export function foldsOf(
  config: SettledConfig,
  sets: readonly OpenedSet[],
  folds: number,
): readonly [RunFold, ...RunFold[]] {
  if (folds === 1) return [{ config, sets }];
  const [set] = sets;
  const { data } = set.prepared;
  const images = data.splits.train.length;
  const wanted = Math.min(
    Math.round(calibration.most * images),
    Math.max(calibration.images, Math.round(calibration.share * images)),
  );
  const splits = splitFolds(data, { folds, calibration: wanted, seed: config.seed });
  // The same in all: they are trained alike.
  const fewest = Math.min(...splits.map(({ train }) => train.length));
  const batch = batchFor(set.config, batchData(data), fewest, 'joint');
  const [first, ...others] = splits.map((split): RunFold => ({
    config: { ...config, batch },
    sets: [{ ...set, prepared: { ...set.prepared, split, batch } }],
  }));
  return [first, ...others];
}

/** What `auto` chooses from, the best first. */
const usual = [mostOfFolds.folds, 4, 3, 2];

/**
 * The numbers of folds that a run may have, the best first; what it has depends on the time.
 *
 * @throws UserError `FOLDS` where folds are asked for that these data cannot have
 */
export function possibleFolds(config: SettledConfig, sets: readonly OpenedSet[]): number[] {
  const { folds } = config.judging;
  if (folds === 1) return [1];
  const obstacle = obstacleTo(config, sets);
  if (folds !== 'auto') {
    if (obstacle === undefined) return [folds];
    throw new UserError('FOLDS', 'These data cannot be judged in folds.', {
      where: 'judging.folds',
      expected: '1 or auto',
      got: `${folds}: ${obstacle}`,
      remedy: 'remove the setting',
    });
  }
  if (obstacle !== undefined || !isWorthIt(config, sets[0])) return [1];
  return [...usual.filter((wanted) => isPossible(config, sets, wanted)), 1];
}

/** Why these data have no folds; undefined where they may. */
function obstacleTo(
  { restore }: SettledConfig,
  [{ prepared }, ...others]: readonly OpenedSet[],
): string | undefined {
  const { data } = prepared;
  if (others.length > 0) return 'several data sets share a network';
  if (data.splits.val.length > 0) return 'the data have a val part of their own, which judges';
  if (restore === 'none') return 'with restore none a batch is augmented as a whole';
  if (data.targets.kind === 'labels')
    return 'average precision ranks images, and scores of different networks cannot be ranked';
  return undefined;
}

/** Whether folds may pay: few images, a bound on the time, and masks or a trunk that has learned before. */
function isWorthIt(config: SettledConfig, { prepared: { data, split } }: OpenedSet): boolean {
  const images = data.splits.train.length;
  if (config.budget === null || images > mostOfFolds.images) return false;
  if (data.targets.kind === 'mask') return true;
  return caseOn(config, data, split.train.length, 'both', null).pretrained;
}

/**
 * How often each network of a fold must see its images: one that has seen them less often is worth less than one that judges
 * fewer. From a trunk that has learned before 20 epochs do; with masks 40
 * (docs/decisions/074-cross-fitted-judging.md).
 */
export function fewestEpochsOfFolds([{ prepared }]: readonly OpenedSet[]): number {
  return prepared.data.targets.kind === 'mask' ? 40 : 20;
}

function isPossible(config: SettledConfig, sets: readonly OpenedSet[], folds: number): boolean {
  try {
    foldsOf(config, sets, folds);
    return true;
  } catch (error) {
    if (error instanceof UserError && error.code === 'SPLIT_TOO_SMALL') return false;
    throw error;
  }
}

/** Images that judge in all folds together. */
export function allJudged(folds: readonly RunFold[]): number {
  return sumOver(folds, ({ prepared }) => prepared.split.judging.length);
}

/** Held-out images of all folds, which judge or calibrate: an image may be among them twice. */
export function allScored(folds: readonly RunFold[]): number {
  return sumOver(folds, ({ prepared }) => heldOut(prepared).length);
}

function sumOver(folds: readonly RunFold[], of: (set: OpenedSet) => number): number {
  return folds.flatMap(({ sets }) => sets.map(of)).reduce((sum, n) => sum + n, 0);
}
