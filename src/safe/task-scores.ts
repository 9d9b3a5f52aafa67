import {
  guessingIou,
  iouContributions,
  pairedMean,
  regionsFrom,
  type Regions,
} from '../metrics/index.js';
import { guessedShare, guessing, type Skill } from './harm.js';

/** What the task head made of images, in their order. */
export interface TaskSeen {
  /** `[n]`, 1 where it was right, or the share of the pixels. */
  readonly correct: Uint8Array | Float64Array;
  /** `[n]`, the class of each image, where it has one. */
  readonly classes?: Int32Array;
  /** Segmentation: what each image adds to intersections and unions. */
  readonly regions?: Regions;
}

/**
 * The score that the task is judged by, image by image, from image `start` on: right or wrong, or in segmentation
 * each image's part in the mean IoU of all of them, whose mean is that IoU.
 */
export function taskScores({ correct, regions }: TaskSeen, start: number): Float64Array {
  if (regions) return iouContributions(regionsFrom(regions, start));
  return Float64Array.from(correct.subarray(start));
}

/** As `TaskSeen`, with the task loss of each image in nats, `[n]`. */
export interface TaskScored extends TaskSeen {
  readonly losses: Float64Array;
}

/**
 * What harm is measured on, image by image: the probability that the task head gives the true class, whose mean is
 * the accuracy to be expected of it if it drew its answers; in segmentation as `taskScores`.
 *
 * Right or wrong says of a network that is unsure of an image only which side of a line it fell on: the change of
 * probability tells the same with half the standard error or less (docs/decisions/034-harm-by-probability.md).
 */
export function skillScores(seen: TaskScored, start: number): Float64Array {
  if (seen.regions) return taskScores(seen, start);
  return seen.losses.subarray(start).map((nats) => Math.exp(-nats));
}

/** What the task head can do on clean images from `start` on, by `taskScores`; guessing is naming the commonest class. */
export function accuracyOf(seen: TaskSeen, start: number): Skill {
  const { regions, classes } = seen;
  const chance = regions
    ? guessingIou(regionsFrom(regions, start))
    : classes
      ? guessing(classes.subarray(start))
      : 0;
  return { score: pairedMean(taskScores(seen, start)), chance };
}

/** The same by `skillScores`; guessing is to give each class its share. */
export function skillOf(seen: TaskScored, start: number): Skill {
  if (seen.regions) return accuracyOf(seen, start);
  const chance = seen.classes ? guessedShare(seen.classes.subarray(start)) : 0;
  return { score: pairedMean(skillScores(seen, start)), chance };
}
