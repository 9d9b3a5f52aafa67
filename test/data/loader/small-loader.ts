import { thesisSet } from '../../../src/augment/index.js';
import type { Recipe } from '../../../src/augment/transform.js';
import {
  createLoader,
  PixelStore,
  targetsAs,
  type Batch,
  type EpochOptions,
  type Loader,
  type LoaderOptions,
} from '../../../src/data/index.js';
import { noise } from '../folders.js';

export const imageCount = 50;
export const imageSize = { width: 16, height: 16 };
export const store = PixelStore.of(
  Array.from({ length: imageCount }, (_, i) => noise(`image ${i}`, imageSize)),
);
export const labels = Int32Array.from({ length: imageCount }, (_, i) => i % 7);
export const targets = { kind: 'class', classes: labels } as const;
export const indices = Uint32Array.from({ length: imageCount }, (_, i) => i);
/** Subsets of the thesis' set, as joint learning draws them. */
export const joint = {
  kind: 'joint',
  transforms: thesisSet(),
  min: 0,
  max: 5,
  restore: 'reflect',
} satisfies Recipe;

/** Uses a loader of the small images, and closes it. */
export async function withLoader<T>(
  options: Partial<LoaderOptions>,
  use: (loader: Loader) => Promise<T>,
): Promise<T> {
  const loader = createLoader({ store, targets, seed: 11, ...options });
  try {
    return await use(loader);
  } finally {
    await loader.close();
  }
}

/** A batch that outlives its slot. */
const copyOf = (b: Batch) => ({
  number: b.number,
  count: b.count,
  size: b.size,
  images: Buffer.from(b.images).toString('base64'),
  labels: [...targetsAs(b.targets, 'class').classes],
  applied: [...b.applied],
  indices: [...b.indices],
});

export type BatchCopy = ReturnType<typeof copyOf>;

/** All batches of an epoch. */
export async function collect(
  loader: Loader,
  options: Partial<EpochOptions> = {},
): Promise<BatchCopy[]> {
  const batches: BatchCopy[] = [];
  for await (const b of loader.epoch({ indices, batch: 8, ...options })) batches.push(copyOf(b));
  return batches;
}
