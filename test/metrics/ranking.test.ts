import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Rng } from '../../src/core/index.js';
import {
  bestCutoff,
  crossEntropies,
  mcnemarExact,
  pairedAuc,
  splitStability,
  splitTwoGroups,
  topKCorrect,
} from '../../src/metrics/index.js';
import { normalCdf } from '../../src/metrics/distributions.js';

test('AUC of scores without overlap is 1, of the same scores 0.5', () => {
  const clean = Float64Array.from([1, 2, 3, 4]);
  assert.equal(pairedAuc(clean, [Float64Array.from([5, 6, 7, 8])]).value, 1);
  assert.equal(pairedAuc(clean, [clean]).value, 0.5);
});

test('AUC counts the pairs in which the augmented score is higher, ties half', () => {
  const clean = Float64Array.from([0.1, 0.4, 0.35, 0.8]);
  const augmented = Float64Array.from([0.4, 0.9, 0.2, 0.7]);
  let pairs = 0;
  for (const a of augmented) for (const c of clean) pairs += a > c ? 1 : a === c ? 0.5 : 0;
  assert.ok(Math.abs(pairedAuc(clean, [augmented]).value - pairs / 16) < 1e-12);
});

test('AUC intervals of correlated pairs cover the truth', () => {
  // clean = u + e, augmented = u + e' + shift: AUC = Phi(shift / sqrt(2 (var u + var e))).
  const truth = normalCdf(0.5 / Math.SQRT2);
  let covered = 0;
  const repetitions = 400;
  for (let r = 0; r < repetitions; r++) {
    const rng = new Rng(r, 'auc');
    const n = 200;
    const clean = new Float64Array(n);
    const draws = [new Float64Array(n), new Float64Array(n)];
    for (let i = 0; i < n; i++) {
      const u = Math.sqrt(0.75) * rng.normal();
      clean[i] = u + 0.5 * rng.normal();
      for (const d of draws) d[i] = u + 0.5 * rng.normal() + 0.5;
    }
    const { low, high } = pairedAuc(clean, draws);
    if (low <= truth && truth <= high) covered++;
  }
  assert.ok(covered / repetitions > 0.92 && covered / repetitions < 0.98, `${covered}`);
});

test('the best cut-off separates two separable groups in the middle', () => {
  const { cutoff, j } = bestCutoff([1, 2, 3], [10, 11, 12], 0);
  assert.equal(cutoff, 6.5);
  assert.ok(Math.abs(j - 1) < 1e-12);
  assert.deepEqual(bestCutoff([], []), { cutoff: 0, j: 0 });
});

test('the exact McNemar test agrees with the binomial', () => {
  assert.equal(mcnemarExact(0, 0), 1);
  assert.ok(Math.abs(mcnemarExact(1, 9) - 0.021484375) < 1e-12);
  assert.equal(mcnemarExact(5, 5), 1);
  assert.ok(mcnemarExact(3000, 2000) < 1e-40);
});

test('two groups are split in the gap, and stably so when it is wide', () => {
  const values = [0, 0.02, 0.05, 0.6, 0.7, 0.8];
  const { split, explained } = splitTwoGroups(values);
  assert.ok(Math.abs(split - 0.325) < 1e-12);
  assert.ok(explained > 0.95);
  const low = splitStability(values, new Array<number>(6).fill(0.02), new Rng(1));
  assert.ok(low[2] > 0.99 && low[3] < 0.01);
});

test('top-k accuracy counts ties against the sample', () => {
  const scores = [0.1, 0.9, 0.5, 0.5, 0.5, 0.5];
  assert.deepEqual([...topKCorrect(scores, [1, 0], 3)], [1, 0]);
  assert.deepEqual([...topKCorrect(scores, [2, 0], 3, 2)], [1, 0]);
  assert.deepEqual([...topKCorrect(scores, [2, 0], 3, 3)], [1, 1]);
});

test('cross-entropy of equal logits is the logarithm of the number of classes', () => {
  const [a, b] = crossEntropies([0, 0, 0, 0, 1000, 0, 0, 0], [2, 0], 4);
  assert.ok(Math.abs(a - Math.log(4)) < 1e-12);
  assert.ok(b >= 0 && b < 1e-12);
});
