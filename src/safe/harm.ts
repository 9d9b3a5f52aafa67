import {
  marginTest,
  pairedMean,
  scaledMean,
  unboundedInterval,
  type Estimate,
  type GroupOf,
  type PairedMean,
  type ScoreKind,
} from '../metrics/index.js';
import type { ScoreByImage, TaskScores } from '../tasks/index.js';
import { overFolds, type FoldOf } from './statistics/over-folds.js';

/** What the task head can do on the judging images as they are. */
export interface Skill {
  /** Accuracy, probability of the true class, or another score in [0, 1]. */
  readonly score: PairedMean;
  /** Of the score. */
  readonly kind: ScoreKind;
  /** What guessing would reach. */
  readonly chance: number;
  /** `[n]`, of the judging images, where they come in groups. */
  readonly groupOf?: GroupOf;
  /** `[n]`, of the judging images, where several networks judge. */
  readonly folds?: FoldOf;
}

/** How images belong together. All `[n]`, of all images of a pass. */
export interface Belonging {
  readonly groupOf?: GroupOf;
  readonly folds?: FoldOf;
}

/**
 * What the task head can do on clean images from `start` on, by right and wrong.
 *
 * @param of their groups and folds, where they have any
 */
export function accuracyOf(clean: TaskScores, start: number, of: Belonging = {}): Skill {
  return skillBy(clean.from(start).answers(), start, of);
}

/** The same by what harm is measured on. */
export function skillOf(clean: TaskScores, start: number, of: Belonging = {}): Skill {
  return skillBy(clean.from(start).skill(), start, of);
}

function skillBy({ values, kind, chance }: ScoreByImage, start: number, of: Belonging): Skill {
  const groupOf = of.groupOf?.subarray(start);
  const folds = of.folds?.subarray(start);
  const score = overFolds(pairedMean(values, kind, groupOf), folds);
  return { score, kind, chance, ...(groupOf && { groupOf }), ...(folds && { folds }) };
}

/** Score above guessing: what there is to lose. Never below a hundredth. */
export function toLose({ score, chance }: Skill): number {
  return Math.max(0.01, score.mean - chance);
}

/**
 * An augmentation's harm: the part of the task head's skill that is lost under it. 0 where nothing is
 * lost, 1 where it does no better than guessing, more where labels are swapped.
 *
 * Being relative, it means the same early and late in training, for easy and for hard tasks. The skill's own error
 * counts too, to first order: SE^2 = (SE of the differences / to lose)^2 + (harm * SE of the skill / to lose)^2. Images
 * that the task head knows better lose more, so leaving out how the two go together errs on the wide side.
 *
 * @param differences `[n]`, per image: score with the augmentation minus without
 * @param of which images count. Default: all
 */
export function harm(
  differences: Float64Array,
  skill: Skill,
  of: (image: number) => boolean = () => true,
): PairedMean {
  const change = overFolds(
    pairedMean(
      differences.filter((_, i) => of(i)),
      skill.kind,
      // Of a look at the first images alone, the first groups.
      skill.groupOf?.subarray(0, differences.length).filter((_, i) => of(i)),
    ),
    skill.folds,
  );
  const lost = scaledMean(change, -1 / toLose(skill));
  if (lost.standardError === 0) return lost;
  const ofSkill = (lost.mean * skill.score.standardError) / toLose(skill);
  return { ...lost, standardError: Math.hypot(lost.standardError, ofSkill) };
}

/** A class that an otherwise safe augmentation harms. */
export interface ClassException {
  /** Index of the class. */
  readonly label: number;
  /** Part of the task head's skill that images of this class lose, with its interval at level alpha. */
  readonly harm: Estimate;
}

/** A class with fewer judging images (where these come in groups: groups) gets no test of its own. */
export const fewestImages = 8;
/** Where more than this share of the classes is harmed, they are no exceptions. */
const mostExceptions = 1 / 3;

/**
 * Classes whose images lose more than the margin of the task head's skill under an augmentation, each
 * tested at alpha divided by the number of classes (Bonferroni). Empty where they are too many to be
 * exceptions.
 *
 * @param differences `[n]`, per image: score with the augmentation minus without
 * @param classes `[n]`, the class of each judging image
 */
export function exceptionsOf(
  differences: Float64Array,
  classes: Int32Array,
  skill: Skill,
  { margin, alpha }: { readonly margin: number; readonly alpha: number },
): ClassException[] {
  const labels = [...new Set(classes)].sort((a, b) => a - b);
  const found = labels.flatMap((label): ClassException[] => {
    const own = harm(differences, skill, (i) => classes[i] === label);
    if (own.n < fewestImages) return [];
    const harmed = marginTest(own, margin).above < alpha / labels.length;
    return harmed ? [{ label, harm: unboundedInterval(own, alpha) }] : [];
  });
  return found.length <= mostExceptions * labels.length ? found : [];
}
