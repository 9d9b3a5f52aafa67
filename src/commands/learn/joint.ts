import type { Recipe, TransformSpec } from '../../augment/index.js';
import type { LearnConfig } from '../../config/index.js';
import type { Batch } from '../../data/index.js';
import type { TwoHeaded } from '../../models/index.js';
import { JointTask, type JudgingPasses } from '../../safe/index.js';
import { taskFor, unknownTaskHead } from '../../tasks/index.js';
import type { BatchSource, BatchStream } from '../../train/index.js';
import { freshModel, freshOptimiser } from '../../run/fresh-model.js';
import { measureTrial } from '../../run/trial.js';
import { secondsToMeasure, type Speed } from '../../run/plan.js';
import type { Prepared } from './prepare-learning.js';
import {
  forwardBatch,
  shuffledPass,
  streamOf,
  trainingEpochs,
  type Drawn,
} from '../../run/streams.js';

/** All held-out images: those that choose the cut-offs first, then those that are judged. */
export function heldOut({ split }: Prepared): Uint32Array {
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

/** The training images under the joint recipe. */
export function trainingSource(config: LearnConfig, prepared: Prepared): BatchSource<Batch> {
  return trainingEpochs(config, prepared, jointRecipe(config, prepared));
}

/** A pass over the training images under the joint recipe. @param drawn names the random streams */
export function trainingPass(
  config: LearnConfig,
  prepared: Prepared,
  drawn: Drawn,
): BatchStream<Batch> {
  return shuffledPass(config, prepared, jointRecipe(config, prepared), drawn);
}

/**
 * Joint learning on these data, with the judging images held out.
 *
 * @param taskKnown false where the network knows other classes: nothing is asked of its task head
 */
export function jointTask(
  config: LearnConfig,
  prepared: Prepared,
  model: Pick<TwoHeaded, 'forward'>,
  taskKnown = true,
): JointTask {
  const { labels, device, data } = prepared;
  const { classBalance } = config;
  const recipe = jointRecipe(config, prepared);
  return new JointTask({
    model,
    head: taskKnown ? taskFor(data).head(data, { device, classBalance }) : unknownTaskHead,
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

/** The judging images clean, or with transforms applied one after the other. */
export function judgingPasses(config: LearnConfig, prepared: Prepared): JudgingPasses {
  const { restore } = config;
  return (transforms: readonly TransformSpec[] | null, draw: number) =>
    streamOf(prepared.loader, {
      indices: heldOut(prepared),
      batch: forwardBatch(prepared.data.size),
      epoch: draw,
      recipe:
        transforms === null
          ? { kind: 'none' }
          : { kind: 'sequence', transforms: [...transforms], restore },
      // Without restoring, only images cropped alike are of one size.
      granularity: restore === 'none' ? 'batch' : 'image',
      purpose: 'judging',
    });
}

/** Measures this machine on the run in hand, with a model that is thrown away. */
export async function measureMachine(config: LearnConfig, prepared: Prepared): Promise<Speed> {
  const model = freshModel(config, prepared.shape, prepared.device);
  const optimiser = freshOptimiser(config, model);
  const task = jointTask(config, prepared, model);
  return measureTrial({
    model,
    optimiser,
    task,
    source: trainingSource(config, prepared),
    predict: (batch) => task.predict(batch),
    seconds: secondsToMeasure(config.budget),
  });
}
