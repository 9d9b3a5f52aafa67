import type { LearnConfig } from '../../config/index.js';
import { Interrupted, UserError } from '../../core/index.js';
import {
  runFiles,
  startedManifestSchema,
  type ManifestData,
  type Plan,
  type StartedManifest,
} from '../../run/files/index.js';
import { manifestOf, requireSameData } from '../../run/manifest.js';
import type { RunHooks } from '../../run/files/index.js';
import type { PartedSet } from '../../run/parts.js';
import { planEvent, planRun } from '../../run/plan-run.js';
import type { Sitting } from '../../run/sitting.js';
import type { Speed } from '../../run/speed.js';
import { expectedHalfWidth, imagesFor } from '../../safe/index.js';
import { needsEveryEpoch } from '../train/prepare-training.js';
import { createTransform } from '../../augment/index.js';
import { statisticsImages } from './observer.js';
import {
  allJudged,
  allScored,
  fewestEpochsOfFolds,
  foldsOf,
  possibleFolds,
  type RunFold,
} from './folds/run-folds.js';
import { allTrained, jointTraining, type SettledConfig } from './joint-learning.js';
import type { Prepared } from './prepare-learning.js';
import { dataSetsOf, type OpenedSet } from './sets.js';

/** What labels take of the judging images on average: what is plainly unsafe and breaks labels leaves after a quarter of them. */
const partOfImages = 0.8;
/** Passes set aside for what is undecided after the first draw. */
const extraPasses = 4;
/** And for the clean images, and what would be safe or keep the labels, by the weights of a quarter of the training. */
const growthPasses = 9;
/** What fitting an image's statistics costs of scoring it. */
const statisticsCost = 0.1;
/** Of the parts of a magnitude's range, judged from the smallest up, two before one is not safe and breaks labels. */
const passesOfRange = 2;
/** A window is scored whole, inside and at its border, which is judged by both of these. */
const passesOfWindow = 3;

/** Held-out images of a data set: fewer decide nothing. */
const fewestJudged = 120;

/** The plan of the started run, or a new one, which is kept in the manifest: from then on the run can be resumed. */
export async function planOf(
  { folder, hooks, elapsed }: Sitting,
  config: SettledConfig,
  sets: readonly OpenedSet[],
): Promise<Plan> {
  const manifest = config.resume ? folder.manifest(startedManifestSchema) : null;
  if (manifest !== null) {
    requireSameSets(sets, manifest, folder.file('manifest'));
    folder.writeParts(partsOf(foldsOf(config, sets, manifest.plan.folds ?? 1)));
    return manifest.plan;
  }
  const possible = possibleFolds(config, sets);
  hooks.onEvent({ type: 'phase', phase: 'plan' });
  const training = jointTraining(config, sets);
  const speed = await training.measure(hooks.signal);
  const { plan, folds } = planInFolds(config, sets, possible, (own) =>
    planLearning(own, elapsed(), speed),
  );
  if (hooks.signal.aborted) throw new Interrupted();
  folder.begin(config, manifestOfSets(config, folds, plan));
  folder.writeParts(partsOf(folds));
  const [{ config: own }] = folds;
  hooks.onEvent(planEvent(config, plan, stepsOf(plan, allTrained(folds[0].sets), own.batch)));
  warnOf(plan, folds, hooks);
  return plan;
}

/** The plan with the most folds in which every network learns enough, or the last of the possible ones. */
function planInFolds(
  config: SettledConfig,
  sets: readonly OpenedSet[],
  possible: readonly number[],
  planOf: (folds: readonly RunFold[]) => Plan,
): { readonly plan: Plan; readonly folds: readonly [RunFold, ...RunFold[]] } {
  for (const count of possible.slice(0, -1)) {
    const folds = foldsOf(config, sets, count);
    try {
      const plan = planOf(folds);
      if (plan.epochs >= fewestEpochsOfFolds(sets)) return { plan, folds };
    } catch (error) {
      if (!(error instanceof UserError && error.code === 'BUDGET_TOO_SMALL')) throw error;
    }
  }
  const folds = foldsOf(config, sets, possible[possible.length - 1]);
  return { plan: planOf(folds), folds };
}

