import { performance } from 'node:perf_hooks';
import type { Recipe } from '../augment/index.js';
import {
  Interrupted,
  readRunFile,
  readTrainConfig,
  trainingResultSchema,
  type RunEvent,
  type RunHooks,
  type Sheet,
  type TrainConfig,
  type TrainingResult,
} from '../config/index.js';
import { splitJudging, withTestPart, type Batch, type Dataset } from '../data/index.js';
import { hasLatest, type BatchSource, type BatchStream, type Evaluation } from '../train/index.js';
import { fitInFolder } from './fit-in-folder.js';
import { initWeights } from './init-weights.js';
import { manifestOf } from './manifest.js';
import { measureTrial } from './measure.js';
import { freshOptimiser } from './model.js';
import { shownImages, writePanels } from './panels.js';
import { planRun, secondsToMeasure, type Plan, type Speed } from './plan.js';
import { prepareData, type DataConfig, type PreparedData } from './prepare.js';
import { recipeFor } from './recipe.js';
import { RunFolder } from './run-folder.js';
import { sameData } from './same-data.js';
import { forwardBatch, streamOf } from './streams.js';
import { taskFor } from './task-for.js';
import type { TrainedTask, TrainingTask } from './training-task.js';
import { resultOf } from './training-result.js';

export interface TrainResult {
  /** The run folder. */
  readonly out: string;
  readonly result: TrainingResult;
  /** Of this sitting. */
  readonly seconds: number;
}

/** A run under way: what its steps share. */
interface Run {
  readonly config: TrainConfig;
  readonly hooks: RunHooks;
  readonly folder: RunFolder;
  readonly prepared: PreparedData;
  readonly recipe: Recipe;
  readonly task: TrainingTask;
  elapsed(): number;
}

/**
 * Trains a network on a data set with a policy, from scratch or from another run's best weights
 * (thesis, 3.2), and tests the weights that were best on held-out images.
 *
 * Everything stands in the run folder `config.out`: configuration, manifest, events, checkpoints and
 * `results.json`. The test images take part in no decision.
 *
 * @param task default: what the data's labels ask for
 * @param opened the data, where they have been read already
 * @throws UserError for the user's mistakes; `Interrupted` after the state was saved
 */
export async function train(
  config: TrainConfig,
  hooks: RunHooks,
  task?: TrainingTask,
  opened?: Dataset,
): Promise<TrainResult> {
  const start = performance.now();
  const elapsed = () => (performance.now() - start) / 1000;
  const { out } = config;
  const folder = RunFolder.open(config);
  if (config.resume && folder.has('results'))
    return { out, result: readRunFile(out, 'results', trainingResultSchema), seconds: elapsed() };
  const settings = config.resume ? sameRun(config, folder.config(readTrainConfig)) : config;
  const onEvent = (event: RunEvent) => {
    folder.log(event);
    hooks.onEvent(event);
  };
  const own: RunHooks = { onEvent, signal: hooks.signal };
  onEvent({ type: 'started', out });
  const prepared = await prepareTraining(settings, own, opened);
  try {
    const recipe = recipeOf(settings, folder, prepared);
    const run: Run = {
      config: settings,
      hooks: own,
      folder,
      prepared,
      recipe,
      task: task ?? taskFor(prepared.data),
      elapsed,
    };
    const plan = await planOf(run);
    const result = await trainAndTest(run, plan);
    onEvent({ type: 'finished', status: 'trained', seconds: elapsed() });
    return { out, result, seconds: elapsed() };
  } finally {
    await prepared.loader.close();
  }
}

/** The started run's configuration; what cannot change its numbers may be given anew. */
function sameRun(given: TrainConfig, stored: TrainConfig): TrainConfig {
  const { out, workers, init } = given;
  return { ...stored, out, workers, init, resume: true, overwrite: false };
}

