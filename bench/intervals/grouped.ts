import type { Rng } from '../../src/core/index.js';

/** Scores of images in groups, and the truth about their mean. */
export interface GroupedSample {
  readonly values: Float64Array;
  /** `[n]`, the group of each. */
  readonly groupOf: Int32Array;
}

/** A distribution of an image's score with a known mean. */
export interface GroupedScores {
  readonly name: string;
  readonly kind: 'binary' | 'continuous';
  readonly mean: number;
  draw(rng: Rng): number;
}

/** What intervals over groups are tried on. */
export const groupedScores: readonly GroupedScores[] = [
  {
    name: 'J of .1: 15 % of images up, 5 % down',
    kind: 'binary',
    mean: 0.1,
    draw: (rng) => {
      const u = rng.float();
      return u < 0.15 ? 1 : u < 0.2 ? -1 : 0;
    },
  },
  {
    name: 'J of 0: 15 % up, 15 % down',
    kind: 'binary',
    mean: 0,
    draw: (rng) => {
      const u = rng.float();
      return u < 0.15 ? 1 : u < 0.3 ? -1 : 0;
    },
  },
  {
    name: '5 % of images differ by 1',
    kind: 'binary',
    mean: 0.05,
    draw: (rng) => Number(rng.float() < 0.05),
  },
  {
    name: 'losses of probability',
    kind: 'continuous',
    mean: -0.75 * 0.2,
    draw: (rng) => -Math.cbrt(rng.float()) * rng.float() ** 4,
  },
];

/**
 * Images in groups of unequal sizes: 1 + floor(8 exp(.8 z)), z normal, so that the mean is 11.5 and one group in a hundred
 * is beyond 50. An image has its group's score with the chance sqrt(correlation), or else one of its own: two images of
 * a group are correlated by `correlation`.
 */
export function groupedSample(
  rng: Rng,
  groups: number,
  correlation: number,
  { draw }: Pick<GroupedScores, 'draw'>,
): GroupedSample {
  const values: number[] = [];
  const groupOf: number[] = [];
  for (let g = 0; g < groups; g++) {
    const common = draw(rng);
    const size = 1 + Math.floor(8 * Math.exp(0.8 * rng.normal()));
    for (let i = 0; i < size; i++) {
      values.push(rng.float() < Math.sqrt(correlation) ? common : draw(rng));
      groupOf.push(g);
    }
  }
  return { values: Float64Array.from(values), groupOf: Int32Array.from(groupOf) };
}
