import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isotonic } from '../../src/metrics/index.js';
import { Rng } from '../../src/core/index.js';

test('rising values stay, falling ones become their weighted mean', () => {
  assert.deepEqual([...isotonic([1, 2, 3], [1, 1, 1])], [1, 2, 3]);
  assert.deepEqual([...isotonic([3, 1], [1, 3])], [1.5, 1.5]);
  assert.deepEqual([...isotonic([1, 4, 2, 3, 5], [1, 1, 1, 1, 1])], [1, 3, 3, 3, 5]);
});

test('no rising sequence among many is nearer', () => {
  const rng = new Rng('isotonic');
  const values = Array.from({ length: 6 }, () => rng.normal());
  const weights = Array.from({ length: 6 }, () => rng.uniform(0.2, 2));
  const distance = (other: ArrayLike<number>): number =>
    values.reduce((sum, v, i) => sum + weights[i] * (v - other[i]) ** 2, 0);
  const best = distance(isotonic(values, weights));
  for (let r = 0; r < 3000; r++) {
    const rising = Array.from({ length: 6 }, () => rng.normal()).sort((a, b) => a - b);
    assert.ok(distance(rising) >= best - 1e-12);
  }
});
