/**
 * How strongly images are changed while a training runs ahead of its held-out images, as adaptive discriminator augmentation does it
 * (Karras et al., 2020): what a strength means, the source of the batches says.
 */
export interface StrengthGrowth {
  /** At the beginning. */
  readonly start: number;
  readonly least: number;
  readonly most: number;
  /** The part of the epochs, from the first on, in which it counts, in (0, 1]. */
  readonly share: number;
}

/** What a look at the held-out images says of the training. */
export interface Ahead {
  /** The figure of the training images, as they were changed, minus that of the held-out images as they are. */
  readonly by: number;
  /** The part of the whole training since the look before, in (0, 1]. */
  readonly share: number;
}

/** The figure, a share, by which a training may be ahead before images are changed more (docs/decisions/094-growing-strength.md). */
const allowed = 0.1;

/** How far the strength can move in a whole training. */
const reach = 5;

/** The strength after a look: up where the training is ahead, down where it is not, unchanged where a figure is no number. */
export function grownTo(
  growth: StrengthGrowth | undefined,
  strength: number,
  { by, share }: Ahead,
): number {
  if (growth === undefined || !Number.isFinite(by)) return strength;
  const { least, most } = growth;
  const moved = strength + (by > allowed ? 1 : -1) * reach * share;
  return Math.min(most, Math.max(least, moved));
}
