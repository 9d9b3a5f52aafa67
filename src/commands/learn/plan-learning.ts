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
import type { PartedSet } from '../../run/parts.js';
import { planEvent, planRun } from '../../run/plan-run.js';
import type { Sitting } from '../../run/sitting.js';
import type { Speed } from '../../run/speed.js';
import { expectedHalfWidth, imagesFor } from '../../safe/index.js';
import { needsEveryEpoch } from '../train/prepare-training.js';
import { allHeldOut, jointTraining, type SettledConfig } from './joint-learning.js';
import { dataSetsOf, type OpenedSet } from './sets.js';

/** Passes over the judging images set aside in the budget for augmentations that stay undecided. */
const extraPasses = 6;
/** And those set aside for what would be safe or keep the labels, by the weights of a quarter of the training. */
const growthPasses = 10;
/** And those set aside for pairs of safe augmentations. */
const pairPasses = 24;

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
  for (const set of sets) warnOfFew(set);
  hooks.onEvent({ type: 'phase', phase: 'plan' });
  const training = jointTraining(config, sets);
  const { images, batches } = training;
  const speed = await training.measure(hooks.signal);
  const plan = planLearning(config, sets, images, elapsed(), speed);
  if (hooks.signal.aborted) throw new Interrupted();
  folder.begin(config, manifestOfSets(config, sets, plan));
  folder.writeParts(partsOf(sets));
  hooks.onEvent(planEvent(config, plan, batches));
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

/** Warns, before any training, where there are too few judging images to decide much. */
function warnOfFew({ prepared, hooks }: OpenedSet): void {
  const images = prepared.split.judging.length;
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
  const labels = sets[0].prepared.labels.length;
  const extra = judging.maxDraws > judging.draws ? extraPasses : 0;
  const judgingPasses = 1 + judging.draws * labels + extra + growthPasses + pairPasses;
  const everyEpoch = needsEveryEpoch(config);
  const judgingImages = allHeldOut(sets);
  return planRun(
    { budget, epochs, judgingPasses, everyEpoch, trainImages, judgingImages, spent },
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
