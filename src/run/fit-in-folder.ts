import { performance } from 'node:perf_hooks';
import type { LearnConfig, SettledTraining } from '../config/index.js';
import type { Plan, RunHooks } from './files/index.js';
import type { TwoHeaded } from '../models/index.js';
import {
  checkpointsIn,
  fit,
  type BatchSource,
  type FitResult,
  type KeptEpoch,
  type Objective,
  type TimeLimit,
} from '../train/index.js';
import { freshAverage, freshOptimiser, freshSchedule } from './fresh-model.js';
import type { RunFolder } from './folder/run-folder.js';

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
  readonly folder: RunFolder;
  /** Of a training in folds, from 0. Default 0. */
  readonly fold?: number;
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
  { config, hooks, folder, fold }: FitContext,
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
  const result = await fit({
    model,
    task,
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
    limit: limitOf(plan),
    checkpoints: checkpointsIn(folder.checkpoint(fold), { model, optimiser, average, schedule }),
    resume: config.resume,
    signal: hooks.signal,
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
        imagesPerSecond: report.imagesPerSecond,
        seconds: report.seconds,
        waited: report.waited,
        train: report.train,
        judging: report.held,
        best: report.best,
      });
    },
  });
  optimiser.free();
  average?.free();
  if (result.ended === 'early')
    hooks.onEvent({ type: 'stopped', reason: 'early', epoch: result.epochs });
  return result;
}
