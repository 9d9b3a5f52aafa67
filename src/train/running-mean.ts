import type { BatchLoss, Metrics } from './objective.js';

/** Sums of an epoch so far, as plain numbers: a checkpoint in the middle of an epoch keeps them. */
export interface Sums {
  images: number;
  values: Record<string, number>;
}

export const emptySums = (): Sums => ({ images: 0, values: {} });

/** Adds a batch's means, weighted by its images. */
export function addBatch(sums: Sums, loss: number, batch: BatchLoss): void {
  sums.images += batch.images;
  for (const [name, value] of [['loss', loss] as const, ...Object.entries(batch.parts)])
    sums.values[name] = (sums.values[name] ?? 0) + value * batch.images;
}

/** Means over images. */
export function meansOf(sums: Sums): Metrics {
  const means: Metrics = { loss: NaN };
  for (const [name, sum] of Object.entries(sums.values)) means[name] = sum / sums.images;
  return means;
}
