import { Interrupted } from '../../core/index.js';
import { readLearnConfig, type LearnConfig } from '../../config/index.js';
import {
  readRunFile,
  selectionSchema,
  type RunHooks,
  type Selection,
  type Sheet,
} from '../../run/files/index.js';
import type { TwoHeaded } from '../../models/index.js';
import type { JudgingResult } from '../../safe/index.js';
import { fitInFolder } from '../../run/fit-in-folder.js';
import { jointTask, heldOut, measureMachine, trainingSource } from './joint.js';
import { manifestOf } from '../../run/manifest.js';
import { freshModel } from '../../run/fresh-model.js';
import { shownImages } from '../../pictures/panels.js';
import { taskFor } from '../../tasks/index.js';
import { planEvent, type Plan } from '../../run/plan.js';
import { planLearning } from './plan-learning.js';
import { writePolicies } from './write-policies.js';
import { originalsFor } from '../../run/prepare.js';
import { prepare, type Prepared } from './prepare-learning.js';
import { inSitting, type Sitting } from '../../run/sitting.js';
import { cleanPass, epochOf } from '../../run/streams.js';
import { sameData } from '../../run/same-data.js';
import { writeSamples } from '../../pictures/samples.js';
import { judgeAll } from './judge-all.js';

export interface LearnResult {
  /** The run folder. */
  readonly out: string;
  readonly selection: Selection;
  /** Of this sitting. */
  readonly seconds: number;
}

export interface LearnOptions {
  /** Called with everything that judging saw, before the selection is written. */
  onJudged?(result: JudgingResult): void;
}

/** A run under way. */
interface Run extends Sitting {
  readonly config: LearnConfig;
  readonly options: LearnOptions;
  readonly prepared: Prepared;
}

/**
 * Learns which augmentations are safe for a data set: joint learning, judging, selection; steps 1 to 4
 * of the thesis (3.1).
 *
 * Everything stands in the run folder `config.out`: configuration, manifest, events, checkpoints,
 * `selection.json` and the policies.
 *
 * @throws UserError for the user's mistakes; `Interrupted` after the state was saved
 */
export function learn(
  config: LearnConfig,
  hooks: RunHooks,
  options: LearnOptions = {},
): Promise<LearnResult> {
  return inSitting(config, hooks, async (sitting) => {
    const { out, resume } = config;
    const selection =
      resume && sitting.folder.has('selection')
        ? readRunFile(out, 'selection', selectionSchema)
        : await learnIn(sitting, config, options);
    return { out, selection, seconds: sitting.elapsed() };
  });
}

async function learnIn(
  sitting: Sitting,
  config: LearnConfig,
  options: LearnOptions,
): Promise<Selection> {
  const { folder, hooks, elapsed } = sitting;
  const settings = config.resume ? sameRun(config, folder.config(readLearnConfig)) : config;
  hooks.onEvent({ type: 'started', out: config.out });
  const prepared = await prepare(settings, hooks);
  const run: Run = {
    ...sitting,
    config: { ...settings, batch: prepared.batch },
    options,
    prepared,
  };
  try {
    const plan = await planOf(run);
    const model = await train(run, plan);
    const selection = await select(run, plan, model);
    hooks.onEvent({ type: 'phase', phase: 'report' });
    await writeSamples(
      folder.path,
      { ...prepared.data, originals: originalsFor(settings, prepared.data) },
      settings,
      selection,
      await panelsOf(run, model),
    );
    hooks.onEvent({ type: 'finished', status: selection.status, seconds: elapsed() });
    return selection;
  } finally {
    await prepared.loader.close();
  }
}

/** The started run's configuration; what cannot change its numbers may be given anew. */
function sameRun(given: LearnConfig, stored: LearnConfig): LearnConfig {
  return { ...stored, out: given.out, resume: true, overwrite: false, workers: given.workers };
}

/** The plan of the started run, or a new one, which is kept in the manifest. */
async function planOf(run: Run): Promise<Plan> {
  const { config, prepared, folder, hooks } = run;
  const manifest = config.resume ? folder.manifest() : null;
  if (manifest !== null) {
    sameData(config, manifest, prepared.data);
    return manifest.plan as Plan;
  }
  hooks.onEvent({ type: 'phase', phase: 'plan' });
  const speed = await measureMachine(config, prepared);
  const source = trainingSource(config, prepared);
  const plan = planLearning(
    config,
    {
      trainImages: source.images,
      judgingImages: heldOut(prepared).length,
      labels: prepared.labels.length,
      spent: run.elapsed(),
    },
    speed,
  );
  if (hooks.signal.aborted) throw new Interrupted();
  folder.begin(config, manifestOf(config, prepared, plan));
  hooks.onEvent(planEvent(config, plan, source.batches));
  return plan;
}

/** Step 1: joint learning. */
async function train(run: Run, plan: Plan): Promise<TwoHeaded> {
  const { config, prepared } = run;
  const model = freshModel(config, prepared.shape, prepared.device);
  run.hooks.onEvent({ type: 'phase', phase: 'train' });
  const { ended, epochs } = await fitInFolder(run, plan, {
    model,
    task: jointTask(config, prepared, model),
    source: trainingSource(config, prepared),
  });
  if (ended === 'interrupted') interrupt(run, epochs);
  return model;
}

/** Pictures of judging images with what the network says of them, where the task has any. */
function panelsOf({ config, prepared, folder }: Run, model: TwoHeaded): Promise<Sheet> | undefined {
  const { data, split, device } = prepared;
  const { drawPanels } = taskFor(data).head(data, { device, classBalance: config.classBalance });
  const task = jointTask(config, prepared, model);
  const shown = cleanPass(prepared, shownImages(split.judging), 'panels');
  return drawPanels?.(folder.path, shown, (batch, read) => task.see(batch, read));
}

/** Steps 2 to 4: clean pass, augmented passes, selection. */
async function select(run: Run, plan: Plan, model: TwoHeaded): Promise<Selection> {
  const { config, prepared, folder, hooks } = run;
  const selection = await judgeAll({
    config,
    prepared,
    model,
    onEvent: (event) => hooks.onEvent(event),
    check() {
      if (hooks.signal.aborted) interrupt(run, 0);
    },
    mayContinue: () => config.budget === null || run.elapsed() < config.budget * 0.95,
    imagesForPairs: plan.epochs * epochOf(prepared).images,
    onJudged: run.options.onJudged,
  });
  folder.writeJson('selection', selection);
  writePolicies(folder, config, selection, prepared.data.size);
  return selection;
}

function interrupt(run: Run, epoch: number): never {
  run.hooks.onEvent({ type: 'stopped', reason: 'interrupted', epoch });
  throw new Interrupted(run.config.out);
}
