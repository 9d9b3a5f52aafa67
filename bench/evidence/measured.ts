import { z } from 'zod';
import type { EvidenceRow } from '../../src/commands/recommend/evidence-row.js';

/** How far an arm's figure differs from seed to seed, apart from which test images there are. */
export interface SeedSpread {
  /** Of one training, in shares of 1 squared; below 0 where images alone explain more than was seen. */
  readonly variance: number;
  /** Of freedom. */
  readonly degrees: number;
}

/** A row as it was measured: the intervals of one seed are over test images alone. */
export interface Measured extends EvidenceRow {
  /** Null: one seed. */
  readonly spread: SeedSpread | null;
}

const gainSchema = z
  .strictObject({ value: z.number(), low: z.number(), high: z.number() })
  .nullable();
const count = z.int().min(1);

/** `compared.json`: what was added of `compare` runs. */
export const comparedSchema: z.ZodType<Measured[]> = z.array(
  z.strictObject({
    ...{ data: z.string(), source: z.string(), network: z.string(), measure: z.string() },
    ...{ images: count, classes: count, height: count, width: count, epochs: count },
    ...{ imagesSeen: count, seeds: count, testImages: count },
    ...{ pretrained: z.boolean(), flips: z.boolean(), crops: z.boolean() },
    note: z.string().optional(),
    gains: z.strictObject({ none: gainSchema, standard: gainSchema }),
    spread: z.strictObject({ variance: z.number(), degrees: count }).nullable(),
  }),
);

/** What rows of one comparison have in common: a later one takes the place of an earlier. */
export function keyOf({ data, epochs, network }: Measured): string {
  return JSON.stringify([data, epochs, network]);
}

/** All rows: a comparison takes the place of single trainings on the same data at the same length. */
export function allMeasured(
  single: readonly Measured[],
  compared: readonly Measured[],
): Measured[] {
  const later = new Set(compared.map(keyOf));
  return [...single.filter((row) => !later.has(keyOf(row))), ...compared];
}

/**
 * The spread over seeds, by two-way analysis of variance of seeds and images: of each arm, the variance over seeds of its
 * mean over images, less what images that answer now so and now so add to it, MS(residual) / n. The mean over arms, weighed by their
 * degrees of freedom. Source: Searle, Casella and McCulloch (1992), Variance Components, 4.3.
 *
 * @param arms for each arm `[seeds][images]`, the figure of every test image; arms of one seed say nothing
 * @returns null where no arm has two seeds
 */
export function seedSpread(arms: readonly (readonly Float64Array[])[]): SeedSpread | null {
  let squares = 0;
  let degrees = 0;
  for (const seeds of arms) {
    if (seeds.length < 2) continue;
    const own = seeds.length - 1;
    squares += own * varianceOverSeeds(seeds);
    degrees += own;
  }
  return degrees === 0 ? null : { variance: squares / degrees, degrees };
}

function varianceOverSeeds(seeds: readonly Float64Array[]): number {
  const n = seeds[0].length;
  const meanOf = (values: ArrayLike<number>): number =>
    Array.from(values).reduce((sum, v) => sum + v, 0) / values.length;
  const ofSeeds = seeds.map(meanOf);
  const ofImages = seeds[0].map((_, i) => meanOf(seeds.map((seed) => seed[i])));
  const all = meanOf(ofSeeds);
  const between = ofSeeds.reduce((sum, mean) => sum + (mean - all) ** 2, 0) / (seeds.length - 1);
  let residual = 0;
  seeds.forEach((seed, s) =>
    seed.forEach((value, i) => (residual += (value - ofImages[i] - ofSeeds[s] + all) ** 2)),
  );
  return between - residual / ((seeds.length - 1) * (n - 1)) / n;
}
