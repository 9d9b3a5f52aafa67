import type { Recipe } from '../../augment/index.js';
import { settleTraining, type LearnConfig, type WithTraining } from '../../config/index.js';
import type { Batch } from '../../data/index.js';
import { taskRanges, withHead, type TaskRange, type TwoHeaded } from '../../models/index.js';
import { JointObjective, SharedObjective, statisticsOf } from '../../safe/index.js';
import {
  MixedSource,
  type BatchSource,
  type BatchStream,
  type FitResult,
  type MixedBatch,
} from '../../train/index.js';
import { batchFor, caseOn } from '../../run/data-defaults.js';
import { batchData } from '../../run/prepare.js';
import type { Plan, RunHooks } from '../../run/files/index.js';
import { fitInFolder, type FitContext, type Training } from '../../run/fit-in-folder.js';
import { emptyModel, freshModel, freshOptimiser, type Shape } from '../../run/fresh-model.js';
import type { Settled } from '../../run/settle-images.js';
import { measureTrial, secondsToMeasure, type Speed } from '../../run/speed.js';
import { taskFor, unknownTaskHead } from '../../tasks/index.js';
import type { Prepared } from './prepare-learning.js';
import type { OpenedSet } from './sets.js';
import {
  forwardBatch,
  partOf,
  shuffledPass,
  streamOf,
  trainingEpochs,
  type PassKey,
} from '../../run/streams.js';

/** The settings of a run, once the data have said how many images a step holds. */
export type SettledConfig = WithTraining<Settled<LearnConfig>> & { readonly batch: number };

/** Joint learning set up: a network with fresh weights, and what it learns from. */
export interface JointTraining {
  readonly model: TwoHeaded;
  /** Of an epoch. */
  readonly images: number;
  readonly batches: number;
  /** Step 1 of the method, with checkpoints in the run folder. */
  fit(run: FitContext, plan: Plan): Promise<FitResult>;
  /** Measures this machine on the run in hand. The network is of no use afterwards, and freed. */
  measure(signal: AbortSignal): Promise<Speed>;
}

/**
 * Joint learning on a data set; on more of them with one trunk, one recognition head and a task head for each.
 *
 * @param onEvent is told what was taken of a file of weights
 */
export function jointTraining(
  config: SettledConfig,
  sets: readonly OpenedSet[],
  onEvent?: RunHooks['onEvent'],
): JointTraining {
  const model = freshNetwork(config, sets, onEvent);
  const heads = headsOf(sets);
  const tasks = sets.map(({ config: own, prepared }, i) =>
    jointTask(own, prepared, sets.length === 1 ? model : withHead(model, heads[i]), config),
  );
  if (sets.length === 1) {
    const [task] = tasks;
    const [{ prepared }] = sets;
    const sourceOf = (batch: number) => trainingSource(config, { ...prepared, batch });
    const look = (batch: Batch) => lookAt(task, batch);
    return trainingOn(config, { model, task }, sourceOf, 1, look);
  }
  const shares = portionsOf(config, sets);
  const task = new SharedObjective(
    model,
    sets.map(({ name }, i) => ({
      name,
      head: heads[i],
      share: shares[i] / config.batch,
      objective: tasks[i],
    })),
  );
  const sourceOf = (batch: number) => mixedSource({ ...config, batch }, sets);
  return trainingOn(config, { model, task }, sourceOf, sets.length, ({ parts }) =>
    parts.map((batch, i) => lookAt(tasks[i], batch)),
  );
}

/** What judging does with a batch: statistics may cost as much as a small network. */
function lookAt(task: JointObjective, batch: Batch): void {
  task.predict(batch);
  statisticsOf(batch);
}

/**
 * @param sourceOf the training images in batches of a size
 * @param fewest images that a batch must have
 */
function trainingOn<B extends { readonly count: number }>(
  config: SettledConfig,
  training: Omit<Training<B>, 'source'> & { readonly model: TwoHeaded },
  sourceOf: (batch: number) => BatchSource<B>,
  fewest: number,
  predict: (batch: B) => unknown,
): JointTraining {
  const { model } = training;
  const source = sourceOf(config.batch);
  const { images, batches } = source;
  return {
    model,
    images,
    batches,
    fit: (run, plan) =>
      fitInFolder(run, plan, { ...training, source: partOf(source, plan), quarter: true }),
    measure: (signal) =>
      measureTrial({
        ...training,
        batch: config.batch,
        fewest,
        sourceOf,
        optimiser: freshOptimiser(config, model),
        predict,
        seconds: secondsToMeasure(config.budget),
        signal,
      }),
  };
}

/** A network with fresh weights and a task head for each data set. */
function freshNetwork(
  config: SettledConfig,
  sets: readonly OpenedSet[],
  onEvent?: RunHooks['onEvent'],
): TwoHeaded {
  return freshModel(config, sharedShape(sets), sets[0].prepared.device, onEvent);
}

/** The same for weights of the run to be read into. */
export function emptyNetwork(config: SettledConfig, sets: readonly OpenedSet[]): TwoHeaded {
  return emptyModel(config, sharedShape(sets), sets[0].prepared.device);
}

function sharedShape(sets: readonly OpenedSet[]): Shape {
  const classes = headsOf(sets).reduce((sum, head) => sum + head.classes, 0);
  return { ...sets[0].prepared.shape, classes };
}

