/**
 * Images are changed more strongly while a training runs ahead of its held-out images, as in adaptive discriminator augmentation
 * (Karras et al., 2020). The source of the batches says what a strength means.
 */
export interface StrengthGrowth {
  /** At the beginning, and never below. */
  readonly least: number;
  /** Never below either, after a look that finds the task known. */
  readonly leastKnown: number;
  readonly most: number;
  /** The part of the epochs, from the first on, in which it counts, in (0, 1]. */
  readonly share: number;
}

/** What a look at the held-out images says of the training. Figures are shares: 1 is perfect. */
export interface TrainingLead {
  /** The figure of the training images, as they were changed. */
  readonly train: number;
  /** That of the held-out images, as they are. */
  readonly held: number;
  /** What the task is measured by on held-out images: accuracy, or where an image has several labels mean average precision. */
  readonly figure: number;
  /** The part of the whole training since the look before, in (0, 1]. */
  readonly share: number;
}

/**
 * By how much a training may be ahead before its images are changed more: a tenth, or this part of what is still wrong with the
 * held-out images, where that is less (docs/decisions/094-growing-strength.md).
 */
const mostAhead = 0.1;
const ofWrong = 0.15;

/** From this figure on the task counts as known: stronger changes no longer take the time that learning it needs. */
const knownFrom = 0.9;

/** How far the strength can move in a whole training. */
const reach = 5;

/** The strength after a look: up where the training is ahead, down where it is not, unchanged where a figure is no number. */
export function grownTo(
  { least, leastKnown, most }: StrengthGrowth,
  strength: number,
  { train, held, figure, share }: TrainingLead,
): number {
  const ahead = train - held;
  if (!Number.isFinite(ahead)) return strength;
  const allowed = Math.min(mostAhead, ofWrong * (1 - held));
  const moved = strength + (ahead > allowed ? 1 : -1) * reach * share;
  return Math.min(most, Math.max(figure >= knownFrom ? leastKnown : least, moved));
}
