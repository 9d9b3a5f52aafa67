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
import { statisticsImages } from './observer.js';
import { allHeldOut, allTrained, jointTraining, type SettledConfig } from './joint-learning.js';
import { dataSetsOf, type OpenedSet } from './sets.js';

/** What labels take of the judging images on average: what is plainly unsafe and breaks labels leaves after a quarter of them. */
const partOfImages = 0.8;
/** Passes set aside for what is undecided after the first draw. */
const extraPasses = 4;
/** And for the clean images, and what would be safe or keep the labels, by the weights of a quarter of the training. */
const growthPasses = 9;
/** What fitting an image's statistics costs of scoring it. */
const statisticsCost = 0.25;
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
    folder.writeParts(partsOf(sets));
    return manifest.plan;
  }
  hooks.onEvent({ type: 'phase', phase: 'plan' });
  const training = jointTraining(config, sets);
  const { images, batches } = training;
  const speed = await training.measure(hooks.signal);
  const plan = planLearning(config, sets, images, elapsed(), speed);
  if (hooks.signal.aborted) throw new Interrupted();
  folder.begin(config, manifestOfSets(config, sets, plan));
  folder.writeParts(partsOf(sets));
  hooks.onEvent(planEvent(config, plan, stepsOf(plan, batches, config.batch)));
  warnOf(plan, sets, hooks);
  return plan;
}

/** The images of the run, by their set's name where it has several. */
function partsOf(sets: readonly OpenedSet[]): PartedSet[] {
  return sets.length === 1
    ? [sets[0].prepared]
    : sets.map(({ name, prepared }) => ({ ...prepared, name }));
}

/** An interval that is wider than this on either side leaves most verdicts undecided: delta is at most 0.2. */
const usefulHalfWidth = 0.1;
const largestDelta = 0.2;

/** A network that has seen the images less often has hardly begun. */
const fewPasses = 2;

/** Steps of an epoch. @param whole of one on all images */
function stepsOf({ imagesPerEpoch }: Plan, whole: number, batch: number): number {
  return imagesPerEpoch === undefined ? whole : Math.floor(imagesPerEpoch / batch);
}

/** Says, before any training, what the plan cannot decide. */
function warnOf(plan: Plan, sets: readonly OpenedSet[], hooks: RunHooks): void {
  for (const set of sets) warnOfFew(set, plan, allHeldOut(sets));
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

/** Warns where too few images are judged to decide much. @param held held-out images of all sets */
function warnOfFew({ prepared, hooks }: OpenedSet, { judged }: Plan, held: number): void {
  const all = prepared.split.judging.length;
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
    message: `${images} judging images measure J to about ±${half.toFixed(2)}: a J from ${from} to ${to} cannot be distinguished from ${largestDelta.toFixed(2)}, the largest delta, and stays undecided. About ${imagesFor(usefulHalfWidth)} judging images would measure it to ±${usefulHalfWidth.toFixed(2)} (add images, or hold out more: --set judging.fraction=0.4)`,
  });
}

/** Chooses the epochs of joint learning. @throws UserError `BUDGET_TOO_SMALL` */
function planLearning(
  config: SettledConfig,
  sets: readonly OpenedSet[],
  trainImages: number,
  spent: number,
  speed: Speed,
): Plan {
  const { budget, epochs, judging } = config;
  const { labels } = sets[0].prepared;
  const windows = labels.filter((label) => label.window).length;
  const each = labels.length + (passesOfWindow - 1) * windows;
  const clean = windows > 0 ? passesOfWindow : 1;
  const extra = judging.maxDraws > judging.draws ? extraPasses : 0;
  const first = each * (judging.draws - 1 + partOfImages);
  const statistics = sets.reduce(
    (sum, { prepared }) =>
      sum + statisticsCost * statisticsImages(prepared, 1) * (labels.length + 2),
    0,
  );
  const passes = clean + first + extra + clean + growthPasses;
  const judgingPasses = passes + statistics / allHeldOut(sets);
  const judgingImages = allHeldOut(sets);
  return planRun(
    {
      ...{ budget, epochs, judgingPasses, trainImages, judgingImages, spent },
      batch: config.batch,
      fewestJudged: fewestJudged * sets.length,
      everyEpoch: needsEveryEpoch(config),
    },
    speed,
  );
}

/** A run's manifest: of one data set its own; of more, the data of all together, and of each under `data.sets`. */
function manifestOfSets(
  config: LearnConfig,
  sets: readonly OpenedSet[],
  plan: Plan,
): StartedManifest {
  const all = sets.map((set) => manifestOf(set.config, set.prepared, plan));
  const [first] = all;
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
