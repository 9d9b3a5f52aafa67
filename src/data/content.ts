import { createHash } from 'node:crypto';
import { inTurns } from '../core/in-turns.js';
import type { PixelStore } from './pixel-store.js';
import { labelOf, type DatasetTargets } from './targets.js';
import type { Item, Normalisation } from './listing.js';

/** A constant channel would otherwise divide by zero. */
const minStd = 1e-3;

/** Hash of each image's pixels: equal only for equal pixels. @throws Interrupted */
export async function hashImages(store: PixelStore, signal?: AbortSignal): Promise<string[]> {
  const hashes: string[] = [];
  const visit = (i: number): void => void hashes.push(hashOf(store, i));
  await inTurns(store.count, store.stride, visit, signal);
  return hashes;
}

const hashOf = (store: PixelStore, i: number): string =>
  createHash('sha256').update(store.view(i)).digest('base64');

/** SHA-256 (hex) over classes, size, and the name, label, split, pixels and mask of every image. */
export function fingerprintOf(
  classes: readonly string[],
  items: readonly Item[],
  targets: DatasetTargets,
  store: PixelStore,
  hashes: readonly string[],
  maskHashes: readonly string[] = [],
): string {
  const hash = createHash('sha256');
  hash.update(JSON.stringify([classes, store.size.width, store.size.height, items.length]));
  items.forEach(({ name, split }, i) =>
    hash.update(
      `${JSON.stringify([name, labelOf(targets, i, items.length), split])}${hashes[i]}${maskHashes[i] ?? ''}`,
    ),
  );
  return hash.digest('hex');
}

/** Pixels of each label in the masks of these images. `[256]` @throws Interrupted */
export async function countPixels(
  store: PixelStore,
  indices: Uint32Array,
  signal?: AbortSignal,
): Promise<Float64Array> {
  const counts = new Float64Array(256);
  const visit = (i: number): void => {
    for (const label of store.view(indices[i])) counts[label]++;
  };
  await inTurns(indices.length, store.stride, visit, signal);
  return counts;
}

/** Mean and standard deviation of each channel over these images, values scaled to [0, 1]. @throws Interrupted */
export async function computeNormalisation(
  store: PixelStore,
  indices: Uint32Array,
  signal?: AbortSignal,
): Promise<Normalisation> {
  const { channels, stride } = store;
  const counts = Array.from({ length: channels }, () => new Float64Array(256));
  const visit = (n: number): void => {
    const bytes = store.view(indices[n]);
    for (let i = 0; i < stride; i += channels)
      for (let c = 0; c < channels; c++) counts[c][bytes[i + c]]++;
  };
  await inTurns(indices.length, stride, visit, signal);
  const total = (indices.length * stride) / channels;
  const mean = counts.map((count) => count.reduce((sum, n, v) => sum + n * v, 0) / total / 255);
  const std = counts.map((count, c) => {
    const square = count.reduce((sum, n, v) => sum + n * (v / 255 - mean[c]) ** 2, 0) / total;
    return Math.max(minStd, Math.sqrt(square));
  });
  return { mean, std };
}

/** Images that two sets have in common, pixel for pixel: how many of the second's are among the first's. */
export interface Shared {
  readonly first: number;
  readonly second: number;
  readonly images: number;
}

/** The pairs of sets, by their places, that have images in common. */
export function sharedImages(stores: readonly PixelStore[]): Shared[] {
  const hashes = stores.map((store) =>
    Array.from({ length: store.count }, (_, i) => hashOf(store, i)),
  );
  const known = hashes.map((own) => new Set(own));
  return hashes.flatMap((own, second) =>
    known.slice(0, second).flatMap((before, first) => {
      const images = own.filter((hash) => before.has(hash)).length;
      return images > 0 ? [{ first, second, images }] : [];
    }),
  );
}
