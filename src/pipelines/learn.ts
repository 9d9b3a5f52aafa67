import { performance } from 'node:perf_hooks';
import {
  Interrupted,
  readLearnConfig,
  readRunFile,
  selectionSchema,
  type LearnConfig,
  type RunEvent,
  type RunHooks,
  type Selection,
  type Sheet,
} from '../config/index.js';
import type { TwoHeaded } from '../models/index.js';
import type { JudgingResult } from '../safe/index.js';
import { fitInFolder } from './fit-in-folder.js';
import { jointTask, heldOut, measureMachine, trainingSource } from './joint.js';
import { manifestOf } from './manifest.js';
import { freshModel } from './model.js';
import { shownImages, writePanels } from './panels.js';
import { forwardBatch, streamOf } from './streams.js';
import type { Plan } from './plan.js';
import { planEvent, planLearning } from './plan-learning.js';
import { writePolicies } from './policy.js';
import { originalsFor, prepare, type Prepared } from './prepare.js';
import { RunFolder } from './run-folder.js';
import { sameData } from './same-data.js';
import { writeSamples } from './samples.js';
import { judgeAll } from './verdicts.js';

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

/** A run under way: what its steps share. */
interface Run {
  readonly config: LearnConfig;
  readonly options: LearnOptions;
  readonly hooks: RunHooks;
  readonly folder: RunFolder;
  readonly prepared: Prepared;
  /** Seconds since the start of this sitting. */
  elapsed(): number;
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
export async function learn(
  config: LearnConfig,
  hooks: RunHooks,
  options: LearnOptions = {},
): Promise<LearnResult> {
  const start = performance.now();
  const elapsed = () => (performance.now() - start) / 1000;
  const folder = RunFolder.open(config);
  const resumed = config.resume;
  if (resumed && folder.has('selection'))
    return { out: config.out, selection: finished(config.out), seconds: elapsed() };
  const settings = resumed ? sameRun(config, folder.config(readLearnConfig)) : config;
  const onEvent = (event: RunEvent) => {
    folder.log(event);
    hooks.onEvent(event);
  };
  const own: RunHooks = { onEvent, signal: hooks.signal };
  onEvent({ type: 'started', out: config.out });
  const prepared = await prepare(settings, own);
  const run: Run = { config: settings, options, hooks: own, folder, prepared, elapsed };
  try {
    const plan = await planOf(run);
    const model = await train(run, plan);
    const selection = await select(run, plan, model);
    onEvent({ type: 'phase', phase: 'report' });
    await writeSamples(
      folder.path,
      { ...prepared.data, originals: originalsFor(settings, prepared.data) },
      settings,
      selection,
      await panelsOf(run, model),
    );
    onEvent({ type: 'finished', status: selection.status, seconds: elapsed() });
    return { out: config.out, selection, seconds: elapsed() };
  } finally {
    await prepared.loader.close();
  }
}

/** The started run's configuration; what cannot change its numbers may be given anew. */
function sameRun(given: LearnConfig, stored: LearnConfig): LearnConfig {
  return { ...stored, out: given.out, resume: true, overwrite: false, workers: given.workers };
}

function finished(out: string): Selection {
  return readRunFile(out, 'selection', selectionSchema);
}

/** The plan of the started run, or a new one, which is kept in the manifest. */
async function planOf(run: Run): Promise<Plan> {
  const { config, prepared, folder, hooks } = run;
  const manifest = folder.manifest();
  if (config.resume && manifest !== null) {
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

/** Pictures of judging images with their masks and predictions, where there are masks. */
function panelsOf({ config, prepared, folder }: Run, model: TwoHeaded): Promise<Sheet> | undefined {
  const { data, split, loader } = prepared;
  if (!data.masks) return undefined;
  const task = jointTask(config, prepared, model);
  const shown = streamOf(loader, {
    indices: shownImages(split.judging),
    batch: forwardBatch(data.size),
    purpose: 'panels',
  });
  return writePanels(folder.path, data, shown, (batch) => task.predictMasks(batch));
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
    imagesForPairs: plan.epochs * trainingSource(config, prepared).images,
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
