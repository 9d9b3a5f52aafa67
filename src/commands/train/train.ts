import { existsSync } from 'node:fs';
import { counted, Interrupted } from '../../core/index.js';
import { namedFile } from '../../models/index.js';
import {
  manifestSchema,
  readRunFile,
  trainingManifestSchema,
  trainingResultSchema,
  type Plan,
  type RunHooks,
  type TrainingResult,
} from '../../run/files/index.js';
import { readTrainConfig, type TrainConfig, type WithTraining } from '../../config/index.js';
import { groupsAmong, type Dataset } from '../../data/index.js';
import { taskFor, type Evaluation, unlearnedWarning } from '../../tasks/index.js';
import { hasLatest } from '../../train/index.js';
import { fitInFolder } from '../../run/fit-in-folder.js';
import type { ProcessGroup } from '../../run/processes/group.js';
import { launchOf } from '../../run/processes/launch.js';
import { ratedConfig, sourceOf } from './fit-source.js';
import { freshTraining } from './fresh-training.js';
import { imagesOf, initWeights } from './init-weights.js';
import { keepMachine, settleMachine } from '../../run/machine.js';
import { settleImages, type Settled } from '../../run/settle-images.js';
import { placed } from '../../run/folder/places.js';
import { manifestOf, requireSameData } from '../../run/manifest.js';
import { shownImages } from '../../pictures/panels.js';
import { planEvent, planRun } from '../../run/plan-run.js';
import type { PreparedData } from '../../run/prepare.js';
import { growthOf, type TrainingRecipe } from './phases.js';
import { recipeFor } from './policy-recipe.js';
import type { RunFolder } from '../../run/folder/run-folder.js';
import { inSitting, type Sitting } from '../../run/sitting.js';
import { dataSource, type RunSource } from '../../run/folder/sources.js';
import { cleanPass, epochOf, stoppable } from '../../run/streams.js';
import {
  configuredPart,
  configuredPlan,
  costOfTraining,
  isPretrained,
  measureTraining,
  prepareTraining,
  settledOn,
  withLooks,
} from './prepare-training.js';
import { warnOfTested } from './tested-apart.js';
import { drawPolicy } from './policy-samples.js';
import { shareOf, tellDone, tellPlan, tellPrepared, tellSettings } from './orders.js';
import { resultOf } from './training-result.js';

export interface TrainResult {
  /** The run folder. */
  readonly out: string;
  readonly result: TrainingResult;
  /** Of this sitting. */
  readonly seconds: number;
}

/** What a comparison gives its trainings. */
export interface TrainOptions {
  /** The data, where they have been read already. */
  readonly opened?: Dataset;
  /** The number of threads has been settled for all of them, on whatever machine. Default false. */
  readonly threadsKept?: boolean;
  /** Draws what the policy does before the training. Default false */
  readonly samplesFirst?: boolean;
  /** The processes that train together, of which this is the first. Default: it is alone. */
  readonly group?: ProcessGroup;
}

/** A run under way. */
interface TrainRun extends Sitting {
  readonly config: WithTraining<Settled<TrainConfig>>;
  readonly prepared: PreparedData;
  readonly recipe: TrainingRecipe;
  readonly group?: ProcessGroup;
}

/**
 * Trains a network on a data set with a policy, from scratch or from another run's weights
 * (thesis, 3.2), and tests the weights of the last epoch, or of the epoch that `keepEpoch` says.
 *
 * Everything is kept in the run folder `config.out`: configuration, manifest, events, checkpoints and
 * `results.json`. The test images take part in no decision.
 *
 * @throws UserError for the user's mistakes; `Interrupted` after the state was saved
 */
export function train(
  config: TrainConfig,
  hooks: RunHooks,
  options: TrainOptions = {},
): Promise<TrainResult> {
  return inSitting(
    config,
    hooks,
    async (sitting) => {
      const { folder, elapsed } = sitting;
      const { out, resume } = config;
      const isDone = resume && folder.has('results');
      if (isDone) tellDone(options.group);
      const result = isDone
        ? readRunFile(out, 'results', trainingResultSchema)
        : await trainIn(sitting, config, options);
      return { out, result, seconds: elapsed() };
    },
    sourcesOf(config),
  );
}

/** What a run is made from. */
export function sourcesOf(
  config: Pick<TrainConfig, 'data' | 'from' | 'model'> &
    Partial<Pick<TrainConfig, 'init' | 'policy'>>,
): RunSource[] {
  const named: [string, string | null | undefined][] = [
    ['--from', config.from],
    ['--init', config.init],
    ['--policy', config.policy],
    ['model.weights', namedFile(config.model.weights)],
  ];
  return [
    dataSource(config.data),
    ...named.flatMap(([option, path]) =>
      path === null || path === undefined || !existsSync(path) ? [] : [{ option, path }],
    ),
  ];
}

