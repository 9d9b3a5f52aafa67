import {
  guessingIou,
  iouContributions,
  pairedMean,
  regionsFrom,
  type Regions,
} from '../metrics/index.js';
import { guessing, type Skill } from './harm.js';

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

/** What the task head can do on clean images from `start` on, and what guessing would reach: 0 where that is not known. */
export function skillOf(seen: TaskSeen, start: number): Skill {
  const { regions, classes } = seen;
  const chance = regions
    ? guessingIou(regionsFrom(regions, start))
    : classes
      ? guessing(classes.subarray(start))
      : 0;
  return { score: pairedMean(taskScores(seen, start)), chance };
}
