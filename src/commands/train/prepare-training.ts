import type { TrainConfig } from '../../config/index.js';
import { splitJudging, withTestPart, type Dataset } from '../../data/index.js';
import { batchFor } from '../../run/data-defaults.js';
import type { Plan, RunHooks } from '../../run/files/index.js';
import { freshOptimiser } from '../../run/fresh-model.js';
import type { PlanInput } from '../../run/plan-run.js';
import { batchData, prepareData, type DataConfig, type PreparedData } from '../../run/prepare.js';
import { measureTrial, secondsToMeasure, type Speed } from '../../run/speed.js';
import { splitNaming, type PartSetting } from '../../run/split-settings.js';
import { epochOf, trainingEpochs } from '../../run/streams.js';
import { freshTraining } from './fresh-training.js';
import { recipeAt } from './phases.js';
import { recipeFor } from './policy-recipe.js';

/**
 * The data of a training, with a test part and held-out images, which the run's seed chooses.
 *
 * @param opened the data, where they have been read already
 */
export function prepareTraining(
  config: DataConfig & Pick<TrainConfig, 'batch' | 'heldOut' | 'testShare'>,
  hooks: RunHooks,
  opened?: Dataset,
): Promise<PreparedData> {
  const { testShare, heldOut } = config;
  const settings: PartSetting[] = [
    { name: 'heldOut', value: heldOut, instead: '0.2' },
    { name: 'testShare', value: testShare, instead: '0.1' },
  ];
  const split = (all: Dataset) => {
    const data = withTestPart(all, testShare);
    return { data, split: splitJudging(data, { judging: heldOut, seed: config.seed }) };
  };
  const divide = (all: Dataset) => {
    const parts = splitNaming(settings, all, split);
    const images = parts.split.train.length;
    return { ...parts, batch: batchFor(config, batchData(parts.data), images, 'training') };
  };
  return prepareData(config, hooks, divide, opened);
}

/** Looks at the held-out images in a training, where nothing needs one after every epoch. */
const looks = 20;

type Looking = Pick<TrainConfig, 'schedule' | 'earlyStopping' | 'keepEpoch' | 'validateEvery'>;

/** True where schedule or early stopping need the held-out loss of every epoch. */
export function needsEveryEpoch({
  schedule,
  earlyStopping,
  keepEpoch,
}: Pick<Looking, 'schedule' | 'earlyStopping' | 'keepEpoch'>): boolean {
  return schedule.name === 'plateau' || earlyStopping !== null || keepEpoch === 'best';
}

/**
 * How often the held-out images are looked at depends on the epochs alone, never on this machine's speed: the
 * same training must come to the same weights on any machine.
 */
export function withLooks<P extends Plan>(plan: P, config: Looking): P {
  const auto = needsEveryEpoch(config) ? 1 : Math.max(1, Math.floor(plan.epochs / looks));
  const { validateEvery: wanted } = config;
  return { ...plan, validateEvery: wanted === 'auto' ? auto : wanted };
}

/** A plan that nothing has to be measured for. */
export function configuredPlan(epochs: number, reason: string): Plan {
  return { epochs, validateEvery: 1, imagesPerSecond: 0, seconds: 0, reason };
}

/** What a training with held-out images and a test costs. */
export function costOfTraining(
  config: Looking,
  prepared: PreparedData,
): Pick<PlanInput, 'trainImages' | 'judgingImages' | 'judgingPasses' | 'everyEpoch'> {
  const { judging: held, test } = prepared.split;
  return {
    trainImages: epochOf(prepared).images,
    judgingImages: held.length,
    judgingPasses: 1 + test.length / held.length,
    everyEpoch: needsEveryEpoch(config),
  };
}

/** Measures this machine on training with all augmentations, with a model that is thrown away. */
export function measureTraining(
  config: TrainConfig,
  prepared: PreparedData,
  signal: AbortSignal,
  budget = config.budget,
): Promise<Speed> {
  const recipe = recipeFor({ ...config, policy: 'all' }, prepared.data);
  const { model, head, task } = freshTraining(config, prepared);
  return measureTrial({
    model,
    optimiser: freshOptimiser(config, model),
    task,
    source: trainingEpochs(config, prepared, () => recipeAt(recipe, 0, 1)),
    predict: (batch) => task.see(batch, (logits) => head.score(logits, batch)),
    seconds: secondsToMeasure(budget),
    signal,
  });
}
