import { marginTest, type PairedMean } from '../metrics/index.js';
import { harm, type Skill } from './harm.js';
import type { Measure } from './measure.js';

/** A class that an otherwise harmless augmentation breaks. */
export interface Exception {
  /** Index of the class. */
  readonly label: number;
  readonly harm: PairedMean;
}

/** Fewer images of a class tell nothing. */
const fewest = 8;
/** More than this share of the classes is no exception. */
const mostExceptions = 1 / 3;

/**
 * Classes whose images lose more than the margin of the task head's skill under an augmentation, each
 * tested at alpha divided by the number of classes (Bonferroni). Empty where they are too many to be
 * exceptions.
 *
 * @param classes `[n]`, the class of each judging image
 */
export function exceptionsOf(
  measure: Measure,
  classes: Int32Array,
  skill: Skill,
  options: { margin: number; alpha: number },
): Exception[] {
  const labels = [...new Set(classes)].sort((a, b) => a - b);
  const found = labels.flatMap((label): Exception[] => {
    const own = harm(measure.skillDifferences, skill, (i) => classes[i] === label);
    if (own.n < fewest) return [];
    const broken = marginTest(own, options.margin).above < options.alpha / labels.length;
    return broken ? [{ label, harm: own }] : [];
  });
  return found.length <= mostExceptions * labels.length ? found : [];
}
