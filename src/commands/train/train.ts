import type { Recipe } from '../../augment/index.js';
import { Interrupted } from '../../core/index.js';
import {
  manifestSchema,
  readRunFile,
  trainingManifestSchema,
  trainingResultSchema,
  type Plan,
  type RunHooks,
  type Sheet,
  type TrainingResult,
} from '../../run/files/index.js';
import { readTrainConfig, type TrainConfig } from '../../config/index.js';
import type { Dataset } from '../../data/index.js';
import { hasLatest, type Evaluation } from '../../train/index.js';
import { fitInFolder } from '../../run/fit-in-folder.js';
import { imagesOf, initWeights } from './init-weights.js';
import { manifestOf, requireSameData } from '../../run/manifest.js';
import { shownImages, writePanels } from '../../pictures/panels.js';
import { planEvent, planRun } from '../../run/plan-run.js';
import type { PreparedData } from '../../run/prepare.js';
import { recipeFor } from './policy-recipe.js';
import type { RunFolder } from '../../run/run-folder.js';
import { inSitting, type Sitting } from '../../run/sitting.js';
import { cleanPass, epochOf, trainingEpochs } from '../../run/streams.js';
import { taskFor } from '../../run/task-for.js';
import {
  configuredPlan,
  costOfTraining,
  measureTraining,
  prepareTraining,
  withLooks,
} from './prepare-training.js';
import type { TrainedTask, TrainingTask } from '../../run/training-task.js';
import { resultOf } from './training-result.js';

export interface TrainResult {
  /** The run folder. */
  readonly out: string;
  readonly result: TrainingResult;
  /** Of this sitting. */
  readonly seconds: number;
}

/** A run under way. */
interface TrainRun extends Sitting {
  readonly config: TrainConfig;
  readonly prepared: PreparedData;
  readonly recipe: Recipe;
  readonly task: TrainingTask;
}

/**
 * Trains a network on a data set with a policy, from scratch or from another run's best weights
 * (thesis, 3.2), and tests the weights that were best on held-out images.
 *
 * Everything is kept in the run folder `config.out`: configuration, manifest, events, checkpoints and
 * `results.json`. The test images take part in no decision.
 *
 * @param task default: what the data's labels ask for
 * @param opened the data, where they have been read already
 * @throws UserError for the user's mistakes; `Interrupted` after the state was saved
 */
export function train(
  config: TrainConfig,
  hooks: RunHooks,
  task?: TrainingTask,
  opened?: Dataset,
): Promise<TrainResult> {
  return inSitting(config, hooks, async (sitting) => {
    const { folder, elapsed } = sitting;
    const { out, resume } = config;
    const result =
      resume && folder.has('results')
        ? readRunFile(out, 'results', trainingResultSchema)
        : await trainIn(sitting, config, task, opened);
    return { out, result, seconds: elapsed() };
  });
}

async function trainIn(
  sitting: Sitting,
  config: TrainConfig,
  task?: TrainingTask,
  opened?: Dataset,
): Promise<TrainingResult> {
  const { folder, hooks, elapsed } = sitting;
  const settings = config.resume ? sameRun(config, folder.config(readTrainConfig)) : config;
  hooks.onEvent({ type: 'started', out: config.out });
  const prepared = await prepareTraining(settings, hooks, opened);
  try {
    const run: TrainRun = {
      ...sitting,
      config: { ...settings, batch: prepared.batch },
      prepared,
      recipe: recipeOf(settings, folder, prepared),
      task: task ?? taskFor(prepared.data),
    };
    const result = await trainAndTest(run, await planOf(run));
    hooks.onEvent({ type: 'finished', status: 'trained', seconds: elapsed() });
    return result;
  } finally {
    await prepared.loader.close();
  }
}

/** The started run's configuration; what cannot change its numbers may be given anew. */
function sameRun(given: TrainConfig, stored: TrainConfig): TrainConfig {
  const { out, workers, init } = given;
  return { ...stored, out, workers, init, resume: true, overwrite: false };
}

