import { existsSync } from 'node:fs';
import { join } from 'node:path';
import {
  comparisonManifestSchema,
  comparisonSchema,
  policyFileSchema,
  readRunFile,
  runFiles,
  selectionSchema,
  type Comparison,
  type ComparisonPlan,
  type RunHooks,
} from '../../run/files/index.js';
import { counted, Interrupted, UserError } from '../../core/index.js';
import { readCompareConfig, type CompareConfig } from '../../config/index.js';
import type { Dataset } from '../../data/index.js';
import { manifestOf, requireSameData } from '../../run/manifest.js';
import { settleMachine } from '../../run/machine.js';
import { settleImages, type Settled } from '../../run/settle-images.js';
import { placed, placer } from '../../run/folder/places.js';
import { prepareTraining, settledOn } from '../train/prepare-training.js';
import { warnOfTested } from '../train/tested-apart.js';
import { sourcesOf } from '../train/train.js';
import type { PreparedData } from '../../run/prepare.js';
import { recipeFor } from '../train/policy-recipe.js';
import type { RunFolder } from '../../run/folder/run-folder.js';
import { inSitting, type Sitting } from '../../run/sitting.js';
import {
  armsOf,
  availableArms,
  emptySetsWarning,
  outlineOf,
  policyAt,
  withEmptySets,
  type Arm,
  type ArmTask,
  type Outline,
} from './arms.js';
import { childProcesses } from './child-process.js';
import { collect } from './collect.js';
import { covers, keepGrowth, withMore } from './grow.js';
import type { Launcher } from './launcher.js';
import { inProcess } from './in-process.js';
import { planComparison } from './plan-comparison.js';
import { isDone } from './train-arm.js';
import { slurm } from './slurm.js';
import { timeLeftOf } from './time-left.js';

export interface CompareResult {
  /** The run folder. */
  readonly out: string;
  readonly comparison: Comparison;
  /** Of this sitting. */
  readonly seconds: number;
}

/**
 * Compares policies on a data set (thesis, tables 5.3 to 5.6): every arm with several seeds, all with
 * the same number of images seen, those that are fine-tuned from one training on all a seed.
 *
 * Everything is kept in the run folder `config.out`, each training in a run folder of its own below
 * `arms/`. Trainings that have ended are not run again.
 *
 * @param grow whether a comparison that is resumed is given the arms and seeds of `config` that it lacks; the epochs of
 * a training stay. Default: it keeps its own
 * @throws UserError for the user's mistakes, `ARMS_FAILED` where trainings failed; `Interrupted` after
 * the state was saved
 */
export async function compare(
  config: CompareConfig,
  hooks: RunHooks,
  { grow = false }: { readonly grow?: boolean } = {},
): Promise<CompareResult> {
  return inSitting(
    config,
    hooks,
    async (sitting) => {
      const { out } = config;
      const comparison =
        finishedIn(sitting.folder, config, grow) ?? (await compareIn(sitting, config, grow));
      return { out, comparison, seconds: sitting.elapsed() };
    },
    armsOf(config).flatMap(({ policy }) => sourcesOf({ ...config, policy })),
  );
}

/** The result of a resumed comparison with nothing left to do. */
function finishedIn(
  folder: RunFolder,
  config: CompareConfig,
  grow: boolean,
): Comparison | undefined {
  const { out, resume } = config;
  if (!resume || !folder.has('results')) return undefined;
  const comparison = readRunFile(out, 'results', comparisonSchema);
  const wanted = grow ? config : folder.config(readCompareConfig);
  return comparison.status === 'complete' && covers(comparison, wanted) ? comparison : undefined;
}

async function compareIn(
  sitting: Sitting,
  config: CompareConfig,
  grow: boolean,
): Promise<Comparison> {
  const { folder, hooks, elapsed } = sitting;
  const started = config.resume ? folder.manifest(comparisonManifestSchema) : null;
  const stored = config.resume ? folder.config(readCompareConfig) : null;
  const more = stored && grow ? withMore(config, stored, started) : stored;
  const wanted = more ? placed(sameRun(config, more), config.out, started) : config;
  const place = placer(config.out, started);
  hooks.onEvent({ type: 'started', out: config.out });
  const machine = settleMachine(wanted, hooks, started);
  const asked = await settleImages(machine, hooks, { started, from: wanted.from });
  const had = availableArms(asked.arms, setsOf(asked));
  if (had.warning !== undefined)
    hooks.onEvent({ type: 'warning', code: 'POLICY_OLD', message: had.warning });
  const given = { ...asked, arms: had.arms };
  const arms = withEmptySets(armsOf(given), setsOf(given));
  const warning = emptySetsWarning(arms, given.from);
  if (warning !== undefined)
    hooks.onEvent({ type: 'warning', code: 'POLICY_EMPTY', message: warning });
  const prepared = await prepareTraining(given, hooks);
  const open = { ...given, batch: prepared.batch };
  try {
    checkPolicies(open, prepared.data, arms, place);
    const plan = await planOf(open, sitting, prepared, arms);
    // Every arm is trained alike, whatever part of the epochs it has.
    const settings = settledOn(open, prepared, plan.epochs);
    takeOver(settings, folder);
    const outline = outlineOf(settings, prepared.data, plan, place);
    if (started && stored && more) keepGrowth(folder, started, stored, more);
    const comparison = await trainAll(settings, hooks, folder, prepared, outline, plan);
    hooks.onEvent({ type: 'finished', status: 'compared', seconds: elapsed() });
    return comparison;
  } finally {
    await prepared.loader.close();
  }
}

