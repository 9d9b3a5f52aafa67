import { stopIfAborted } from '../../core/index.js';
import { inTurns } from '../../core/in-turns.js';
import type { PixelStore } from '../pixel-store.js';
import { differenceHash, ones, thumbnailOf, unexplained, type Thumbnail } from './look.js';

/** Two images that are nearly the same, by their indices, the smaller first. */
export type NearPair = readonly [number, number];

/** Bits in which the hashes of two near-duplicates differ at most. */
const mostBits = 8;
/**
 * What one thumbnail leaves unexplained of the other at most. Saving again as JPEG (quality 75), resizing and 5 % of
 * brightness leave less in photographs; no two of 10,000 pictures of CIFAR-10 do, which were cleared of copies
 * (docs/decisions/070-near-duplicates.md).
 */
const mostUnexplained = 0.15;
/** Of a copy: a thousand of them are paired with the first, and not with each other. */
const copied = 0.01;
/** With more partners than these the next ones, too, are paired with one image alone. */
const mostPartners = 60;
/** Pictures with a smaller deviation, in grey levels, are plain: what little they show is noise. */
const plain = 2;
/** With more images only those are compared whose hashes agree in a quarter, which those of copies do. */
const mostCompared = 40_000;

/**
 * Pairs of images that are nearly the same: saved again, resized, a little brighter, or not changed at all. Rotated,
 * mirrored and cropped copies are not found, nor plain pictures.
 *
 * Hashes of 64 bits find the candidates; a thumbnail of each decides.
 *
 * @throws Interrupted
 */
export async function nearDuplicates(store: PixelStore, signal?: AbortSignal): Promise<NearPair[]> {
  const { count } = store;
  const low = new Uint32Array(count);
  const high = new Uint32Array(count);
  await inTurns(
    count,
    store.stride,
    (i) => {
      [low[i], high[i]] = differenceHash(store, i);
    },
    signal,
  );
  const thumbnails = new Map<number, Thumbnail>();
  const thumbnail = (i: number): Thumbnail => {
    let own = thumbnails.get(i);
    if (own === undefined) thumbnails.set(i, (own = thumbnailOf(store, i)));
    return own;
  };
  const pairs: NearPair[] = [];
  // Stands for nothing more: what is like it is like what it is attached to.
  const isAttached = new Uint8Array(count);
  const partners = new Uint32Array(count);
  /** Notes a pair of near-duplicates. @returns whether it is one */
  const compare = (i: number, j: number): boolean => {
    if (isAttached[i] || isAttached[j]) return false;
    if (ones(low[i] ^ low[j]) + ones(high[i] ^ high[j]) > mostBits) return false;
    const [a, b] = [thumbnail(i), thumbnail(j)];
    if (a.deviation < plain || b.deviation < plain) return false;
    const apart = unexplained(a, b);
    if (apart > mostUnexplained) return false;
    pairs.push([i, j]);
    if (apart <= copied || ++partners[i] > mostPartners) isAttached[j] = 1;
    return true;
  };
  if (count <= mostCompared) {
    for (let i = 0; i < count; i++) {
      if (i % 256 === 0) stopIfAborted(signal);
      for (let j = i + 1; j < count && !isAttached[i]; j++) compare(i, j);
    }
    return pairs;
  }
  const seen = new Set<number>();
  for (const words of [low, high])
    for (const shift of [0, 16])
      for (const bucket of buckets(words, shift))
        for (const [at, i] of bucket.entries()) {
          if (at % 256 === 0) stopIfAborted(signal);
          for (const j of bucket.slice(at + 1)) {
            const key = i * count + j;
            if (!seen.has(key) && compare(i, j)) seen.add(key);
          }
        }
  return pairs.sort(([a, b], [c, d]) => a - c || b - d);
}

/** Images whose hashes agree in 16 bits of a word, in ascending order. */
function buckets(words: Uint32Array, shift: number): number[][] {
  const of = new Map<number, number[]>();
  words.forEach((word, i) => {
    const part = (word >>> shift) & 0xffff;
    const own = of.get(part);
    if (own === undefined) of.set(part, [i]);
    else own.push(i);
  });
  return [...of.values()].filter((own) => own.length > 1);
}

/** Up to this size, whatever hangs together by pairs is one group. */
const mostLinked = 30;

/**
 * Groups of near-duplicates. Images that hang together by pairs are one group: 1 like 2 and 2 like 3 puts 1 and 3
 * together too. A chain of frames could so swallow a whole film: a group grows beyond 30 images only by those that are
 * near to all in it, and by those that have a single partner in it and no other, as copies have.
 *
 * @returns `[count]`, the smallest index in each image's group
 */
export function linked(pairs: readonly NearPair[], count: number): Int32Array {
  const groupOf = Int32Array.from({ length: count }, (_, i) => i);
  const members = new Map<number, number[]>();
  const near = new Set(pairs.map(([i, j]) => i * count + j));
  const areNear = (i: number, j: number): boolean =>
    near.has(Math.min(i, j) * count + Math.max(i, j));
  const of = (group: number): number[] => members.get(group) ?? [group];
  const partners = new Uint32Array(count);
  for (const image of pairs.flat()) partners[image]++;
  const isSingle = ([, j]: NearPair): boolean => partners[j] === 1;
  for (const pair of pairs) {
    if (isSingle(pair)) continue;
    const [i, j] = pair;
    const [into, from] = [groupOf[i], groupOf[j]].sort((a, b) => a - b);
    if (into === from) continue;
    const [kept, moved] = [of(into), of(from)];
    const fits = kept.length + moved.length <= mostLinked;
    if (!fits && !kept.every((a) => moved.every((b) => areNear(a, b)))) continue;
    for (const image of moved) groupOf[image] = into;
    members.set(into, [...kept, ...moved]);
    members.delete(from);
  }
  for (const pair of pairs) if (isSingle(pair)) groupOf[pair[1]] = groupOf[pair[0]];
  return groupOf;
}
