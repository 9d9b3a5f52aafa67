import { performance } from 'node:perf_hooks';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Module, Optimiser, Schedule, WeightAverage } from '../nn/index.js';
import { backward, ProcessLost, scope } from '../tensor/index.js';
import type { CheckpointStore, KeptEpoch, EpochLook, Position } from './checkpoint.js';
import { grownTo } from './growing-strength.js';
import { TrainingClock, type TimeLimit } from './time-limit.js';
import { emptySums, meansOf } from './running-mean.js';
import type { BatchSource, EpochReport, Metrics, Objective } from './objective.js';
import { Losses } from './pending-losses.js';
import { epochsOf, stepsDone, stepsInTime, stepsOf } from './steps.js';
import type { Together } from './together.js';

export interface FitOptions<B> {
  readonly model: Module;
  readonly task: Objective<B>;
  readonly source: BatchSource<B>;
  readonly optimiser: Optimiser;
  /** Averaged weights are the ones that are looked at, kept and returned. Default: those of the optimiser. */
  readonly average?: WeightAverage;
  /** Steps at the beginning in which the optimiser is `waiting`: parameters that started from weights stay. Default 0. */
  readonly headsFirst?: number;
  /** Steps once a batch or, if it follows the held-out loss, once an epoch. */
  readonly schedule: Schedule;
  readonly epochs: number;
  /** Where there is more time than they take, as many as this. Default: no more. */
  readonly mostEpochs?: number;
  /** Epochs without a better figure on held-out images before the end; null: never stop early. */
  readonly patience: number | null;
  /** The weights to end with: those of the last epoch, or of the epoch with the best figure on held-out images. */
  readonly keep: KeptEpoch;
  /** Keep the weights after a quarter of the steps too, rounded. Default false. */
  readonly quarter?: boolean;
  /** Held-out images are looked at after every so many epochs, and after the last. Default 1. */
  readonly validateEvery?: number;
  readonly checkpoints: CheckpointStore;
  /** What time there is: where other steps than those of the epochs fit it, there are fewer or more, and the schedule ends with them. */
  readonly limit?: TimeLimit;
  /** Go on where the latest checkpoint stands. */
  readonly resume: boolean;
  /** Once aborted, the state is saved after the running step and `fit` returns. */
  readonly signal: AbortSignal;
  /** Where several processes train the model: `source` has this one's part of every batch, and counts all of them. */
  readonly together?: Together;
  /** @param loss of this step, or of the last one that has been read */
  onStep?(done: number, loss: number): void;
  /** Called where the clock has changed the number of steps, with that of the whole training. */
  onSteps?(steps: number): void;
  onEpoch?(report: EpochReport): void;
}

export interface FitResult {
  /** Why it ended. */
  readonly ended: 'epochs' | 'early' | 'interrupted';
  /** Epochs done, from all sittings; the last may have been cut short by the clock. */
  readonly epochs: number;
  /** Steps done. */
  readonly steps: number;
  /** Whose weights the model holds on return. */
  readonly keep: KeptEpoch;
  /** The epoch with the best figure on held-out images; null where none was finite, or none was looked at. */
  readonly best: EpochLook | null;
  /** The last epoch that was looked at. */
  readonly last: EpochLook | null;
}

/**
 * Trains a model: the one loop of the project.
 *
 * An interrupted and resumed run ends with the same numbers as one that was never stopped: the
 * checkpoint holds weights, optimiser, schedule, position and the sums of the epoch so far, and
 * batches depend on the epoch's number and the strength alone.
 *
 * @throws UserError `LOSS_NOT_FINITE` with step and learning rate; `ProcessLost` after the state was saved
 */
