import { join } from 'node:path';
import { Interrupted } from '../../core/index.js';
import {
  readRunFile,
  severalResultSchema,
  setsFolder,
  type RunHooks,
  type Selection,
  type SeveralResult,
} from '../../run/files/index.js';
import { readSeveralConfig, type SettledSeveral, type SeveralConfig } from '../../config/index.js';
import type { TwoHeaded } from '../../models/index.js';
import { fitInFolder } from '../../run/fit-in-folder.js';
import { heldOut } from './joint.js';
import { planEvent, type Plan } from '../../run/plan.js';
import { planLearning } from './plan-learning.js';
import { inSitting, type Sitting } from '../../run/sitting.js';
import {
  allHeldOut,
  headsOf,
  measureSets,
  mixedSource,
  settled,
  sharedModel,
  severalTask,
} from './shared-joint.js';
import { requireSameSets, severalManifest } from './sets-manifest.js';
import { judgedBefore, judgeSet, resultOf } from './set-folder.js';
import { closeSets, openSets, type LearnedSet } from './sets.js';

export interface LearnSeveralResult {
  /** The run folder. */
  readonly out: string;
  readonly result: SeveralResult;
  /** Of this sitting. */
  readonly seconds: number;
}

/** A run under way. */
interface Run extends Sitting {
  readonly config: SettledSeveral;
  readonly sets: readonly LearnedSet[];
}

/** Judging ends at this part of the budget, as in `learn`. */
const judgingEnd = 0.95;

/**
 * Learns which augmentations are safe for each of several data sets, with one trunk, one recognition head and a task
 * head for each (the thesis, chapter 6, names it as future work).
 *
 * The run folder `config.out` holds the joint learning; `sets/NAME` below it what `learn` on that set alone leaves, so
 * that `train`, `judge`, `export` and `report` take it.
 *
 * @throws UserError for the user's mistakes; `Interrupted` after the state was saved
 */
export function learnSeveral(config: SeveralConfig, hooks: RunHooks): Promise<LearnSeveralResult> {
  return inSitting(config, hooks, async (sitting) => {
    const { out, resume } = config;
    const result =
      resume && sitting.folder.has('results')
        ? readRunFile(out, 'results', severalResultSchema)
        : await learnIn(sitting, config);
    return { out, result, seconds: sitting.elapsed() };
  });
}

async function learnIn(sitting: Sitting, config: SeveralConfig): Promise<SeveralResult> {
  const { folder, hooks, elapsed } = sitting;
  const given = config.resume ? sameRun(config, folder.config(readSeveralConfig)) : config;
  hooks.onEvent({ type: 'started', out: config.out });
  const sets = await openSets(given, hooks, (name) => join(config.out, setsFolder, name));
  try {
    const run: Run = { ...sitting, config: settled(given, sets), sets };
    const plan = await planOf(run);
    const model = await train(run, plan);
    const selections = await judgeEach(run, plan, model);
    model.free();
    const result = resultOfAll(sets, selections);
    folder.writeJson('results', result);
    hooks.onEvent({ type: 'finished', status: statusOf(selections), seconds: elapsed() });
    return result;
  } finally {
    await closeSets(sets);
  }
}

/** The started run's configuration; what cannot change its numbers may be given anew. */
function sameRun(given: SeveralConfig, stored: SeveralConfig): SeveralConfig {
  return { ...stored, out: given.out, resume: true, overwrite: false, workers: given.workers };
}

/** The plan of the started run, or a new one, which is kept in the manifest. */
async function planOf({ config, sets, folder, hooks, elapsed }: Run): Promise<Plan> {
  const manifest = config.resume ? folder.manifest() : null;
  if (manifest !== null) {
    requireSameSets(sets, manifest);
    return manifest.plan as Plan;
  }
  const source = mixedSource(config, sets);
  hooks.onEvent({ type: 'phase', phase: 'plan' });
  const speed = await measureSets(config, sets);
  const size = {
    trainImages: source.images,
    judgingImages: allHeldOut(sets),
    labels: sets[0].prepared.labels.length,
    spent: elapsed(),
  };
  const plan = planLearning(config, size, speed);
  if (hooks.signal.aborted) throw new Interrupted();
  folder.begin(config, severalManifest(config, sets, plan));
  hooks.onEvent(planEvent(config, plan, source.batches));
  return plan;
}

/** Step 1: joint learning, on all sets at once. */
async function train(run: Run, plan: Plan): Promise<TwoHeaded> {
  const { config, sets, hooks } = run;
  const model = sharedModel(config, sets);
  hooks.onEvent({ type: 'phase', phase: 'train' });
  const { ended, epochs } = await fitInFolder(run, plan, {
    model,
    task: severalTask(config, sets, model),
    source: mixedSource(config, sets),
  });
  if (ended === 'interrupted') interrupt(run, epochs);
  return model;
}

/** Steps 2 to 4 for each set; each may take its part of the time that is left. */
async function judgeEach(run: Run, plan: Plan, model: TwoHeaded): Promise<Selection[]> {
  const { config, sets, hooks, folder, elapsed } = run;
  const heads = headsOf(sets);
  const trained = plan.epochs * mixedSource(config, sets).images;
  const selections: Selection[] = [];
  for (const [i, set] of sets.entries()) {
    const before = judgedBefore(set);
    if (before !== undefined) {
      selections.push(before);
      continue;
    }
    const part = heldOut(set.prepared).length / allHeldOut(sets.slice(i));
    const end =
      config.budget === null
        ? Infinity
        : elapsed() + part * (judgingEnd * config.budget - elapsed());
    const selection = await judgeSet(set, model, heads[i], {
      run: folder.path,
      plan,
      imagesForPairs: (trained * heldOut(set.prepared).length) / allHeldOut(sets),
      check() {
        if (hooks.signal.aborted) interrupt(run, plan.epochs);
      },
      mayContinue: () => elapsed() < end,
      elapsed,
    });
    selections.push(selection);
  }
  return selections;
}

function resultOfAll(sets: readonly LearnedSet[], selections: readonly Selection[]): SeveralResult {
  const safe = selections[0].safe.filter((name) => selections.every((s) => s.safe.includes(name)));
  const results = sets.map((set, i) => resultOf(set, selections[i]));
  return { version: 1, command: 'learn', sets: results, safe };
}

/** That of all sets where they agree. */
function statusOf(selections: readonly Selection[]): Selection['status'] {
  const [{ status }] = selections;
  return selections.every((s) => s.status === status) ? status : 'partial';
}

function interrupt(run: Run, epoch: number): never {
  run.hooks.onEvent({ type: 'stopped', reason: 'interrupted', epoch });
  throw new Interrupted(run.config.out);
}
