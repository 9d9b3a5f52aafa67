import { performance } from 'node:perf_hooks';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { UserError } from '../core/index.js';
import type { Module, Optimiser, Schedule } from '../nn/index.js';
import { backward, itemLater, scope, synchronise, type Device } from '../tensor/index.js';
import type { CheckpointStore, KeptEpoch, EpochLook, Position } from './checkpoint.js';
import { addFigures, emptySums, meansOf, type Sums } from './running-mean.js';
import type { BatchLoss, BatchSource, EpochReport, Metrics, Objective } from './objective.js';

export interface FitOptions<B> {
  readonly model: Module;
  readonly task: Objective<B>;
  readonly source: BatchSource<B>;
  readonly optimiser: Optimiser;
  /** Steps once a batch or, if it follows the held-out loss, once an epoch. */
  readonly schedule: Schedule;
  readonly epochs: number;
  /** Epochs without a better figure on held-out images before the end; null: never stop early. */
  readonly patience: number | null;
  /** The weights to end with: those of the last epoch, or of the epoch with the best figure on held-out images. */
  readonly keep: KeptEpoch;
  /** Keep the weights after a quarter of the steps too, rounded. Default false. */
  readonly quarter?: boolean;
  /** Held-out images are looked at after every so many epochs, and after the last. Default 1. */
  readonly validateEvery?: number;
  readonly checkpoints: CheckpointStore;
  /** Go on where the latest checkpoint stands. */
  readonly resume: boolean;
  /** Once aborted, the state is saved after the running step and `fit` returns. */
  readonly signal: AbortSignal;
  /** @param loss of this step, or of the last one that has been read */
  onStep?(done: number, loss: number): void;
  onEpoch?(report: EpochReport): void;
}

export interface FitResult {
  /** Why it ended. */
  readonly ended: 'epochs' | 'early' | 'interrupted';
  /** Epochs done, from all sittings. */
  readonly epochs: number;
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
 * batches depend on the epoch's number alone.
 *
 * @throws UserError `LOSS_NOT_FINITE` with step and learning rate
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
  const resultOf = (ended: FitResult['ended']): FitResult => {
    const { epoch: epochs, best, last } = at;
    return { ended, epochs, keep: options.keep, best, last };
  };

  options.optimiser.lr = options.schedule.lr;

  let ended: FitResult['ended'] = 'epochs';
  while (at.epoch < options.epochs) {
    const stopped = options.patience !== null && at.bad > options.patience;
    if (stopped) {
      ended = 'early';
      break;
    }
    const timing = await trainEpoch(options, at);
    if (at.batch < source.batches) {
      checkpoints.saveLatest(at);
      return resultOf('interrupted');
    }
    const train = meansOf(at.sums);
    const lr = options.optimiser.lr;
    const held = await validateEpoch(options, at);
    const look = held && { epoch: at.epoch, loss: held.loss, figure: options.task.figure(held) };
    const gain = look === null ? -1 : gainOver(at.best, look);
    const best = gain >= 0;
    if (gain > 0) at.bad = 0;
    else if (look !== null) at.bad++;
    // Of two epochs with the same figure the later one has been trained longer.
    if (best) at.best = look;
    at.last = look ?? at.last;
    // An interrupted run has weights as well.
    if (best || options.keep === 'last') checkpoints.saveKept();
    const report = { epoch: at.epoch, lr, train, held, best, ...timing };
    at.epoch++;
    at.batch = 0;
    at.sums = emptySums();
    checkpoints.saveLatest(at);
    options.onEpoch?.(report);
    if (signal.aborted) return resultOf('interrupted');
  }
  if (options.keep === 'best' && at.best !== null) checkpoints.loadKept();
  model.eval();
  return resultOf(ended);
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
): Promise<Pick<EpochReport, 'seconds' | 'imagesPerSecond' | 'waited'>> {
  const { model, source, schedule, optimiser, signal } = options;
  model.train();
  const start = performance.now();
  const imagesBefore = at.sums.images;
  const stream = source.epoch(at.epoch);
  const losses = new Losses(at.sums);
  let skip = at.batch;
  for await (const batch of stream) {
    if (skip > 0) {
      skip--;
      continue;
    }
    step(options, at, batch, losses);
    if (schedule.unit === 'step') optimiser.lr = schedule.step();
    at.batch++;
    if (options.quarter && at.epoch * source.batches + at.batch === quarterOf(options))
      options.checkpoints.saveQuarter();
    options.onStep?.(at.epoch * source.images + at.sums.images, losses.last);
    await nextTurn();
    if (signal.aborted) break;
  }
  losses.readAll();
  const seconds = (performance.now() - start) / 1000;
  return {
    seconds,
    imagesPerSecond: (at.sums.images - imagesBefore) / seconds,
    waited: stream.waited() / seconds,
  };
}

