import {
  settleTraining,
  usualTraining,
  type OpenTraining,
  type TrainConfig,
  type TrainingCase,
  type WithTraining,
} from '../../config/index.js';
import { UserError } from '../../core/index.js';
import { splitJudging, withTestPart, type BatchShare, type Dataset } from '../../data/index.js';
import { batchFor, caseOn, type BatchData } from '../../run/data-defaults.js';
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
 * `opened`: the data, where they have been read already; `share`: this process's part of every batch, where several train
 * together.
 *
 * @throws UserError `BATCH_PROCESSES` where a batch cannot be divided so
 */
export function prepareTraining(
  config: DataConfig &
    Pick<TrainConfig, 'batch' | 'epochs' | 'heldOut' | 'testShare' | 'optimiser'>,
  hooks: RunHooks,
  { opened, share }: { readonly opened?: Dataset; readonly share?: BatchShare } = {},
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
    const batch = trainingBatch(
      config,
      batchData(parts.data),
      caseOn(config, parts.data, images, 'task', knownEpochs(config)),
    );
    return { ...parts, share, batch: divisible(batch, config.batch === 'auto', share?.of ?? 1) };
  };
  return prepareData(config, hooks, divide, opened);
}

/**
 * Images a step of a training; the batch belongs to the optimiser that is chosen with it.
 *
 * @throws UserError `BATCH_TOO_LARGE`
 */
export function trainingBatch(
  config: Pick<TrainConfig, 'batch' | 'optimiser'>,
  data: BatchData,
  of: TrainingCase,
): number {
  const usual = config.optimiser.name === 'auto' ? usualTraining(of).batch : null;
  return batchFor(config, data, of.images, 'training', usual);
}

/** A batch that processes can share equally: as configured, or a little smaller. */
function divisible(batch: number, isFree: boolean, processes: number): number {
  const rest = batch % processes;
  if (rest === 0) return batch;
  const below = batch - rest;
  if (isFree && below > 0) return below;
  throw new UserError('BATCH_PROCESSES', 'The processes cannot share a batch equally.', {
    where: '--batch',
    expected: `a multiple of ${processes}, the number of processes`,
    got: String(batch),
    remedy: `choose ${below > 0 ? `${below} or ` : ''}${below + processes}`,
  });
}

/** The epochs as configured; null where the budget says them. */
export function knownEpochs({ epochs }: Pick<TrainConfig, 'epochs'>): number | null {
  return epochs === 'auto' ? null : epochs;
}

/**
 * Settings with what suits the training in place of every `auto`.
 *
 * @param epochs as planned; without them as configured
 */
export function settledOn<C extends OpenTraining & Pick<TrainConfig, 'model' | 'epochs'>>(
  config: C,
  { data, split }: PreparedData,
  epochs: number | null = knownEpochs(config),
): WithTraining<C> {
  return settleTraining(config, caseOn(config, data, split.train.length, 'task', epochs));
}

/** Whether the trunk of a training starts from weights. */
export function isPretrained(
  config: Pick<TrainConfig, 'model'>,
  { data, split }: PreparedData,
): boolean {
  return caseOn(config, data, split.train.length, 'task', null).pretrained;
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
 *
 * @param grows what is done to the images goes by these looks: none of the about twenty is left out
 */
export function withLooks<P extends Plan>(plan: P, config: Looking, grows = false): P {
  const auto = needsEveryEpoch(config) ? 1 : Math.max(1, Math.floor(plan.epochs / looks));
  const wanted = config.validateEvery === 'auto' ? auto : config.validateEvery;
  return { ...plan, validateEvery: grows ? Math.min(wanted, auto) : wanted };
}

/** The part of the images that an epoch is configured to train on. */
export function configuredPart({
  epochImages,
}: Pick<TrainConfig, 'epochImages'>): Pick<Plan, 'imagesPerEpoch'> {
  return epochImages === null ? {} : { imagesPerEpoch: epochImages };
}

/** A plan that nothing has to be measured for. */
export function configuredPlan(epochs: number, reason: string): Plan {
  return { epochs, validateEvery: 1, imagesPerSecond: 0, seconds: 0, reason };
}

type Cost = Pick<
  PlanInput,
  'trainImages' | 'batch' | 'judgingImages' | 'judgingPasses' | 'everyEpoch'
>;

/** What a training with held-out images and a test costs. */
export function costOfTraining(
  config: Looking & Pick<TrainConfig, 'epochImages'>,
  prepared: PreparedData,
): Cost {
  const { images } = epochOf(prepared);
  const { judging, test } = prepared.split;
  return costOfParts(config, {
    images,
    batch: prepared.batch,
    held: judging.length,
    test: test.length,
  });
}

/** The same by the sizes of the parts alone. @param parts `images`: of a whole epoch, in whole batches */
export function costOfParts(
  config: Looking & Pick<TrainConfig, 'epochImages'>,
  parts: {
    readonly images: number;
    readonly batch: number;
    readonly held: number;
    readonly test: number;
  },
): Cost {
  return {
    trainImages: Math.min(config.epochImages ?? Infinity, parts.images),
    batch: parts.batch,
    judgingImages: parts.held,
    judgingPasses: 1 + parts.test / parts.held,
    everyEpoch: needsEveryEpoch(config),
  };
}

/** Measures this machine on training with all augmentations, with a model that is thrown away. */
export async function measureTraining(
  open: TrainConfig,
  whole: PreparedData,
  signal: AbortSignal,
  budget = open.budget,
): Promise<Speed> {
  // One process measures its part; the others do theirs in the same time.
  const processes = whole.share?.of ?? 1;
  const prepared = { ...whole, batch: whole.batch / processes, share: undefined };
  const config = settledOn(open, prepared);
  const recipe = recipeFor({ ...config, policy: 'all' }, prepared.data);
  const { model, head, task } = freshTraining(config, prepared);
  const speed = await measureTrial({
    model,
    optimiser: freshOptimiser(config, model),
    task,
    batch: prepared.batch,
    fewest: 1,
    sourceOf: (batch) =>
      trainingEpochs(config, { ...prepared, batch }, () => recipeAt(recipe, 0, 1)),
    predict: (batch) => task.see(batch, (logits) => head.score(logits, batch)),
    seconds: secondsToMeasure(budget),
    signal,
  });
  return { ...speed, training: speed.training * processes };
}
