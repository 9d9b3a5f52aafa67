import { pairedMean, type PairedMean } from '../metrics/index.js';

/** What the task head can do on the judging images as they are. */
export interface Skill {
  /** Accuracy, probability of the true class, or another score in [0, 1]. */
  readonly score: PairedMean;
  /** What guessing would reach. */
  readonly chance: number;
}

/** Score above guessing: what there is to lose. Never below a hundredth. */
export function toLose({ score, chance }: Skill): number {
  return Math.max(0.01, score.mean - chance);
}

/**
 * An augmentation's harm: the part of the task head's skill that is lost under it, 0 where nothing is
 * lost, 1 where it does no better than guessing, more where labels are swapped.
 *
 * Being relative it means the same early and late in training, for easy and for hard tasks. The skill
 * itself is taken as exact: its error is small beside the difference's.
 *
 * @param differences `[n]`, per image: score with the augmentation minus without
 * @param of which images count; all where it is not given
 */
export function harm(
  differences: Float64Array,
  skill: Skill,
  of: (image: number) => boolean = () => true,
): PairedMean {
  const scale = 1 / toLose(skill);
  const { n, mean, standardError } = pairedMean(differences.filter((_, i) => of(i)));
  return { n, mean: -mean * scale, standardError: standardError * scale };
}
