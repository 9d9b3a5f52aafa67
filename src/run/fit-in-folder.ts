import { performance } from 'node:perf_hooks';
import type { LearnConfig, SettledTraining } from '../config/index.js';
import { setNormsTogether } from '../tensor/index.js';
import type { Plan, RunHooks } from './files/index.js';
import type { TwoHeaded } from '../models/index.js';
import {
  checkpointsIn,
  fit,
  sharedCheckpoints,
  Together,
  type BatchSource,
  type FitResult,
  type KeptEpoch,
  type Objective,
  type TimeLimit,
} from '../train/index.js';
import { freshAverage, freshOptimiser, freshSchedule } from './fresh-model.js';
import type { RunFolder } from './folder/run-folder.js';
import type { ProcessGroup } from './processes/group.js';
import { sharedValidation } from './processes/shared-fit.js';

/** What is trained, and on what. */
export interface Training<B> {
  readonly model: TwoHeaded;
  readonly task: Objective<B>;
  readonly source: BatchSource<B>;
  /** Whether the weights after a quarter of the training are kept too. Default false. */
  readonly quarter?: boolean;
}

/** The run that it belongs to. */
export interface FitContext {
  readonly config: Pick<
    LearnConfig,
    'epochs' | 'schedule' | 'earlyStopping' | 'keepEpoch' | 'resume'
  > &
    SettledTraining;
  readonly hooks: RunHooks;
  readonly folder: Pick<RunFolder, 'checkpoint'>;
  /** Of a training in folds, from 0. Default 0. */
  readonly fold?: number;
  /** The processes that train together; process 0 alone uses the folder. Default: this one alone. */
  readonly group?: ProcessGroup;
  /** Of several processes: whether batch norms use the statistics of a whole batch, or each its part's. Default `own`. */
  readonly norms?: 'own' | 'all';
}

/** Where a schedule runs to its end, the last epoch is what it was made for; where it waits for held-out images, they choose. */
function keptEpoch({ keepEpoch, schedule, earlyStopping }: FitContext['config']): KeptEpoch {
  if (keepEpoch !== 'auto') return keepEpoch;
  return schedule.name === 'plateau' || earlyStopping !== null ? 'best' : 'last';
}

/** The time that a plan gives a training. */
function limitOf(plan: Plan): TimeLimit | undefined {
  const { trainingSeconds, judgingSeconds: after = 0, imagesPerSecond } = plan;
  if (trainingSeconds === undefined) return undefined;
  return { seconds: trainingSeconds + after, after, imagesPerSecond };
}

/** `fit` with its checkpoints in the run folder and its progress as events. */
export async function fitInFolder<B>(
  { config, hooks, folder, fold, group, norms = 'own' }: FitContext,
  plan: Plan,
  { model, task, source, quarter }: Training<B>,
): Promise<FitResult> {
  const optimiser = freshOptimiser(config, model);
  const average = freshAverage(config, model);
  const steps = source.batches * plan.epochs;
  const schedule = freshSchedule(config, steps, plan.epochs);
  const planned = steps;
  // The clock may change them.
  let { epochs } = plan;
  let total = epochs * source.images;
  const start = performance.now();
  let first: number | undefined;
  const parts = { model, optimiser, average, schedule };
  const leads = group === undefined || group.rank === 0;
  const together = group && new Together(group, model, hooks.signal);
  setNormsTogether(group !== undefined && norms === 'all');
  const result = await fit({
    model,
    task: group === undefined ? task : sharedValidation(task, group),
    source,
    optimiser,
    average,
    schedule,
    headsFirst: Math.round(config.pretrained.headsFirst * steps),
    epochs: plan.epochs,
    mostEpochs: config.epochs === 'auto' ? Infinity : plan.epochs,
    patience: config.earlyStopping?.patience ?? null,
    keep: keptEpoch(config),
    quarter,
    validateEvery: plan.validateEvery,
    limit: leads ? limitOf(plan) : undefined,
    checkpoints:
      group === undefined
        ? checkpointsIn(folder.checkpoint(fold), parts)
        : sharedCheckpoints(parts, group, folder.checkpoint(fold), config.resume),
    // Several processes start from what process 0 has, at the beginning too.
    resume: group !== undefined || config.resume,
    signal: together?.signal ?? hooks.signal,
    together,
    onStep(done, loss) {
      first ??= done - source.images / source.batches;
      const imagesPerSecond = ((done - first) * 1000) / (performance.now() - start);
      const epoch = Math.ceil(done / source.images);
      hooks.onEvent({
        type: 'progress',
        phase: 'train',
        done,
        total,
        imagesPerSecond,
        epoch,
        epochs,
        loss,
      });
    },
    onSteps(now) {
      epochs = Math.ceil(now / source.batches);
      total = Math.round((now / source.batches) * source.images);
      hooks.onEvent({ type: 'steps', steps: now, planned });
    },
    onEpoch(report) {
      hooks.onEvent({
        type: 'epoch',
        epoch: report.epoch + 1,
        epochs,
        lr: report.lr,
        images: report.images,
        imagesPerSecond: report.imagesPerSecond,
        seconds: report.seconds,
        waited: report.waited,
        train: report.train,
        judging: report.held,
        best: report.best,
        ...(report.strength !== undefined && { strength: report.strength }),
      });
    },
  });
  setNormsTogether(false);
  optimiser.free();
  average?.free();
  together?.free();
  if (result.ended === 'early')
    hooks.onEvent({ type: 'stopped', reason: 'early', epoch: result.epochs });
  return result;
}
