import {
  pairedInterval,
  pairedMean,
  unboundedInterval,
  type Estimate,
} from '../../metrics/index.js';
import { overFolds } from '../statistics/over-folds.js';
import { accuracyOf, harm, skillOf, toLose, type Skill } from '../harm.js';
import { skillDifferencesOf, type Evidence } from '../measure.js';

// Is the task known well enough for what an augmentation costs to say anything?

/** From here on the task is known: half of what lies between guessing and perfect. */
export const halfKnown = 0.5;
/** Below this not even harm at rest says anything: the head knows too few classes to lose any. */
export const leastKnown = 0.2;

/**
 * How far the task is known for sure: the lower 95 % limit of accuracy above guessing, as a share of what lies between
 * guessing and perfect. 1 is perfect, 0 or less no better than guessing.
 */
export function knownShare({ score, chance }: Skill): number {
  return (pairedInterval(score, 0.05).low - chance) / (1 - chance);
}

/** How the harm of an augmentation grew while the network was trained. */
export interface HarmGrowth {
  /** Harm by the earlier weights, usually of a quarter of the training. */
  readonly before: number;
  /** Harm by the last weights, over all classes, with its 95 % interval. */
  readonly now: Estimate;
  /** What harm gains in a doubling of the training, with its 90 % interval. */
  readonly perDoubling: Estimate;
  /** What the known share (`knownShare`, but by the estimate) gains in a doubling. */
  readonly knownPerDoubling: number;
}

/** Doublings that harm is carried on where the task is known: 8 times the training, as for J (growth.ts). */
const fewestDoublings = 3;
/** No task is awaited for longer: 256 times the training. */
const mostDoublings = 8;

/**
 * Harm by the earlier and by the last weights, each as a part of what the network can do then.
 *
 * Image by image, (harm now - harm before) / log2(1 / share) is what a doubling adds. The errors of the two skills count as they do in
 * `harm`, in quadrature.
 *
 * @param last the label by the last weights
 * @param earlier the same images by the earlier weights; the first of the draws may do
 * @param calibration the first so many images are left out
 * @param share of the training that the earlier weights had, in (0, 1)
 */
export function harmGrowthOf(
  last: Evidence,
  earlier: Evidence,
  calibration: number,
  share: number,
): HarmGrowth {
  const doublingsBetween = Math.log2(1 / share);
  const [after, before] = [last, earlier].map((evidence) => {
    const skill = skillOf(evidence.clean.task, calibration, last);
    const differences = skillDifferencesOf(evidence.draws, calibration);
    const lost = harm(differences, skill);
    const skillError = (lost.mean * skill.score.standardError) / toLose(skill);
    const parts = differences.map((d) => -d / toLose(skill));
    const { score, chance } = accuracyOf(evidence.clean.task, calibration);
    return { lost, skillError, parts, known: (score.mean - chance) / (1 - chance) };
  });
  const steps = after.parts.map((now, i) => (now - before.parts[i]) / doublingsBetween);
  const step = overFolds(
    pairedMean(steps, 'continuous', last.groupOf?.subarray(calibration)),
    last.folds,
  );
  const ofSkills = Math.hypot(after.skillError, before.skillError) / doublingsBetween;
  const standardError = Math.hypot(step.standardError, ofSkills);
  const reach = Math.max(after.lost.reach, before.lost.reach);
  return {
    before: before.lost.mean,
    now: unboundedInterval(after.lost, 0.05),
    perDoubling: unboundedInterval({ ...step, standardError, reach }, 0.1),
    knownPerDoubling: (after.known - before.known) / doublingsBetween,
  };
}

/**
 * Whether harm, carried on, stays below its margin.
 *
 * Where the task is known, harm may rise on: the lower limit of its step, where that is above 0, is added for three
 * doublings of the training. Where it is not, what the network has yet to learn is what an augmentation may break: the
 * upper limit of the step is added, for as many doublings as the task takes at its present pace until it is half known, from
 * three to eight. Either sum starts from the upper 95 % limit of harm. Below `leastKnown` nothing is at rest.
 *
 * @param known `knownShare` of the last weights
 */
export function atRest(
  { now, perDoubling, knownPerDoubling }: HarmGrowth,
  known: number,
  harmMargin: number,
): boolean {
  if (known < leastKnown) return false;
  const step = known < halfKnown ? perDoubling.high : perDoubling.low;
  const pace = Math.max(1e-9, knownPerDoubling);
  const doublings = Math.min(mostDoublings, Math.max(fewestDoublings, (halfKnown - known) / pace));
  return now.high + doublings * Math.max(0, step) < harmMargin;
}
