import type { Rng } from '../../src/core/index.js';

/** A distribution of differences with a known mean. */
export interface Differences {
  readonly name: string;
  readonly mean: number;
  /** True where what matters is in so few images that a sample of 20, or of 50, may hold none of them. */
  readonly rare?: boolean;
  draw(rng: Rng): number;
}

const exponential = (rng: Rng): number => -Math.log(1 - rng.float());

/** Hardly any difference: what is around the few that count. */
const still = (rng: Rng): number => 0.001 * rng.normal();

/** What intervals of continuous differences are tried on: even, skewed, heavy-tailed and nearly constant ones. */
export const continuousDifferences: readonly Differences[] = [
  { name: 'normal', mean: 0, draw: (rng) => rng.normal() },
  {
    name: "Student's t, 3 degrees of freedom",
    mean: 0,
    draw: (rng) =>
      rng.normal() / Math.sqrt((rng.normal() ** 2 + rng.normal() ** 2 + rng.normal() ** 2) / 3),
  },
  { name: 'exponential', mean: 1, draw: exponential },
  { name: 'gamma, shape 1/2', mean: 0.5, draw: (rng) => rng.normal() ** 2 / 2 },
  {
    name: 'lognormal, sigma 1/2',
    mean: Math.exp(1 / 8),
    draw: (rng) => Math.exp(rng.normal() / 2),
  },
  { name: 'lognormal, sigma 1', mean: Math.exp(1 / 2), draw: (rng) => Math.exp(rng.normal()) },
  {
    // Most probabilities are near 1, and most lose little.
    name: 'losses of probability',
    mean: -0.75 * 0.2,
    draw: (rng) => -Math.cbrt(rng.float()) * rng.float() ** 4,
  },
  {
    name: 'gains of 70 % of images, larger losses of the others',
    mean: 0.7 * 0.3 - 0.3,
    draw: (rng) => (rng.float() < 0.7 ? 0.3 * exponential(rng) : -exponential(rng)),
  },
  {
    name: 'nearly constant: 20 % of images differ, exponentially',
    mean: 0.2,
    draw: (rng) => still(rng) + (rng.float() < 0.2 ? exponential(rng) : 0),
  },
  {
    name: 'nearly constant: 10 % of images differ by 1',
    mean: 0.1,
    rare: true,
    draw: (rng) => still(rng) + Number(rng.float() < 0.1),
  },
  {
    name: 'nearly constant: 3 % of images differ by 1',
    mean: 0.03,
    rare: true,
    draw: (rng) => still(rng) + Number(rng.float() < 0.03),
  },
];
