import type { SettledTraining, TrainConfig } from '../../config/index.js';
import type { Batch } from '../../data/index.js';
import type { Plan } from '../../run/files/index.js';
import type { PreparedData } from '../../run/prepare.js';
import { partOf, trainingEpochs } from '../../run/streams.js';
import type { BatchSource } from '../../train/index.js';
import { growthOf, recipeAt, type TrainingRecipe } from './phases.js';

/** A training that starts from another's weights takes smaller steps, at first or all along (decision 046). */
export function ratedConfig<
  C extends Pick<TrainConfig, 'init' | 'finetune' | 'schedule'> &
    Pick<SettledTraining, 'optimiser'>,
>(config: C): C {
  if (config.init === null) return config;
  const { finetune, optimiser, schedule } = config;
  const factor =
    finetune.lrFactor === 'auto' ? (schedule.name === 'onecycle' ? 1 : 0.1) : finetune.lrFactor;
  const lr = optimiser.lr * factor;
  return { ...config, optimiser: { ...config.optimiser, lr } };
}

/** Of a run: on what it trains, and what is done to it. */
interface TrainedOn {
  readonly config: Pick<TrainConfig, 'granularity'>;
  readonly prepared: PreparedData;
  readonly recipe: TrainingRecipe;
}

/** The training images of each epoch, under what the policy does then; its phases end with a training that the clock cuts short. */
export function sourceOf(
  { config, prepared, recipe }: TrainedOn,
  plan: Pick<Plan, 'epochs' | 'imagesPerEpoch'>,
): BatchSource<Batch> {
  const all = trainingEpochs(config, prepared, (epoch, epochs = plan.epochs, strength) =>
    recipeAt(recipe, epoch, epochs, strength),
  );
  return partOf({ ...all, growth: growthOf(recipe) }, plan);
}