async function trainIn(
  sitting: Sitting,
  config: TrainConfig,
  { opened, threadsKept = false, group, samplesFirst }: TrainOptions,
): Promise<TrainingResult> {
  const { folder, hooks, elapsed } = sitting;
  const started = config.resume ? folder.manifest(manifestSchema) : null;
  const wanted = config.resume
    ? placed(sameRun(config, folder.config(readTrainConfig)), config.out, started)
    : config;
  hooks.onEvent({ type: 'started', out: config.out });
  const given = threadsKept ? keepMachine(wanted, hooks) : settleMachine(wanted, hooks, started);
  const { from, init } = wanted;
  const settings = await settleImages(given, hooks, { started, from, init });
  tellSettings(group, wanted, settings);
  const prepared = await prepareTraining(settings, hooks, { opened, share: shareOf(group) });
  try {
    tellPrepared(group, prepared);
    const open = { ...settings, batch: prepared.batch };
    // What suits a training depends on its length, which a budget leaves open at first.
    const settle = (epochs?: number) => settledOn(open, prepared, epochs);
    const recipe = recipeOf(settings, folder, prepared);
    const run: TrainRun = { ...sitting, config: settle(), prepared, recipe, group };
    const plan = await planOf(run, ({ epochs }) => settle(epochs));
    tellPlan(group, plan, recipe);
    if (samplesFirst) await drawPolicy(folder.path, run, plan);
    const result = await trainAndTest({ ...run, config: settle(plan.epochs) }, plan);
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
function recipeOf(config: TrainConfig, folder: RunFolder, prepared: PreparedData): TrainingRecipe {
  const stored = config.resume ? folder.manifest(trainingManifestSchema)?.recipe : undefined;
  const pretrained = isPretrained(config, prepared);
  return stored ?? recipeFor(config, { ...prepared.data, pretrained });
}

/** The plan of the started run, or a new one, which is kept in the manifest. */
async function planOf(run: TrainRun, settled: (plan: Plan) => TrainRun['config']): Promise<Plan> {
  const { config, prepared, folder, hooks } = run;
  const manifest = config.resume ? folder.manifest(trainingManifestSchema) : null;
  if (manifest !== null) {
    requireSameData(config, manifest.data, prepared.data);
    folder.writeParts([prepared]);
    return manifest.plan;
  }
  for (const source of [config.from, config.init]) warnOfTested(source, prepared, hooks);
  // A wrong start shows before anything is measured or written.
  checkStart(run);
  const plan = await newPlan(run);
  if (hooks.signal.aborted) throw new Interrupted();
  const pretrainedImages = imagesOf(config.init);
  const { recipe } = run;
  const { size: count, id: launch } = launchOf();
  folder.begin(settled(plan), {
    ...manifestOf(config, prepared, plan),
    ...{ recipe, pretrainedImages },
    ...(launch !== '' && { processes: { count, launch } }),
  });
  folder.writeParts([prepared]);
  return plan;
}

/** @throws UserError where the weights to start from do not fit */
function checkStart(run: TrainRun): void {
  const { config, prepared } = run;
  const { model } = freshTraining(config, prepared);
  try {
    if (config.init !== null) initWeights(model, config.init, prepared.data.classes);
  } finally {
    model.free();
  }
}

/** Epochs as configured, or as many as fit the budget on this machine. */
async function newPlan(run: TrainRun): Promise<Plan> {
  const { config, prepared, recipe, hooks } = run;
  const { budget, epochs } = config;
  const grows = growthOf(recipe) !== undefined;
  if (budget === null && epochs !== 'auto') {
    const { images } = sourceOf(run, { epochs, ...configuredPart(config) });
    const reason = `${counted(epochs, 'epoch')} of ${images} images, as configured`;
    const plan = { ...configuredPlan(epochs, reason), ...configuredPart(config) };
    return withLooks(plan, config, grows);
  }
  hooks.onEvent({ type: 'phase', phase: 'plan' });
  const speed = await measureTraining(config, prepared, hooks.signal);
  const cost = costOfTraining(config, prepared);
  const planned = planRun({ budget, epochs, ...cost, spent: run.elapsed() }, speed);
  const plan = { ...configuredPart(config), ...planned };
  hooks.onEvent(planEvent({ budget }, plan, epochOf(prepared).batches));
  return withLooks(plan, config, grows);
}

/** Trains, then tests the weights that the run ended with. */
async function trainAndTest(run: TrainRun, plan: Plan): Promise<TrainingResult> {
  const { config, prepared, folder, hooks } = run;
  const goesOn = config.resume && hasLatest(folder.file('checkpoint'));
  const anew = config.init === null && !goesOn;
  const { model, head, task } = freshTraining(config, prepared, anew ? hooks.onEvent : undefined);
  try {
    if (config.init !== null && !goesOn) initWeights(model, config.init, prepared.data.classes);
    const source = sourceOf(run, plan);
    hooks.onEvent({ type: 'phase', phase: 'train', label: 'Training' });
    const training = { model, task, source };
    const { norms } = config.processes;
    const fitted = await fitInFolder(
      { ...run, config: ratedConfig(config), norms },
      plan,
      training,
    );
    if (fitted.ended === 'interrupted') {
      hooks.onEvent({ type: 'stopped', reason: 'interrupted', epoch: fitted.epochs });
      throw new Interrupted(config.out, 'train');
    }
    hooks.onEvent({ type: 'phase', phase: 'test' });
    const check = (): void => {
      if (hooks.signal.aborted) throw new Interrupted(config.out, 'train');
    };
    const evaluate = (indices: Uint32Array): Promise<Evaluation> =>
      task.evaluate(stoppable(cleanPass(prepared, indices), check));
    const shown = cleanPass(prepared, shownImages(prepared.split.test));
    const kind = taskFor(prepared.data);
    const result = resultOf({
      config,
      task: kind.name,
      figures: kind.figures(prepared.data),
      // Pictures of test images with what the network says of them, where the task has any.
      panels: await head.drawPanels?.(folder.path, shown, (batch, read) => task.see(batch, read)),
      test: await evaluate(prepared.split.test),
      testGroups: groupsAmong(prepared.data, prepared.split.test),
      heldOut: await evaluate(prepared.split.judging),
      fitted,
      imagesPerStep: source.images / source.batches,
      pretrainedImages: folder.manifest(manifestSchema)?.pretrainedImages ?? 0,
      run: folder.path,
    });
    const message = unlearnedWarning(result.test.classes, config, 'test');
    if (message !== undefined) hooks.onEvent({ type: 'warning', code: 'CLASSES', message });
    folder.writeJson('results', result);
    return result;
  } finally {
    model.free();
  }
}
