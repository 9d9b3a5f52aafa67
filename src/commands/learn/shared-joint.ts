import type { SettledSeveral, SeveralConfig } from '../../config/index.js';
import type { Batch } from '../../data/index.js';
import { taskRanges, withHead, type TaskRange, type TwoHeaded } from '../../models/index.js';
import { SeveralTask } from '../../safe/index.js';
import { MixedSource, type BatchSource, type MixedBatch } from '../../train/index.js';
import { batchFor } from '../../run/batch.js';
import { heldOut, jointTask, trainingPass } from './joint.js';
import { measureTrial } from '../../run/trial.js';
import { freshModel, freshOptimiser } from '../../run/fresh-model.js';
import { secondsToMeasure, type Speed } from '../../run/plan.js';
import { sharesOf } from './shares.js';
import type { LearnedSet } from './sets.js';

/** The task heads of the sets, in their order. */
export function headsOf(sets: readonly LearnedSet[]): TaskRange[] {
  return taskRanges(sets.map(({ prepared }) => prepared.shape.classes));
}

/** A network with fresh weights: one trunk, one recognition head, a task head for each set. */
export function sharedModel(config: SettledSeveral, sets: readonly LearnedSet[]): TwoHeaded {
  const [{ prepared }] = sets;
  const classes = headsOf(sets).reduce((sum, head) => sum + head.classes, 0);
  return freshModel(config, { ...prepared.shape, classes }, prepared.device);
}

/** Training images of all sets. */
function allTrained(sets: readonly LearnedSet[]): number {
  return sets.reduce((sum, { prepared }) => sum + prepared.split.train.length, 0);
}

/**
 * Images a step: as configured, or as many as a data set of all these images would get, one of each set at least.
 *
 * @throws UserError `BATCH_TOO_LARGE`
 */
export function settled(config: SeveralConfig, sets: readonly LearnedSet[]): SettledSeveral {
  const all = { root: config.data.join(', '), mostInBatch: null };
  const batch = batchFor(config, all, allTrained(sets), 'joint');
  return { ...config, batch: Math.max(batch, sets.length) };
}

/** Training images of each set in a batch. */
function portionsOf({ batch }: SettledSeveral, sets: readonly LearnedSet[]): number[] {
  return sharesOf(
    sets.map(({ prepared }) => prepared.split.train.length),
    batch,
  );
}

/** Batches with images of every set; an epoch is as many images as there are in all of them. */
export function mixedSource(
  config: SettledSeveral,
  sets: readonly LearnedSet[],
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

/** Joint learning on all sets, with the judging images of each held out. */
export function severalTask(
  config: SettledSeveral,
  sets: readonly LearnedSet[],
  model: TwoHeaded,
): SeveralTask {
  const shares = portionsOf(config, sets);
  const heads = headsOf(sets);
  return new SeveralTask(
    model,
    sets.map(({ name, config: own, prepared }, i) => ({
      name,
      head: heads[i],
      share: shares[i] / config.batch,
      task: jointTask(own, prepared, withHead(model, heads[i])),
    })),
  );
}

/** Held-out images of all sets. */
export function allHeldOut(sets: readonly LearnedSet[]): number {
  return sets.reduce((sum, { prepared }) => sum + heldOut(prepared).length, 0);
}

/** Measures this machine on the run in hand, with a model that is thrown away. */
export async function measureSets(
  config: SettledSeveral,
  sets: readonly LearnedSet[],
): Promise<Speed> {
  const model = sharedModel(config, sets);
  const heads = headsOf(sets);
  const alone = sets.map(({ config: own, prepared }, i) =>
    jointTask(own, prepared, withHead(model, heads[i])),
  );
  return measureTrial({
    model,
    optimiser: freshOptimiser(config, model),
    task: severalTask(config, sets, model),
    source: mixedSource(config, sets),
    predict: ({ parts }) => parts.map((batch, i) => alone[i].predict(batch)),
    seconds: secondsToMeasure(config.budget),
  });
}
