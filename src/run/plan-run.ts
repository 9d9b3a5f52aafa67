import { UserError } from '../core/index.js';
import { type LearnConfig } from '../config/index.js';
import { counted, formatDuration } from '../core/index.js';
import type { Plan, RunEvent } from './files/index.js';
import type { Speed } from './speed.js';

export interface PlanInput {
  /** Seconds, or null for none. */
  readonly budget: number | null;
  readonly epochs: number | 'auto';
  /** Networks that are trained one after the other. Default 1. */
  readonly folds?: number;
  /** Images of a whole epoch of one network, and of a step. */
  readonly trainImages: number;
  readonly batch: number;
  /** Of all networks together. */
  readonly judgingImages: number;
  /** Passes over the judging images that judging will take. */
  readonly judgingPasses: number;
  /** Passes more, which time is set aside for only where all images are judged. Default 0. */
  readonly passesToSpare?: number;
  /** Where time is short, fewer of them are judged, but not fewer than this. Default: all are. */
  readonly fewestJudged?: number;
  /** True where schedule or early stopping need the held-out loss of every epoch. */
  readonly everyEpoch: boolean;
  /** Seconds already gone. */
  readonly spent: number;
}

/** Share of the budget held back for samples, the report, and a speed that was measured too high. */
const reserve = 0.06;
/** Where judging can be cut short, training gets this share of what is left: about three quarters of the budget. */
const trainingShare = 0.8;
/** With folds all images judge, which takes longer. */
const trainingShareOfFolds = 0.6;
/** Looking at held-out images may cost this share of the training time, ... */
const validationShare = 0.04;
/** ... or this one where they would otherwise be looked at fewer than `fewestLooks` times. */
const mostValidation = 0.1;
/** Fewer looks than this make no curve. */
const fewestLooks = 5;
/** Below so many epochs the rest that does not make a whole one is worth shorter epochs. */
const fewEpochs = 5;
/** A network learns nothing in fewer steps. */
export const fewestSteps = 8;

/**
 * Chooses the epochs that fit the time. Few of them are over part of the images, so that no time is left over, and where not
 * all images can be judged in the rest, fewer are.
 *
 * @throws UserError `BUDGET_TOO_SMALL` where not even `fewestSteps` steps fit
 */
export function planRun(input: PlanInput, speed: Speed): Plan {
  const { budget, trainImages, batch } = input;
  const { folds = 1 } = input;
  const whole = (folds * trainImages) / speed.training;
  const wanted = input.epochs === 'auto' ? Infinity : input.epochs;
  const most = wanted * whole * (1 + validationShare);
  const steps = Math.floor(trainImages / batch);
  const epochsIn = ({ training }: { training: number }): number =>
    training / perEpoch(input, speed, whole);
  const isEnough = (epochs: number): boolean =>
    epochs * steps >= Math.min(fewestSteps, wanted * steps);
  let time = timeFor(input, speed, most);
  // Few images judged leave much undecided; a run that is refused decides nothing.
  if (!isEnough(epochsIn(time)))
    time = timeFor({ ...input, fewestJudged: leastJudged(input) }, speed, most);
  const fitting = epochsIn(time);
  if (!isEnough(fitting)) throw tooSmall(input, speed);

  let epochs = Math.min(wanted, Math.floor(fitting));
  let images = trainImages;
  if (fitting < Math.min(wanted, fewEpochs)) {
    epochs = Math.max(1, Math.ceil(fitting));
    images = Math.max(1, Math.floor((fitting / epochs) * steps)) * batch;
  }
  const epoch = (folds * images) / speed.training;
  const isShort = fitting < wanted;
  const validateEvery = looksEvery(input, speed, { epoch, epochs, isShort });
  const look = input.judgingImages / speed.judging;
  const training = epochs * epoch + Math.ceil(epochs / validateEvery) * look;
  const seconds = input.spent + time.judging + training;
  return {
    epochs,
    validateEvery,
    imagesPerSecond: speed.training,
    seconds,
    reason: reasonOf(input, speed, { epochs, images, fits: isShort }),
    ...(folds > 1 && { folds }),
    ...(images < trainImages && { imagesPerEpoch: images }),
    ...(time.judged < input.judgingImages && { judged: time.judged }),
    ...(budget !== null && {
      // What is spent already comes again where the run is resumed; what training does not take, judging may.
      trainingSeconds: Math.max(training, budget * (1 - reserve) - input.spent - time.judging),
      judgingSeconds: time.judging,
    }),
  };
}

