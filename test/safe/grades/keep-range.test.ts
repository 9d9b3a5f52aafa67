import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Rng } from '../../../src/core/index.js';
import { binaryPairedMean, continuousPairedMean } from '../../../src/metrics/index.js';
import { harmByMagnitude, type HarmAtMagnitude } from '../../../src/safe/grades/keep-range.js';

const harmMargin = 0.2;
const unmoved = binaryPairedMean(new Float64Array(300));

/** Harm of mean `mean` on 300 images, each losing a part that differs from image to image. */
function harmAt(
  mean: number,
  key: string,
  changes: Partial<HarmAtMagnitude> = {},
): HarmAtMagnitude {
  const rng = new Rng('harm', key, mean);
  const parts = Float64Array.from({ length: 300 }, () => mean + 0.2 * rng.normal());
  return { lost: continuousPairedMean(parts), answers: unmoved, ...changes };
}

const lastOf = (points: readonly HarmAtMagnitude[], known = 0.8): number =>
  harmByMagnitude(points, { known, harmMargin }).last;

test('a range ends before the first magnitude whose harm is not surely below the margin', () => {
  const rising = [0.02, 0.08, 0.19, 0.4].map((mean) => harmAt(mean, 'rising'));
  assert.equal(lastOf(rising), 1);
  assert.equal(lastOf(rising.slice(0, 2)), 1);
  assert.equal(lastOf([harmAt(0.3, 'all'), harmAt(0.4, 'all')]), -1);
});

test('a small harm beyond a large one is chance: the fit rises', () => {
  const { fits, last } = harmByMagnitude(
    [0.05, 0.3, 0.1, 0.12].map((mean) => harmAt(mean, 'bent')),
    { known: 0.8, harmMargin },
  );
  assert.equal(last, 0);
  for (const [i, { harmFitted, harmHigh }] of fits.entries()) {
    assert.ok(harmHigh > harmFitted);
    assert.ok(i === 0 || harmFitted >= fits[i - 1].harmFitted);
  }
});

test('the guards of label-keeping hold at every magnitude', () => {
  const falls = binaryPairedMean(Float64Array.from({ length: 300 }, (_, i) => Number(i % 3 === 0)));
  const rises = {
    ...{ before: 0, now: { value: 0.02, low: 0, high: 0.04 }, knownPerDoubling: 0.1 },
    perDoubling: { value: 0.1, low: 0.08, high: 0.12 },
  };
  const points = (changes: Partial<HarmAtMagnitude>) => [
    harmAt(0.02, 'guard'),
    harmAt(0.03, 'guard', changes),
  ];
  assert.equal(lastOf(points({})), 1);
  assert.equal(lastOf(points({ answers: falls })), 0);
  assert.equal(lastOf(points({ growth: rises })), 0);
  // The task is not known, and how harm grew was not measured.
  assert.equal(lastOf(points({}), 0.4), -1);
});

test('an augmentation that changes nothing at a small magnitude keeps the labels there', () => {
  const nothing = { lost: continuousPairedMean(new Float64Array(300)), answers: unmoved };
  assert.equal(lastOf([nothing, harmAt(0.5, 'rest')]), 0);
});

test('at its margin a magnitude is said to keep the labels at most at the stated rate', () => {
  const repetitions = 2000;
  let wrong = 0;
  for (let r = 0; r < repetitions; r++)
    if (lastOf([harmAt(0.02, `low${r}`), harmAt(harmMargin, `at${r}`)]) === 1) wrong++;
  // One side of a 95 % interval.
  assert.ok(wrong / repetitions <= 0.025 + 0.01, `${wrong / repetitions}`);
});