export async function fit<B>(options: FitOptions<B>): Promise<FitResult> {
  const { model, source, checkpoints, signal } = options;
  const position = options.resume ? checkpoints.loadLatest() : null;
  const at: Position = position ?? {
    epoch: 0,
    batch: 0,
    sums: emptySums(),
    best: null,
    last: null,
    bad: 0,
  };
  const clock = options.limit && new TrainingClock(options.limit, at.seconds ?? 0, at.pace);
  const save = (): void => {
    if (clock !== undefined) {
      at.seconds = clock.seconds();
      at.pace = clock.pace;
    }
    checkpoints.saveLatest(at);
  };
  // An epoch that the clock has cut short counts as one.
  let steps = Math.min(stepsDone(options, at), stepsOf(options, at));
  const resultOf = (ended: FitResult['ended']): FitResult => {
    const { epoch: epochs, best, last } = at;
    return { ended, epochs, steps, keep: options.keep, best, last };
  };

  options.optimiser.lr = options.schedule.lr;

  let ended: FitResult['ended'] = 'epochs';
  while (stepsDone(options, at) < stepsOf(options, at)) {
    const stopped = options.patience !== null && at.bad > options.patience;
    if (stopped) {
      ended = 'early';
      break;
    }
    const timing = await trainEpoch(options, at, clock, save);
    steps = stepsDone(options, at);
    if (at.batch < source.batches && steps < stepsOf(options, at)) {
      save();
      return resultOf('interrupted');
    }
    const train = meansOf(at.sums);
    const lr = options.optimiser.lr;
    const held = await withAverage(options, () => validateEpoch(options, at));
    clock?.restart(held !== null);
    const look = held && { epoch: at.epoch, loss: held.loss, figure: options.task.figure(held) };
    const gain = look === null ? -1 : gainOver(at.best, look);
    const best = gain >= 0;
    const strength = strengthOf(options, at);
    if (look !== null && held !== null && source.growth !== undefined && strength !== undefined)
      at.strength = grownTo(source.growth, strength, {
        train: accuracyOf(options.task, train),
        held: accuracyOf(options.task, held),
        figure: look.figure,
        share: (at.epoch - (at.last?.epoch ?? -1)) / (epochsOf(options, at) ?? options.epochs),
      });
    if (gain > 0) at.bad = 0;
    else if (look !== null) at.bad++;
    // Of two epochs with the same figure the later one has been trained longer.
    if (best) at.best = look;
    at.last = look ?? at.last;
    // An interrupted run has weights as well.
    if (best || options.keep === 'last') await withAverage(options, () => checkpoints.saveKept());
    const { images } = at.sums;
    const report = { epoch: at.epoch, lr, train, held, best, images, strength, ...timing };
    at.epoch++;
    at.batch = 0;
    at.sums = emptySums();
    save();
    options.onEpoch?.(report);
    if (signal.aborted) return resultOf('interrupted');
  }
  // Of a training that the clock cut short, what was kept after a planned quarter is more than that.
  if (at.steps !== undefined && at.quarter !== undefined && at.quarter < steps)
    checkpoints.shareQuarter(at.quarter / steps);
  if (options.keep === 'best' && at.best !== null) checkpoints.loadKept();
  else options.average?.enter();
  model.eval();
  return resultOf(ended);
}

/** Of what is done to the images of the epoch under way; undefined where it does not grow, or no longer. */
function strengthOf<B>(options: FitOptions<B>, at: Position): number | undefined {
  const { growth } = options.source;
  const epochs = epochsOf(options, at) ?? options.epochs;
  if (growth === undefined || at.epoch >= Math.round(growth.share * epochs)) return undefined;
  return at.strength ?? growth.least;
}

function accuracyOf<B>(task: Objective<B>, metrics: Metrics): number {
  return task.accuracy?.(metrics) ?? task.figure(metrics);
}

/** Does something with the weights that count: the averaged ones, where there are such. */
async function withAverage<B, T>(
  { average }: FitOptions<B>,
  work: () => T | Promise<T>,
): Promise<T> {
  return average === undefined ? work() : average.within(work);
}

/** By how much an epoch is better than the best before; a figure that is no number is the worst. */
function gainOver(best: EpochLook | null, look: EpochLook): number {
  if (best === null) return 1;
  // The state of a run that an older version began has the loss alone.
  if (best.figure === undefined) return best.loss - look.loss;
  const [figure, highest] = [look.figure, best.figure].map((value) =>
    Number.isFinite(value) ? Number(value) : -Number.MAX_VALUE,
  );
  return figure - highest;
}