/** The images of the run, by their set's name where it has several. */
function partsOf(folds: readonly [RunFold, ...RunFold[]]): PartedSet[] {
  const [{ sets }] = folds;
  if (sets.length > 1) return sets.map(({ name, prepared }) => ({ ...prepared, name }));
  const [{ prepared }] = sets;
  const splits = folds.map((fold) => fold.sets[0].prepared.split);
  return [splits.length === 1 ? prepared : { ...prepared, folds: splits }];
}

/** An interval that is wider than this on either side leaves most verdicts undecided: delta is at most 0.2. */
const usefulHalfWidth = 0.1;
const largestDelta = 0.2;

/** A network that has seen the images less often has hardly begun. */
const fewPasses = 2;

/** Steps of an epoch. @param all images of one network that are trained on */
function stepsOf({ imagesPerEpoch }: Plan, all: number, batch: number): number {
  return Math.floor((imagesPerEpoch ?? all) / batch);
}

/** Says, before any training, what the plan cannot decide. */
function warnOf(plan: Plan, folds: readonly RunFold[], hooks: RunHooks): void {
  const [{ sets }] = folds;
  const held = allScored(folds);
  if (folds.length > 1) warnOfFew(sets[0], plan, { held, judging: allJudged(folds) });
  else
    for (const set of sets)
      warnOfFew(set, plan, { held, judging: set.prepared.split.judging.length });
  const { imagesPerEpoch, epochs } = plan;
  const images = allTrained(sets);
  const passes = (epochs * (imagesPerEpoch ?? images)) / images;
  if (imagesPerEpoch !== undefined && passes < fewPasses)
    hooks.onEvent({
      type: 'warning',
      code: 'SHORT_TRAINING',
      message: `in this budget the network sees each training image ${passes.toFixed(1)} times on average: what it does not recognise by then may stay undecided; more time or smaller images (--size) would help`,
    });
}

/**
 * Warns where too few images are judged to decide much.
 *
 * @param held held-out images of all sets and folds
 * @param all judging images of this set
 */
function warnOfFew(
  { hooks }: Pick<OpenedSet, 'hooks'>,
  { judged, folds }: Plan,
  { held, judging: all }: { readonly held: number; readonly judging: number },
): void {
  const images = judged === undefined ? all : Math.floor((all * judged) / held);
  if (judged !== undefined)
    hooks.onEvent({
      type: 'warning',
      code: 'FEW_JUDGED',
      message: `the budget allows judging ${images} of the ${all} judging images; more time would narrow the intervals`,
    });
  const half = expectedHalfWidth(images);
  if (half <= usefulHalfWidth) return;
  const from = Math.max(0, largestDelta - half).toFixed(2);
  const to = Math.min(1, largestDelta + half).toFixed(2);
  hooks.onEvent({
    type: 'warning',
    code: 'FEW_IMAGES',
    message: `${images} judging images measure J to about ±${half.toFixed(2)}: a J from ${from} to ${to} cannot be distinguished from ${largestDelta.toFixed(2)}, the largest delta, and stays undecided. About ${imagesFor(usefulHalfWidth)} judging images would measure it to ±${usefulHalfWidth.toFixed(2)} (add images${folds === undefined ? ', or hold out more: --set judging.fraction=0.4' : ''})`,
  });
}

