import assert from 'node:assert/strict';
import { test } from 'node:test';
import { convolve, referenceConvolve } from '../../../src/augment/kernels/convolve.js';
import { mapEach, referenceMapEach } from '../../../src/augment/pil/map-each.js';
import { referenceSharpen, sharpen } from '../../../src/augment/pil/sharpen.js';
import {
  addedTable,
  hueTable,
  referenceShiftHsv,
  shiftHsv,
} from '../../../src/augment/transforms/wide/hsv.js';
import { reEncode } from '../../../src/augment/transforms/wide/image-compression/fast-re-encode.js';
import { referenceReEncode } from '../../../src/augment/transforms/wide/image-compression/re-encode.js';
import { Rng } from '../../../src/core/index.js';
import { agree, sameBytes } from '../support/agree.js';

// The kernels of the wide set against the plain functions beside them, as in fast.test.ts.

/** Weights of a normal distribution, from the middle outwards. */
function normal(sigma: number): Float32Array {
  const weights = Float64Array.from({ length: Math.floor(3.5 * sigma) + 1 }, (_, x) =>
    Math.exp(-0.5 * (x / sigma) ** 2),
  );
  const sum = weights.reduce((total, w, x) => total + (x === 0 ? w : 2 * w), 0);
  return Float32Array.from(weights, (w) => w / sum);
}

for (const sigma of [0.3, 0.5, 0.9, 1.7, 3, 12])
  agree(
    `convolve ${sigma}`,
    (s, w, h, c, d) => convolve(s, w, h, c, normal(sigma), d),
    (s, w, h, c, d) => referenceConvolve(s, w, h, c, normal(sigma), d),
  );

for (const quality of [1, 20, 50, 75, 90, 100])
  agree(
    `reEncode ${quality}`,
    (s, w, h, c, d) => reEncode(s, w, h, c, quality, d),
    (s, w, h, c, d) => referenceReEncode(s, w, h, c, quality, d),
  );

for (const factor of [0, 0.1, 0.55, 1.37, 1.9, 101])
  agree(
    `sharpen ${factor}`,
    (data, width, height, channels, d) => sharpen({ data, width, height, channels }, factor, d),
    (data, width, height, channels, d) =>
      referenceSharpen({ data, width, height, channels }, factor, d),
  );

/** A table that depends on every count. */
const byCounts = (counts: Float64Array): Uint8Array => {
  const shift = counts.reduce((sum, n, value) => sum + n * value, 0);
  return Uint8Array.from({ length: 256 }, (_, value) => (value * 7 + counts[value] + shift) & 255);
};
agree(
  'mapEach',
  (s, _w, _h, c, d) => mapEach(s, c, byCounts, d),
  (s, _w, _h, c, d) => referenceMapEach(s, c, byCounts, d),
);

/** Every colour that occurs in steps of `step` levels, and those next to grey. */
function colours(step: number): Uint8Array {
  const found: number[] = [];
  for (let r = 0; r < 256; r += step)
    for (let g = 0; g < 256; g += step) for (let b = 0; b < 256; b += step) found.push(r, g, b);
  for (let v = 0; v < 255; v++) found.push(v, v, v, v + 1, v, v, v, v, v + 1);
  return Uint8Array.from(found);
}

test('shiftHsv: the same bytes for colours of all kinds and shifts within and beyond the usual', () => {
  const rng = new Rng(1, 'hsv');
  const given = colours(7);
  const [fast, plain] = [new Uint8Array(given.length), new Uint8Array(given.length)];
  for (const limit of [0, 1, 20, 20, 20, 60, 180, 180]) {
    const [hue, saturation, value] = [limit, limit * 1.4, limit].map((x) => rng.uniform(-x, x));
    // From another beginning, so that pixels fall elsewhere in the vectors, and lengths beside whole vectors.
    for (const from of [0, 3, 6, given.length - 9]) {
      const [src, out, same] = [given, fast, plain].map((all) => all.subarray(from));
      shiftHsv(src, hue, saturation, value, out);
      referenceShiftHsv(src, hueTable(hue), addedTable(saturation), addedTable(value), same);
      sameBytes(out, same, `${hue}, ${saturation}, ${value}`);
    }
  }
  // Sums with a shift next to 0 are rounded up to a whole turn.
  shiftHsv(given, -1e-20, 0, 0, fast);
  referenceShiftHsv(given, hueTable(-1e-20), addedTable(0), addedTable(0), plain);
  sameBytes(fast, plain, 'next to nothing');
});

/** Values of all kinds, among them those whose means are halves, and those with the largest coefficients. */
const patterns: Record<string, (x: number, y: number, rng: Rng) => number> = {
  noise: (_x, _y, rng) => rng.int(0, 256),
  extremes: (_x, _y, rng) => (rng.bool(0.5) ? 255 : 0),
  chequers: (x, y) => ((x + y) & 1) * 255,
  'chequers of neighbouring levels': (x, y) => 90 + ((x + y) & 1),
  steps: (x) => ((x & 4) === 0 ? 10 : 11),
  flat: () => 201,
};

/** Calls both on pictures of each pattern, at sizes beside those of whole vectors and blocks. */
function onPatterns(
  each: (src: Uint8Array, w: number, h: number, c: 1 | 3, rng: Rng, what: string) => void,
): void {
  const rng = new Rng(1, 'patterns');
  for (const [what, value] of Object.entries(patterns))
    for (const [width, height] of [
      [1, 2],
      [3, 1],
      [7, 9],
      [15, 4],
      [40, 33],
    ])
      for (const channels of [1, 3] as const) {
        const src = Uint8Array.from({ length: width * height * channels }, (_, i) => {
          const pixel = Math.floor(i / channels);
          return value(pixel % width, Math.floor(pixel / width), rng);
        });
        each(src, width, height, channels, rng, `${what} ${width}x${height}x${channels}`);
      }
}

test('convolve: the same bytes where means lie at halves', () => {
  onPatterns((src, width, height, channels, rng, what) => {
    const [fast, plain] = [new Uint8Array(src.length), new Uint8Array(src.length)];
    for (let i = 0; i < 12; i++) {
      const sigma = rng.uniform(0.3, i < 9 ? 3 : 9);
      convolve(src, width, height, channels, normal(sigma), fast);
      referenceConvolve(src, width, height, channels, normal(sigma), plain);
      sameBytes(fast, plain, `${what}, ${sigma}`);
    }
  });
});

test('convolve: means of chequers lie at halves, where the last bits decide', () => {
  // Otherwise the test above would not see whether sums near halves are done again.
  const src = Uint8Array.from({ length: 64 * 64 }, (_, i) => ((i + (i >> 6)) & 1) * 255);
  const half = normal(3);
  const plain = new Uint8Array(src.length);
  referenceConvolve(src, 64, 64, 1, half, plain);
  assert.deepEqual([...new Set(plain)].sort(), [127, 128]);
});

test('reEncode and sharpen: the same bytes for every quality and pattern', () => {
  let quality = 0;
  onPatterns((src, width, height, channels, _rng, what) => {
    const [fast, plain] = [new Uint8Array(src.length), new Uint8Array(src.length)];
    sharpen({ data: src, width, height, channels }, 1.9, fast);
    referenceSharpen({ data: src, width, height, channels }, 1.9, plain);
    sameBytes(fast, plain, `${what}, sharpened`);
    for (let i = 0; i < 9; i++) {
      quality = (quality % 100) + 1;
      reEncode(src, width, height, channels, quality, fast);
      referenceReEncode(src, width, height, channels, quality, plain);
      sameBytes(fast, plain, `${what}, ${quality}`);
    }
  });
});