/** Steps in a quarter of the training. */
function quarterOf<B>({ source, epochs }: FitOptions<B>): number {
  return Math.max(1, Math.round((source.batches * epochs) / 4));
}

function step<B>(
  { task, optimiser, schedule }: FitOptions<B>,
  at: Position,
  batch: B,
  losses: Losses,
): void {
  const { epoch, batch: number } = at;
  const { lr } = schedule;
  scope(() => {
    const loss = task.batchLoss(batch);
    losses.add(loss, { where: `epoch ${epoch + 1}, step ${number + 1}`, lr });
    backward(loss.total);
    optimiser.step();
    optimiser.zeroGrad();
    at.sums.images += loss.images;
  });
}

interface StepName {
  readonly where: string;
  /** Learning rate of the step. */
  readonly lr: number;
}

/**
 * The losses of an epoch on their way into its sums.
 *
 * On the CPU each is read as soon as it is there. A card would be waited for, and have nothing to do until the next step
 * has been prepared: there, some are read together.
 */
class Losses {
  /** The last that has been read. */
  last = NaN;
  private readonly waiting: (StepName & Omit<BatchLoss, 'total'> & { value(): number })[] = [];
  private device: Device = 'cpu';
  private together = 1;

  constructor(private readonly sums: Sums) {}

  /** @throws UserError `LOSS_NOT_FINITE` with step and learning rate */
  add({ total, images, figures }: BatchLoss, name: StepName): void {
    this.device = total.device;
    this.waiting.push({ value: itemLater(total), images, figures, ...name });
    if (this.device === 'cpu' || this.waiting.length === this.together) this.readAll();
  }

  /** @throws UserError `LOSS_NOT_FINITE` */
  readAll(): void {
    if (this.waiting.length === 0) return;
    synchronise(this.device);
    // The first alone: an epoch shows a loss from its beginning.
    this.together = mostWaiting;
    for (const { value, images, figures, where, lr } of this.waiting.splice(0)) {
      const loss = value();
      if (!Number.isFinite(loss)) throw notFinite(where, loss, lr);
      addFigures(this.sums, images, { loss, ...figures() });
      this.last = loss;
    }
  }
}

/** Steps on a card between two readings of losses. */
const mostWaiting = 16;

function notFinite(where: string, loss: number, lr: number): UserError {
  return new UserError('LOSS_NOT_FINITE', 'The training loss is not finite.', {
    where,
    got: `loss ${loss} at learning rate ${lr.toPrecision(3)}`,
    remedy: `lower the learning rate, e.g. --lr ${(lr / 10).toPrecision(1)}, and start again with --overwrite`,
  });
}

async function validateEpoch<B>(options: FitOptions<B>, at: Position): Promise<Metrics | null> {
  const { model, task, schedule, optimiser, epochs } = options;
  const every = options.validateEvery ?? 1;
  const due = (at.epoch + 1) % every === 0 || at.epoch + 1 === epochs;
  let held: Metrics | null = null;
  if (due) {
    model.eval();
    held = await task.validate(at.epoch);
  }
  if (schedule.unit === 'epoch') optimiser.lr = schedule.step(held?.loss);
  return held;
}
