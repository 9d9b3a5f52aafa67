import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createTransform } from '../../src/augment/index.js';
import {
  goldenMask,
  goldenPicture,
  readGolden,
  shortHash,
  type Golden,
  type GoldenCase,
} from './support/golden.js';

/** How far results may be from the real ones; measured, nearly all are identical. */
interface Tolerance {
  /** Largest difference anywhere, in grey levels. */
  largest: number;
  /** Part of the values that may differ by more than one level. */
  beyondOne: number;
}

const tolerances: Record<string, Tolerance> = {
  Blur: { largest: 2, beyondOne: 0.001 },
  RandomSizedCrop: { largest: 2, beyondOne: 0.001 },
  ShiftScaleRotate: { largest: 2, beyondOne: 0.001 },
  CLAHE: { largest: 255, beyondOne: 0.01 },
};

/** Part of the labels that may differ where a nearest-neighbour warp meets the middle between two pixels. */
const labelTies = 0.002;

for (const version of ['1.3.1', '2.0.8', '0.1.1']) {
  const golden = readGolden(version);
  const names = [...new Set(golden.cases.map((c) => c.transform))];
  for (const name of names)
    test(`${name} as in Albumentations ${version} on OpenCV ${golden.opencv}`, () => {
      for (const c of golden.cases) if (c.transform === name) compare(golden, c);
    });
}

function compare(golden: Golden, c: GoldenCase): void {
  const transform = createTransform({ name: c.transform });
  const result =
    c.target === 'mask'
      ? transform.applyMask(goldenMask(c.width, c.height), c.params)
      : transform.apply(goldenPicture(c.width, c.height, c.channels), c.params);
  const where = `${c.target} ${c.width}x${c.height}x${c.channels} ${JSON.stringify(c.params)}`;
  assert.deepEqual([result.width, result.height], [c.outWidth, c.outHeight], where);
  if (c.sha256 !== undefined) {
    assert.equal(shortHash(result.data), c.sha256, where);
    return;
  }
  const differences = differencesOf(golden, c, result.data);
  if (c.target === 'mask') {
    const ties = differences.filter((d) => d !== 0).length;
    assert.ok(ties <= labelTies * differences.length, `${where}: ${ties} labels differ`);
    return;
  }
  const tolerance = tolerances[c.transform];
  const largest = differences.reduce((a, b) => Math.max(a, b), 0);
  const beyond = differences.filter((d) => d > 1).length;
  assert.ok(largest <= tolerance.largest, `${where}: ${largest} levels off`);
  assert.ok(
    beyond <= tolerance.beyondOne * differences.length,
    `${where}: ${beyond} of ${differences.length} values more than one level off`,
  );
}

/** Absolute differences to the rows that were kept. */
function differencesOf(golden: Golden, c: GoldenCase, data: Uint8Array): Uint8Array {
  const stride = c.outWidth * (c.target === 'mask' ? 1 : c.channels);
  const rows = c.rows ?? Array.from({ length: c.outHeight }, (_, y) => y);
  const expected = golden.bytes.subarray(c.at, c.at! + c.length!);
  assert.equal(expected.length, rows.length * stride);
  const differences = new Uint8Array(expected.length);
  rows.forEach((row, k) => {
    for (let i = 0; i < stride; i++)
      differences[k * stride + i] = Math.abs(expected[k * stride + i] - data[row * stride + i]);
  });
  return differences;
}