/** The data with a test part and held-out images, which the run's seed chooses. */
export function prepareTraining(
  config: DataConfig & Pick<TrainConfig, 'heldOut' | 'testShare'>,
  hooks: RunHooks,
  opened?: Dataset,
): Promise<PreparedData> {
  const divide = (all: Dataset) => {
    const data = withTestPart(all, config.testShare);
    return { data, split: splitJudging(data, { judging: config.heldOut, seed: config.seed }) };
  };
  return prepareData(config, hooks, divide, opened);
}

/** A resumed run does what it was started with, whatever has become of its policy's file. */
function recipeOf(config: TrainConfig, folder: RunFolder, { data }: PreparedData): Recipe {
  const stored = config.resume ? folder.manifest()?.recipe : undefined;
  return (stored as Recipe | undefined) ?? recipeFor(config, data);
}

/** The training images under the run's recipe, shuffled anew each epoch. */
function sourceOf({
  config,
  prepared,
  recipe,
}: Pick<Run, 'config' | 'prepared' | 'recipe'>): BatchSource<Batch> {
  const { batch, granularity } = config;
  const indices = prepared.split.train;
  const batches = Math.floor(indices.length / batch);
  return {
    batches,
    images: batches * batch,
    epoch: (epoch) =>
      streamOf(prepared.loader, {
        indices,
        batch,
        epoch,
        recipe,
        granularity,
        shuffle: true,
        dropLast: true,
        purpose: 'train',
      }),
  };
}

/** Images as they are, in their order. */
function cleanPass({ loader, data }: PreparedData, indices: Uint32Array): BatchStream<Batch> {
  return streamOf(loader, { indices, batch: forwardBatch(data.size), purpose: 'clean' });
}

/** The network with its first weights, and its task. */
function begin({ config, prepared, task }: Pick<Run, 'config' | 'prepared' | 'task'>) {
  const model = task.model(config, prepared);
  const held = () => cleanPass(prepared, prepared.split.judging);
  return { model, task: task.task(model, prepared, held) };
}

/** A training that starts from another's weights takes smaller steps. */
function ratedConfig(config: TrainConfig): TrainConfig {
  if (config.init === null) return config;
  const lr = config.optimiser.lr * config.finetune.lrFactor;
  return { ...config, optimiser: { ...config.optimiser, lr } };
}

/** The plan of the started run, or a new one, which is kept in the manifest. */
async function planOf(run: Run): Promise<Plan> {
  const { config, prepared, folder, hooks } = run;
  const manifest = folder.manifest();
  if (config.resume && manifest !== null) {
    sameData(config, manifest, prepared.data);
    return manifest.plan as Plan;
  }
  // A wrong start shows before anything is measured or written.
  checkStart(run);
  const plan = await newPlan(run);
  if (hooks.signal.aborted) throw new Interrupted();
  const recipe = JSON.parse(JSON.stringify(run.recipe)) as Record<string, never>;
  const pretrainedImages = imagesOf(config.init);
  folder.begin(config, { ...manifestOf(config, prepared, plan), recipe, pretrainedImages });
  return plan;
}

/** @throws UserError where the weights to start from do not fit */
function checkStart(run: Run): void {
  const { config, prepared } = run;
  const { model } = begin(run);
  try {
    if (config.init !== null) initWeights(model, config.init, prepared.data.classes);
  } finally {
    model.free();
  }
}

/** Looks at the held-out images in a training, where nothing needs one after every epoch. */
const looks = 20;

/**
 * Epochs as configured, or as many as fit the budget on this machine. How often the held-out images are
 * looked at depends on the epochs alone: the same training must come to the same weights on any machine.
 */
