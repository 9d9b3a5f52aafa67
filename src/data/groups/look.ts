import type { PixelStore } from '../pixel-store.js';

/** Cells of a thumbnail's side. */
const side = 12;
/** Cells of a hash: 8 rows of 8 comparisons between neighbours. */
const hashWidth = 9;
const hashHeight = 8;

/** A picture reduced to what stays when it is saved again, resized or made a little brighter. */
export interface Thumbnail {
  /** `[cells, channels]`, area means less the mean of all, so that they sum to 0. */
  readonly values: Float32Array;
  /** Mean of all, in [0, 255]. */
  readonly mean: number;
  /** Standard deviation over all, in grey levels. */
  readonly deviation: number;
}

/**
 * Area means of an image on a grid, `[rows, columns, channels]`.
 *
 * @param pixels uint8 `[height, width, channels]`
 */
export function areaMeans(
  pixels: Uint8Array,
  { width, height }: { readonly width: number; readonly height: number },
  channels: number,
  columns: number,
  rows: number,
): Float32Array {
  const sums = new Float32Array(rows * columns * channels);
  const counts = new Float32Array(rows * columns);
  // Where the grid is finer than the image, neighbouring cells share a pixel.
  const fineX = columns > width;
  const fineY = rows > height;
  const cellX = Int32Array.from({ length: width }, (_, x) => Math.floor((x * columns) / width));
  const cellY = Int32Array.from({ length: height }, (_, y) => Math.floor((y * rows) / height));
  if (fineX || fineY) {
    for (let r = 0; r < rows; r++)
      for (let c = 0; c < columns; c++) {
        const x = Math.min(width - 1, Math.floor(((c + 0.5) * width) / columns));
        const y = Math.min(height - 1, Math.floor(((r + 0.5) * height) / rows));
        for (let k = 0; k < channels; k++)
          sums[(r * columns + c) * channels + k] = pixels[(y * width + x) * channels + k];
      }
    return sums;
  }
  let at = 0;
  for (let y = 0; y < height; y++) {
    const row = cellY[y] * columns;
    for (let x = 0; x < width; x++) {
      const cell = row + cellX[x];
      counts[cell]++;
      for (let k = 0; k < channels; k++) sums[cell * channels + k] += pixels[at++];
    }
  }
  for (let cell = 0; cell < counts.length; cell++)
    for (let k = 0; k < channels; k++) sums[cell * channels + k] /= counts[cell];
  return sums;
}

/**
 * Difference hashes of all images: 64 bits each, as two words, `[2 * count]`. A bit is 1 where a cell of a grid of 9 by
 * 8 is brighter than its left neighbour (sum of the channels).
 *
 * Source: Krawetz (2013), Kind of like that (dHash).
 */
export function differenceHash(store: PixelStore, i: number): [number, number] {
  const { channels, size } = store;
  const means = areaMeans(store.view(i), size, channels, hashWidth, hashHeight);
  const words: [number, number] = [0, 0];
  for (let r = 0; r < hashHeight; r++)
    for (let c = 0; c < hashWidth - 1; c++) {
      const cell = r * hashWidth + c;
      let change = 0;
      for (let k = 0; k < channels; k++)
        change += means[(cell + 1) * channels + k] - means[cell * channels + k];
      const bit = r * (hashWidth - 1) + c;
      if (change > 0) words[bit >> 5] |= 1 << (bit & 31);
    }
  return [words[0] >>> 0, words[1] >>> 0];
}

/** A thumbnail of 12 by 12 area means. */
export function thumbnailOf(store: PixelStore, i: number): Thumbnail {
  const { channels, size } = store;
  const values = areaMeans(store.view(i), size, channels, side, side);
  let sum = 0;
  for (const v of values) sum += v;
  const mean = sum / values.length;
  let squares = 0;
  values.forEach((v, at) => {
    values[at] = v - mean;
    squares += (v - mean) ** 2;
  });
  return { values, mean, deviation: Math.sqrt(squares / values.length) };
}

/** Number of bits in which two hashes differ. */
export function hashDistance(a: readonly [number, number], b: readonly [number, number]): number {
  return ones(a[0] ^ b[0]) + ones(a[1] ^ b[1]);
}

/** Bits that are set in a word. */
export function ones(word: number): number {
  let v = word - ((word >>> 1) & 0x55555555);
  v = (v & 0x33333333) + ((v >>> 2) & 0x33333333);
  return (((v + (v >>> 4)) & 0x0f0f0f0f) * 0x01010101) >>> 24;
}

/**
 * What is left of the second thumbnail when the first is fitted to it by brightness and contrast: the standard
 * deviation of the rest as a share of its own, sqrt(1 - r^2), r the correlation. 0: the same picture, 1: nothing in
 * common (also where one is plain).
 */
export function unexplained(a: Thumbnail, b: Thumbnail): number {
  let product = 0;
  for (let at = 0; at < a.values.length; at++) product += a.values[at] * b.values[at];
  const r = product / (a.values.length * a.deviation * b.deviation);
  return r > 0 ? Math.sqrt(Math.max(0, 1 - r * r)) : 1;
}
