import { UserError } from '../core/index.js';
import { type LearnConfig } from '../config/index.js';
import { formatDuration } from '../core/index.js';
import type { Plan, RunEvent } from './files/index.js';
import type { Speed } from './speed.js';

export interface PlanInput {
  /** Seconds, or null for none. */
  readonly budget: number | null;
  readonly epochs: number | 'auto';
  /** Images an epoch trains on, and judging images. */
  readonly trainImages: number;
  readonly judgingImages: number;
  /** Passes over the judging images that judging will take. */
  readonly judgingPasses: number;
  /** True where schedule or early stopping need the held-out loss of every epoch. */
  readonly everyEpoch: boolean;
  /** Seconds already gone. */
  readonly spent: number;
}

/** Share of the budget held back for samples, the report, and a speed that was measured too high. */
const reserve = 0.06;
/** Looking at held-out images may cost this share of the training time. */
const validationShare = 0.04;
/** Fewer looks than this make no curve. */
const fewestLooks = 5;

/**
 * Chooses the number of epochs that fit the time.
 *
 * @throws UserError `BUDGET_TOO_SMALL` where not one epoch fits
 */
export function planRun(input: PlanInput, speed: Speed): Plan {
  const { budget, trainImages, judgingImages } = input;
  const epoch = trainImages / speed.training;
  const look = judgingImages / speed.judging;
  const judging = (judgingImages * input.judgingPasses) / speed.judging;
  const perEpoch = input.everyEpoch ? epoch + look : epoch * (1 + validationShare);
  const fitting =
    budget === null
      ? Infinity
      : Math.floor((budget * (1 - reserve) - input.spent - judging) / perEpoch);
  const wanted = input.epochs === 'auto' ? Infinity : input.epochs;
  if (fitting < 1)
    throw new UserError('BUDGET_TOO_SMALL', 'The budget is too small for one epoch.', {
      where: '--budget',
      expected: `at least ${formatDuration((input.spent + judging + perEpoch) / (1 - reserve))} on this machine`,
      got: formatDuration(budget ?? 0),
      remedy: 'allow more time, use fewer images, or choose a smaller model',
    });
  const epochs = Math.min(fitting, wanted);
  const validateEvery = input.everyEpoch
    ? 1
    : Math.max(
        1,
        Math.min(Math.ceil(look / (epoch * validationShare)), Math.floor(epochs / fewestLooks)),
      );
  const seconds = input.spent + judging + epochs * perEpoch;
  const rate = `${Math.round(speed.training)} images/s`;
  const reason =
    fitting < wanted
      ? `${epochs} epochs of ${trainImages} images fit ${formatDuration(budget ?? 0)} at ${rate}`
      : `${epochs} epochs of ${trainImages} images, as configured, at ${rate}`;
  return { epochs, validateEvery, imagesPerSecond: speed.training, seconds, reason };
}

/** The event that reports a run's plan. */
export function planEvent(
  { budget }: Pick<LearnConfig, 'budget'>,
  { epochs, imagesPerSecond, seconds, reason }: Plan,
  stepsPerEpoch: number,
): RunEvent {
  return { type: 'plan', epochs, stepsPerEpoch, imagesPerSecond, seconds, budget, reason };
}
