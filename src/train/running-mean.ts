import type { Metrics } from './objective.js';

/** Sums of an epoch so far, as plain numbers: a checkpoint in the middle of an epoch keeps them. */
export interface Sums {
  images: number;
  values: Record<string, number>;
}

export const emptySums = (): Sums => ({ images: 0, values: {} });

/** Adds a batch's means, weighted by its images; these are counted by who calls it. */
export function addFigures(
  sums: Sums,
  images: number,
  figures: Readonly<Record<string, number>>,
): void {
  for (const [name, value] of Object.entries(figures))
    sums.values[name] = (sums.values[name] ?? 0) + value * images;
}

/** Means over images. */
export function meansOf(sums: Sums): Metrics {
  const means: Metrics = { loss: NaN };
  for (const [name, sum] of Object.entries(sums.values)) means[name] = sum / sums.images;
  return means;
}