/** The started run's configuration; what cannot change its numbers may be given anew. */
function sameRun(given: CompareConfig, stored: CompareConfig): CompareConfig {
  const { out, workers, jobs, engine, slurm } = given;
  return { ...stored, out, workers, jobs, engine, slurm, resume: true, overwrite: false };
}

/** Wrong policies show before anything is measured or written. @throws UserError of `recipeFor` */
function checkPolicies(
  config: CompareConfig,
  data: Dataset,
  arms: readonly Arm[],
  place: (file: string) => string,
): void {
  const from = setsOf(config);
  for (const arm of arms) {
    try {
      recipeFor({ ...config, policy: policyAt(arm, place), from }, data);
    } catch (error) {
      throw byArms(error);
    }
  }
  if (from !== null) readRunFile(from, 'selection', selectionSchema);
}

/** A wrong policy of a comparison was named by its arms. */
function byArms(error: unknown): unknown {
  if (!(error instanceof UserError) || error.problem.where !== '--policy') return error;
  return new UserError(error.code, error.summary, { ...error.problem, where: '--arms' });
}

/** The run with the safe sets: the learn run, or the comparison itself once it has taken over all of it. */
function setsOf({ out, resume, from }: CompareConfig): string | null {
  const isTakenOver = takenOver.every((name) => existsSync(join(out, runFiles[name])));
  return resume && isTakenOver ? out : from;
}

const takenOver = ['policy', 'selection'] as const;

/** Copies the learn run's sets and verdicts, so that the comparison stands on its own. */
function takeOver({ from }: CompareConfig, folder: RunFolder): void {
  if (from === null || takenOver.every((name) => folder.has(name))) return;
  const policy = readRunFile(from, 'policy', policyFileSchema);
  const selection = readRunFile(from, 'selection', selectionSchema);
  folder.writeJson('policy', policy);
  folder.writeJson('selection', selection);
}

/** The plan of the started run, or a new one, which is kept in the manifest. */
async function planOf(
  config: Settled<CompareConfig>,
  { folder, hooks, elapsed }: Sitting,
  prepared: PreparedData,
  arms: readonly Arm[],
): Promise<ComparisonPlan> {
  const manifest = config.resume ? folder.manifest(comparisonManifestSchema) : null;
  if (manifest !== null) {
    requireSameData(config, manifest.data, prepared.data);
    folder.writeParts([prepared]);
    return manifest.plan;
  }
  warnOfTested(config.from, prepared, hooks);
  const plan = await planComparison(config, prepared, arms, hooks, elapsed);
  if (hooks.signal.aborted) throw new Interrupted();
  folder.begin(settledOn(config, prepared, plan.epochs), manifestOf(config, prepared, plan));
  folder.writeParts([prepared]);
  return plan;
}

async function trainAll(
  config: CompareConfig,
  hooks: RunHooks,
  folder: RunFolder,
  { data }: PreparedData,
  outline: Outline,
  plan: ComparisonPlan,
): Promise<Comparison> {
  const { arms, aliases, tasks } = outline;
  const failures: { task: string; reason: string }[] = [];
  const open = tasks.filter((task) => !isDone(task));
  const timeLeft = timeLeftOf(open);
  const { epochs, imagesPerEpoch } = plan;
  const write = (): Comparison | null => {
    const failed = failures;
    const comparison = collect({ config, arms, aliases, tasks, epochs, imagesPerEpoch, failed });
    if (comparison !== null) folder.writeJson('results', comparison);
    return comparison;
  };
  const tell = (task: ArmTask, reason?: string): void => {
    const comparison = write();
    const run = comparison?.arms.flatMap((arm) => arm.runs).find((r) => r.folder === task.folder);
    const hasFailed = new Set(failures.map((failure) => failure.task));
    const secondsLeft = timeLeft({
      ended: open.filter(isDone),
      open: open.filter((each) => !hasFailed.has(each.id) && !isDone(each)),
    });
    hooks.onEvent({
      type: 'arm',
      task: task.id,
      done: tasks.filter(isDone).length,
      total: tasks.length,
      ...(run !== undefined && { metrics: run.metrics, figures: comparison?.figures }),
      ...(reason !== undefined && { failed: reason }),
      ...(secondsLeft !== undefined && { secondsLeft }),
    });
  };
  hooks.onEvent({
    type: 'arms',
    trainings: tasks.map(({ id, folder: place, needs }) => ({ task: id, folder: place, needs })),
  });
  hooks.onEvent({ type: 'phase', phase: 'train', label: labelOf(outline) });
  await launcherOf(config)({
    config,
    tasks: open,
    hooks,
    opened: data,
    done: (task) => tell(task),
    failed(task, reason) {
      failures.push({ task: task.id, reason });
      tell(task, reason);
    },
  });
  const comparison = write();
  if (failures.length > 0 || comparison === null)
    throw new UserError('ARMS_FAILED', 'Some trainings failed; the others are complete.', {
      where: config.out,
      got: failures.map(({ task, reason }) => `${task}: ${reason}`).join('\n'),
      remedy: 'fix the problems above, then continue with --resume',
    });
  return comparison;
}

function labelOf({ arms, aliases, tasks }: Outline): string {
  const same = [...aliases]
    .map(([name, first]) => `; ${name} uses the policy of ${first}`)
    .join('');
  return `Training ${counted(arms.length - aliases.size, 'arm')}, ${counted(tasks.length, 'training')} in total${same}`;
}

function launcherOf({ engine, jobs }: CompareConfig): Launcher {
  if (engine === 'slurm') return slurm;
  return jobs > 1 ? childProcesses : inProcess;
}