async function newPlan(run: Run): Promise<Plan> {
  const { config, prepared, hooks } = run;
  const { schedule, earlyStopping, budget, epochs, validateEvery: wanted } = config;
  const { images, batches } = sourceOf(run);
  const everyEpoch = schedule.name === 'plateau' || earlyStopping !== null;
  const withLooks = (plan: Plan): Plan => {
    const auto = everyEpoch ? 1 : Math.max(1, Math.floor(plan.epochs / looks));
    return { ...plan, validateEvery: wanted === 'auto' ? auto : wanted };
  };
  if (budget === null && epochs !== 'auto') {
    const reason = `${epochs} epochs of ${images} images, as configured`;
    return withLooks({ epochs, validateEvery: 1, imagesPerSecond: 0, seconds: 0, reason });
  }
  hooks.onEvent({ type: 'phase', phase: 'plan' });
  const speed = await measureTraining(config, prepared);
  const { judging: held, test } = prepared.split;
  const plan = withLooks(
    planRun(
      {
        budget,
        epochs,
        trainImages: images,
        judgingImages: held.length,
        judgingPasses: 1 + test.length / held.length,
        everyEpoch,
        spent: run.elapsed(),
      },
      speed,
    ),
  );
  const { imagesPerSecond, seconds, reason } = plan;
  hooks.onEvent({
    type: 'plan',
    epochs: plan.epochs,
    stepsPerEpoch: batches,
    imagesPerSecond,
    seconds,
    budget,
    reason,
  });
  return plan;
}

/** Measures this machine on training with all augmentations, with a model that is thrown away. */
export function measureTraining(
  config: TrainConfig,
  prepared: PreparedData,
  budget = config.budget,
): Promise<Speed> {
  const all = { ...config, policy: 'all' };
  const recipe = recipeFor(all, prepared.data);
  const { model, task } = begin({ config, prepared, task: taskFor(prepared.data) });
  return measureTrial({
    model,
    optimiser: freshOptimiser(config, model),
    task,
    source: sourceOf({ config, prepared, recipe }),
    predict: (batch) => task.predict(batch),
    seconds: secondsToMeasure(budget),
  });
}

/** Trains, then tests the weights that were best on the held-out images. */
async function trainAndTest(run: Run, plan: Plan): Promise<TrainingResult> {
  const { config, prepared, folder, hooks } = run;
  const { model, task } = begin(run);
  try {
    const goesOn = config.resume && hasLatest(folder.file('checkpoint'));
    if (config.init !== null && !goesOn) initWeights(model, config.init, prepared.data.classes);
    const source = sourceOf(run);
    hooks.onEvent({ type: 'phase', phase: 'train', label: 'Training' });
    const fitted = await fitInFolder({ ...run, config: ratedConfig(config) }, plan, {
      model,
      task,
      source,
    });
    if (fitted.ended === 'interrupted') {
      hooks.onEvent({ type: 'stopped', reason: 'interrupted', epoch: fitted.epochs });
      throw new Interrupted(config.out, 'train');
    }
    hooks.onEvent({ type: 'phase', phase: 'test' });
    const evaluate = (indices: Uint32Array): Promise<Evaluation> =>
      task.evaluate(cleanPass(prepared, indices));
    const result = resultOf({
      config,
      task: run.task.name,
      figures: run.task.figures(prepared.data),
      data: prepared.data,
      panels: await panelsOf(run, task),
      test: await evaluate(prepared.split.test),
      heldOut: await evaluate(prepared.split.judging),
      fitted,
      imagesPerEpoch: source.images,
      pretrainedImages: folder.manifest()?.pretrainedImages ?? 0,
      run: folder.path,
    });
    folder.writeJson('results', result);
    return result;
  } finally {
    model.free();
  }
}

/** Pictures of test images with their masks and predictions, where there are masks. */
function panelsOf({ prepared, folder }: Run, task: TrainedTask): Promise<Sheet> | undefined {
  const { data, split } = prepared;
  if (task.predictMasks === undefined) return undefined;
  const shown = cleanPass(prepared, shownImages(split.test));
  return writePanels(folder.path, data, shown, (batch) => task.predictMasks!(batch));
}

/** Images that the run to start from had seen when it ended, its own start's included. */
function imagesOf(init: string | null): number {
  if (init === null) return 0;
  const results = readIfThere(init);
  return results === null ? 0 : results.images + results.pretrainedImages;
}

function readIfThere(run: string): TrainingResult | null {
  try {
    return readRunFile(run, 'results', trainingResultSchema);
  } catch {
    // A learn run, or one that was stopped: its weights count all the same.
    return null;
  }
}