/** The task heads of the data sets, in their order. */
export function headsOf(sets: readonly OpenedSet[]): TaskRange[] {
  return taskRanges(sets.map(({ prepared }) => prepared.shape.classes));
}

/** Training images of all data sets. */
export function allTrained(sets: readonly OpenedSet[]): number {
  return sets.reduce((sum, { prepared }) => sum + prepared.split.train.length, 0);
}

/** Held-out images of all data sets. */
export function allHeldOut(sets: readonly OpenedSet[]): number {
  return sets.reduce((sum, { prepared }) => sum + heldOut(prepared).length, 0);
}

/**
 * Images a step: as configured, or as many as a data set of all these images would get, one of each set at least.
 *
 * @throws UserError `BATCH_TOO_LARGE`
 */
export function settled(given: Settled<LearnConfig>, sets: readonly OpenedSet[]): SettledConfig {
  const { data } = sets[0].prepared;
  const epochs = given.epochs === 'auto' ? null : given.epochs;
  const config = settleTraining(given, caseOn(given, data, allTrained(sets), 'both', epochs));
  if (sets.length === 1) return { ...config, batch: sets[0].prepared.batch };
  const root = sets.map((set) => set.config.data).join(', ');
  const all = { ...batchData(data), root, mostInBatch: null };
  const batch = batchFor(config, all, allTrained(sets), 'joint');
  return { ...config, batch: Math.max(batch, sets.length) };
}

/** Training images of each data set in a batch. */
function portionsOf({ batch }: SettledConfig, sets: readonly OpenedSet[]): number[] {
  return sharesOf(
    sets.map(({ prepared }) => prepared.split.train.length),
    batch,
  );
}

/**
 * Images of each data set in a batch: in proportion to their sizes, so that an epoch passes over all of them, but
 * at least one, and at most all there are (Webster's method, one image at a time).
 *
 * @param sizes training images; there must be as many as `batch` in all of them
 */
export function sharesOf(sizes: readonly number[], batch: number): number[] {
  const shares = sizes.map(() => 1);
  const claim = (i: number): number => (shares[i] < sizes[i] ? sizes[i] / (2 * shares[i] + 1) : -1);
  for (let given = sizes.length; given < batch; given++) {
    let next = 0;
    for (let i = 1; i < sizes.length; i++) if (claim(i) > claim(next)) next = i;
    shares[next]++;
  }
  return shares;
}

/** Batches with images of every data set; an epoch is as many images as there are in all of them. */
function mixedSource(
  config: SettledConfig,
  sets: readonly OpenedSet[],
): BatchSource<MixedBatch<Batch>> {
  const shares = portionsOf(config, sets);
  const sources = sets.map(({ prepared, config: own }, i) => ({
    images: shares[i],
    perPass: Math.floor(prepared.split.train.length / shares[i]),
    pass: (epoch: number) =>
      // Streams of its own: image 5 of one set must not always get what image 5 of another gets.
      trainingPass(own, prepared, { batch: shares[i], epoch, purpose: `train/${i}` }),
  }));
  return new MixedSource(sources, Math.floor(allTrained(sets) / config.batch));
}

/** All held-out images: those that choose the cut-offs first, then those that are judged. */
export function heldOut({
  split,
}: {
  readonly split: Pick<Prepared['split'], 'calibration' | 'judging'>;
}): Uint32Array {
  return Uint32Array.from([...split.calibration, ...split.judging]);
}

/** Step 1's recipe: a random subset of augmentations and controls. */
function jointRecipe(config: LearnConfig, prepared: Prepared): Recipe {
  return {
    kind: 'joint',
    transforms: prepared.labels.map((label) => label.spec),
    min: config.subset.min,
    max: Math.min(config.subset.max, prepared.labels.length),
    restore: config.restore,
  };
}

/** The training images of a data set under the joint recipe. */
function trainingSource(config: LearnConfig, prepared: Prepared): BatchSource<Batch> {
  const recipe = jointRecipe(config, prepared);
  return trainingEpochs(config, prepared, () => recipe);
}

/** A pass over the training images under the joint recipe. @param key names the random streams */
function trainingPass(config: LearnConfig, prepared: Prepared, key: PassKey): BatchStream<Batch> {
  return shuffledPass(config, prepared, jointRecipe(config, prepared), key);
}

/** How `jointTask` trains and asks the task head. */
interface JointTaskOptions {
  /** False where the network knows other classes: nothing is asked of its task head. Default true. */
  readonly taskKnown?: boolean;
  /** In training. Default 0. */
  readonly labelSmoothing?: number;
}

/**
 * Joint learning on these data, with the judging images held out.
 */
export function jointTask(
  config: LearnConfig,
  prepared: Prepared,
  model: Pick<TwoHeaded, 'forward'>,
  { taskKnown = true, labelSmoothing = 0 }: JointTaskOptions = {},
): JointObjective {
  const { labels, device, data } = prepared;
  const { classBalance } = config;
  const options = { device, classBalance, labelSmoothing };
  const recipe = jointRecipe(config, prepared);
  return new JointObjective({
    model,
    head: taskKnown ? taskFor(data).head(data, options) : unknownTaskHead,
    device,
    ...data.normalisation,
    labels: labels.length,
    border: prepared.border,
    seed: config.seed,
    held: () =>
      streamOf(prepared.loader, {
        indices: heldOut(prepared),
        batch: forwardBatch(data.size),
        recipe,
        granularity: config.granularity,
        purpose: 'held',
      }),
  });
}