/** Trains from `at.batch` to the epoch's end or the abort, and moves `at` along. */
async function trainEpoch<B>(
  options: FitOptions<B>,
  at: Position,
  clock: TrainingClock | undefined,
  save: () => void,
): Promise<Pick<EpochReport, 'seconds' | 'imagesPerSecond' | 'waited'>> {
  const { model, source, schedule, optimiser, signal } = options;
  model.train();
  const start = performance.now();
  const imagesBefore = at.sums.images;
  const stream = source.epoch(at.epoch, epochsOf(options, at), strengthOf(options, at));
  const losses = new Losses(at.sums);
  let skip = at.batch;
  clock?.restart(false);
  for await (const batch of stream) {
    if (skip > 0) {
      skip--;
      if (skip === 0) clock?.restart(false);
      continue;
    }
    try {
      step(options, at, batch, losses);
    } catch (error) {
      if (error instanceof ProcessLost) save();
      throw error;
    }
    if (schedule.unit === 'step') optimiser.lr = schedule.step();
    at.batch++;
    await keepQuarter(options, at);
    options.onStep?.(at.epoch * source.images + at.sums.images, losses.last);
    if (lookAtClock(options, at, clock)) {
      await keepQuarter(options, at);
      // What the clock has decided is written down with all that came of it: a run that dies goes on from here.
      losses.readAll();
      save();
      options.onSteps?.(stepsOf(options, at));
    }
    await nextTurn();
    if (signal.aborted || stepsDone(options, at) >= stepsOf(options, at)) break;
  }
  losses.readAll();
  const seconds = (performance.now() - start) / 1000;
  return {
    seconds,
    imagesPerSecond: (at.sums.images - imagesBefore) / seconds,
    waited: stream.waited() / seconds,
  };
}

/** Keeps the weights after a quarter of the steps; later, where the steps became fewer when it had passed. */
async function keepQuarter<B>(options: FitOptions<B>, at: Position): Promise<void> {
  if (!options.quarter || at.quarter !== undefined) return;
  const done = stepsDone(options, at);
  const quarter = Math.max(1, Math.round(stepsOf(options, at) / 4));
  // The state of a run that an older version began does not say what it kept.
  if (at.steps === undefined ? done !== quarter : done < quarter) return;
  await withAverage(options, () => options.checkpoints.saveQuarter());
  at.quarter = done;
}

/** Changes the number of steps where time asks for it. @returns whether it did */
function lookAtClock<B>(options: FitOptions<B>, at: Position, clock?: TrainingClock): boolean {
  const { together, schedule } = options;
  const found = clock && stepsInTime(options, at, clock);
  // In several processes, all change it after the same step: the one after process 0 has found it.
  const steps = together === undefined ? found : together.decided(found);
  if (steps === undefined) return false;
  const done = stepsDone(options, at);
  at.steps = Math.max(done, steps);
  if (at.steps > done) schedule.endIn(at.steps - done);
  return true;
}

function step<B>(options: FitOptions<B>, at: Position, batch: B, losses: Losses): void {
  const { task, source, optimiser, schedule, average, together, headsFirst = 0 } = options;
  const name = { where: `epoch ${at.epoch + 1}, step ${at.batch + 1}`, lr: schedule.lr };
  scope(() => {
    let images: number;
    if (together === undefined) {
      const loss = task.batchLoss(batch);
      losses.add(loss, name);
      backward(loss.total);
      images = loss.images;
    } else {
      const means = together.backward(() => task.batchLoss(batch));
      losses.addMeans(means, name);
      images = means.images;
    }
    optimiser.waiting = at.epoch * source.batches + at.batch < headsFirst;
    optimiser.step();
    average?.step();
    optimiser.zeroGrad();
    at.sums.images += images;
  });
}

async function validateEpoch<B>(options: FitOptions<B>, at: Position): Promise<Metrics | null> {
  const { model, task, schedule, optimiser } = options;
  const every = options.validateEvery ?? 1;
  const isLast = stepsDone(options, at) >= stepsOf(options, at);
  const due = (at.epoch + 1) % every === 0 || isLast;
  let held: Metrics | null = null;
  if (due) {
    model.eval();
    held = await task.validate(at.epoch);
  }
  if (schedule.unit === 'epoch') optimiser.lr = schedule.step(held?.loss);
  return held;
}