/** Chooses the epochs of joint learning. @throws UserError `BUDGET_TOO_SMALL` */
function planLearning(folds: readonly RunFold[], spent: number, speed: Speed): Plan {
  const [{ config, sets }] = folds;
  const { budget, epochs, judging } = config;
  const { labels } = sets[0].prepared;
  const windows = labels.filter((label) => label.window).length;
  const each = labels.length + (passesOfWindow - 1) * windows;
  const clean = windows > 0 ? passesOfWindow : 1;
  const extra = judging.maxDraws > judging.draws ? extraPasses : 0;
  const first = each * (judging.draws - 1 + partOfImages);
  const statistics = sets.reduce(
    (sum, { prepared }) =>
      sum + statisticsCost * statisticsOf(prepared, folds.length) * (labels.length + 2),
    0,
  );
  const passes = clean + first + extra + clean + growthPasses;
  const judgingImages = allScored(folds);
  const judgingPasses = passes + statistics / judgingImages;
  const { batch } = config;
  const trainImages = Math.floor(allTrained(sets) / batch) * batch;
  const plan = planRun(
    {
      ...{ budget, epochs, judgingPasses, trainImages, judgingImages, spent },
      ...{ batch, folds: folds.length },
      passesToSpare: passesOfRange * rangesOf(sets[0].prepared),
      fewestJudged: fewestJudged * sets.length,
      everyEpoch: needsEveryEpoch(config),
    },
    speed,
  );
  if (folds.length === 1) return plan;
  const all = allJudged(folds);
  const some = Math.floor((all * (plan.judged ?? judgingImages)) / judgingImages);
  const which = some < all ? `${some} of the ${all} images judge` : `all ${all} images judge`;
  return { ...plan, reason: `${plan.reason}; ${which}, each by a network that has not seen it` };
}

/** The magnitudes of all augmentations: each has a range that may be narrowed. */
function rangesOf({ labels, data }: Prepared): number {
  return labels
    .filter(({ kind }) => kind === 'augmentation')
    .reduce((sum, { spec }) => sum + createTransform(spec).magnitudes(data.size).length, 0);
}

/** Images that statistics are taken of: those that one fold trains on, and what others need beside them. */
function statisticsOf(prepared: Prepared, folds: number): number {
  const own = statisticsImages(prepared, 1);
  return folds === 1
    ? own
    : Math.min(prepared.data.splits.train.length, (own * folds) / (folds - 1));
}

/** A run's manifest: of one data set its own; of more, the data of all together, and of each under `data.sets`. */
function manifestOfSets(
  config: LearnConfig,
  folds: readonly [RunFold, ...RunFold[]],
  plan: Plan,
): StartedManifest {
  const [{ sets }] = folds;
  const all = sets.map((set) => manifestOf(set.config, set.prepared, plan));
  const [first] = all;
  if (folds.length > 1) return { ...first, split: { ...first.split, judging: allJudged(folds) } };
  if (all.length === 1) return first;
  const of = <T>(read: (data: ManifestData) => T): T[] => all.map(({ data }) => read(data));
  const parts = Object.keys(first.split).map((part): [string, number] => [
    part,
    all.reduce((sum, { split }) => sum + split[part], 0),
  ]);
  return {
    ...first,
    seed: config.seed,
    data: {
      source: dataSetsOf(config).join(' '),
      kind: of((data) => data.kind).join(', '),
      classes: all.flatMap(({ data }, i) => data.classes.map((name) => `${sets[i].name}/${name}`)),
      images: of((data) => data.images).reduce((sum, n) => sum + n, 0),
      height: first.data.height,
      width: first.data.width,
      channels: first.data.channels,
      fingerprint: of((data) => data.fingerprint).join('+'),
      skipped: all.flatMap(({ data }, i) => data.skipped.map((name) => `${sets[i].name}/${name}`)),
      sets: of((data) => data),
    },
    split: Object.fromEntries(parts),
  };
}

/** @throws UserError `DATA_CHANGED` where the images are not those that the run was started with, `RUN_DAMAGED` */
function requireSameSets(
  sets: readonly OpenedSet[],
  { data }: StartedManifest,
  path: string,
): void {
  const stored = sets.length === 1 ? [data] : (data.sets ?? []);
  if (stored.length !== sets.length)
    throw new UserError('RUN_DAMAGED', `The run's ${runFiles.manifest} is not as expected.`, {
      where: `${path}, data.sets`,
      expected: `${sets.length} data sets`,
      got: `${stored.length}`,
    });
  for (const [i, { config, prepared }] of sets.entries())
    requireSameData(config, stored[i], prepared.data);
}