/** A resumed run does what it was started with, whatever has become of its policy's file. */
function recipeOf(config: TrainConfig, folder: RunFolder, { data }: PreparedData): Recipe {
  const stored = config.resume ? folder.manifest(trainingManifestSchema)?.recipe : undefined;
  return stored ?? recipeFor(config, data);
}

/** The network with its first weights, and its task. */
function begin({ config, prepared, task }: TrainRun) {
  const model = task.model(config, prepared);
  const held = () => cleanPass(prepared, prepared.split.judging);
  return { model, task: task.task(model, prepared, held) };
}

/** A training that starts from another's weights takes smaller steps, at first or all along (decision 046). */
function ratedConfig(config: TrainConfig): TrainConfig {
  if (config.init === null) return config;
  const { finetune, optimiser, schedule } = config;
  const factor =
    finetune.lrFactor === 'auto' ? (schedule.name === 'onecycle' ? 1 : 0.1) : finetune.lrFactor;
  const lr = optimiser.lr * factor;
  return { ...config, optimiser: { ...config.optimiser, lr } };
}

/** The plan of the started run, or a new one, which is kept in the manifest. */
async function planOf(run: TrainRun): Promise<Plan> {
  const { config, prepared, folder, hooks } = run;
  const manifest = config.resume ? folder.manifest(trainingManifestSchema) : null;
  if (manifest !== null) {
    requireSameData(config, manifest.data, prepared.data);
    return manifest.plan;
  }
  // A wrong start shows before anything is measured or written.
  checkStart(run);
  const plan = await newPlan(run);
  if (hooks.signal.aborted) throw new Interrupted();
  const pretrainedImages = imagesOf(config.init);
  const { recipe } = run;
  folder.begin(config, { ...manifestOf(config, prepared, plan), recipe, pretrainedImages });
  return plan;
}

/** @throws UserError where the weights to start from do not fit */
function checkStart(run: TrainRun): void {
  const { config, prepared } = run;
  const { model } = begin(run);
  try {
    if (config.init !== null) initWeights(model, config.init, prepared.data.classes);
  } finally {
    model.free();
  }
}

/** Epochs as configured, or as many as fit the budget on this machine. */
async function newPlan(run: TrainRun): Promise<Plan> {
  const { config, prepared, hooks } = run;
  const { budget, epochs } = config;
  if (budget === null && epochs !== 'auto') {
    const reason = `${epochs} epochs of ${epochOf(prepared).images} images, as configured`;
    return withLooks(configuredPlan(epochs, reason), config);
  }
  hooks.onEvent({ type: 'phase', phase: 'plan' });
  const speed = await measureTraining(config, prepared);
  const cost = costOfTraining(config, prepared);
  const plan = planRun({ budget, epochs, ...cost, spent: run.elapsed() }, speed);
  hooks.onEvent(planEvent({ budget }, plan, epochOf(prepared).batches));
  return withLooks(plan, config);
}

/** Trains, then tests the weights that were best on the held-out images. */
async function trainAndTest(run: TrainRun, plan: Plan): Promise<TrainingResult> {
  const { config, prepared, folder, hooks } = run;
  const { model, task } = begin(run);
  try {
    const goesOn = config.resume && hasLatest(folder.file('checkpoint'));
    if (config.init !== null && !goesOn) initWeights(model, config.init, prepared.data.classes);
    const source = trainingEpochs(config, prepared, run.recipe);
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
      pretrainedImages: folder.manifest(manifestSchema)?.pretrainedImages ?? 0,
      run: folder.path,
    });
    folder.writeJson('results', result);
    return result;
  } finally {
    model.free();
  }
}

/** Pictures of test images with their masks and predictions, where there are masks. */
function panelsOf({ prepared, folder }: TrainRun, task: TrainedTask): Promise<Sheet> | undefined {
  const { data, split } = prepared;
  if (task.predictMasks === undefined) return undefined;
  const shown = cleanPass(prepared, shownImages(split.test));
  return writePanels(folder.path, data, shown, (batch) => task.predictMasks!(batch));
}
