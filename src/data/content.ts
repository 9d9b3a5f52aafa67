import { createHash } from 'node:crypto';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { Interrupted } from '../core/index.js';
import type { PixelStore } from './pixel-store.js';
import { labelOf, type DatasetTargets } from './targets.js';
import type { Duplicates, Item, Normalisation } from './types.js';

/** A constant channel would otherwise divide by zero. */
const minStd = 1e-3;
const mostExamples = 5;

/** Hash of each image's pixels: equal only for equal pixels. */
export function hashImages(store: PixelStore): string[] {
  return Array.from({ length: store.count }, (_, i) => hashOf(store, i));
}

function hashOf(store: PixelStore, i: number): string {
  return createHash('sha256').update(store.view(i)).digest('base64');
}

/** Bytes that are hashed at a stretch: some milliseconds. */
const stretch = 2 ** 24;

/**
 * The same for a whole data set, which may take seconds: signals get a turn meanwhile.
 *
 * @throws `Interrupted` once `signal` is aborted
 */
export async function hashInTurns(store: PixelStore, signal?: AbortSignal): Promise<string[]> {
  const hashes: string[] = [];
  let bytes = 0;
  for (let i = 0; i < store.count; i++) {
    hashes.push(hashOf(store, i));
    bytes += store.view(i).length;
    if (bytes < stretch) continue;
    bytes = 0;
    await nextTurn();
    if (signal?.aborted) throw new Interrupted();
  }
  return hashes;
}

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

/** Pixels of each class in the masks of these images, ignored ones left out. `[classes]` */
export function countPixels(
  { store, ignored }: { readonly store: PixelStore; readonly ignored: number },
  indices: Uint32Array,
  classes: number,
): Float64Array {
  const counts = new Float64Array(256);
  for (const index of indices) for (const label of store.view(index)) counts[label]++;
  counts[ignored] = 0;
  return counts.slice(0, classes);
}

/** Finds images with equal pixels by their hashes. */
export function findDuplicates(
  items: readonly Item[],
  targets: DatasetTargets,
  hashes: readonly string[],
): Duplicates {
  const labels = items.map((_, i) => JSON.stringify(labelOf(targets, i, items.length)));
  const firstOf = new Map<string, number>();
  const inTest: [string, string][] = [];
  const inTrain: [string, string][] = [];
  let testInTrain = 0;
  let withinTrain = 0;
  let otherClass = 0;
  const note = (i: number, first: number, into: [string, string][]): void => {
    if (labels[first] !== labels[i]) otherClass++;
    if (into.length < mostExamples) into.push([items[i].name, items[first].name]);
  };
  items.forEach((item, i) => {
    if (item.split === 'test') return;
    const first = firstOf.get(hashes[i]);
    if (first === undefined) {
      firstOf.set(hashes[i], i);
    } else {
      withinTrain++;
      note(i, first, inTrain);
    }
  });
  items.forEach((item, i) => {
    if (item.split !== 'test') return;
    const first = firstOf.get(hashes[i]);
    if (first === undefined) return;
    testInTrain++;
    note(i, first, inTest);
  });
  return {
    testInTrain,
    withinTrain,
    otherClass,
    examples: [...inTest, ...inTrain].slice(0, mostExamples),
  };
}

/** Mean and standard deviation of each channel over these images, values scaled to [0, 1]. */
export function computeNormalisation(store: PixelStore, indices: Uint32Array): Normalisation {
  const { channels, stride } = store;
  const counts = Array.from({ length: channels }, () => new Float64Array(256));
  for (const index of indices) {
    const bytes = store.view(index);
    for (let i = 0; i < stride; i += channels)
      for (let c = 0; c < channels; c++) counts[c][bytes[i + c]]++;
  }
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
  const hashes = stores.map(hashImages);
  const known = hashes.map((own) => new Set(own));
  return hashes.flatMap((own, second) =>
    known.slice(0, second).flatMap((before, first) => {
      const images = own.filter((hash) => before.has(hash)).length;
      return images > 0 ? [{ first, second, images }] : [];
    }),
  );
}