/** Images that are judged where there is no time for more, of a task that may do with fewer than all. */
const lastResort = 24;

function leastJudged({ judgingImages, fewestJudged }: PlanInput): number {
  if (fewestJudged === undefined) return judgingImages;
  return Math.min(fewestJudged, judgingImages, lastResort);
}

/** Seconds for training and for judging, and the images that are judged in these. @param most that training can use */
function timeFor(input: PlanInput, speed: Speed, most: number) {
  const { budget, folds = 1, judgingImages, fewestJudged = judgingImages } = input;
  const share = folds === 1 ? trainingShare : trainingShareOfFolds;
  const perImage = input.judgingPasses / speed.judging;
  const more = ((input.passesToSpare ?? 0) * judgingImages) / speed.judging;
  const whole = judgingImages * perImage;
  if (budget === null) return { training: Infinity, judging: whole + more, judged: judgingImages };
  const available = Math.max(0, budget * (1 - reserve) - input.spent);
  const forJudging = available - Math.min(most, available * share);
  if (whole + more <= forJudging)
    return { training: available - whole - more, judging: whole + more, judged: judgingImages };
  const judged = Math.max(
    Math.min(fewestJudged, judgingImages),
    Math.min(judgingImages, Math.floor(forJudging / perImage)),
  );
  const judging = judged * perImage;
  return { training: available - judging, judging, judged };
}

/** Seconds of an epoch with what looking at held-out images costs. */
function perEpoch(input: PlanInput, speed: Speed, epoch: number): number {
  const look = input.judgingImages / speed.judging;
  return epoch + (input.everyEpoch ? look : Math.min(look, epoch * validationShare));
}

/** @param isShort whether time has chosen the epochs: otherwise a run with few of them looks after each, however fast the machine */
function looksEvery(
  input: PlanInput,
  speed: Speed,
  { epoch, epochs, isShort }: { epoch: number; epochs: number; isShort: boolean },
): number {
  if (input.everyEpoch) return 1;
  const look = input.judgingImages / speed.judging;
  const everyAt = (share: number): number => Math.ceil(look / (epoch * share));
  const curve = Math.max(1, Math.floor(epochs / fewestLooks));
  const least = isShort ? everyAt(mostValidation) : 1;
  const every = Math.max(least, Math.min(everyAt(validationShare), curve));
  return Math.max(1, Math.min(epochs, every));
}

function reasonOf(
  { budget, trainImages, folds = 1 }: PlanInput,
  speed: Speed,
  { epochs, images, fits }: { epochs: number; images: number; fits: boolean },
): string {
  const of = images < trainImages ? `${images} of the ${trainImages} images` : `${images} images`;
  const inFolds = folds === 1 ? '' : `${folds} folds of `;
  const what = `${inFolds}${counted(epochs, 'epoch')} of ${of}`;
  const rate = `${fixedRate(speed.training)} images/s`;
  return fits
    ? `${what} ${epochs === 1 && folds === 1 ? 'fits' : 'fit'} ${formatDuration(budget ?? 0)} at ${rate}`
    : `${what}, as configured, at ${rate}`;
}

const fixedRate = (rate: number): string => (rate < 10 ? rate.toFixed(1) : `${Math.round(rate)}`);

function tooSmall(input: PlanInput, speed: Speed): UserError {
  const { folds = 1, judgingPasses, batch, spent } = input;
  const judging = (leastJudged(input) * judgingPasses) / speed.judging;
  const training = (folds * fewestSteps * batch * (1 + validationShare)) / speed.training;
  return new UserError('BUDGET_TOO_SMALL', 'The budget is too small to train anything.', {
    where: '--budget',
    expected: `at least ${formatDuration((spent + judging + training) / (1 - reserve))} on this machine`,
    got: formatDuration(input.budget ?? 0),
    remedy: 'allow more time, use smaller images (--size), or choose a smaller model',
  });
}

/** The event that reports a run's plan. */
export function planEvent(
  { budget }: Pick<LearnConfig, 'budget'>,
  { epochs, imagesPerSecond, seconds, reason }: Plan,
  stepsPerEpoch: number,
): RunEvent {
  return { type: 'plan', epochs, stepsPerEpoch, imagesPerSecond, seconds, budget, reason };
}
