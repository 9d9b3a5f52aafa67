import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  meanOverSeeds,
  rankCorrelation,
  rankCorrelationInterval,
  studentQuantile,
} from '../../src/metrics/index.js';

test('few degrees of freedom: quantiles of Student’s t as in tables', () => {
  const table: [df: number, p: number, t: number][] = [
    [1, 0.975, 12.7062],
    [2, 0.975, 4.30265],
    [3, 0.975, 3.18245],
    [4, 0.975, 2.77645],
    [9, 0.975, 2.26216],
    [2, 0.95, 2.91999],
    [3, 0.995, 5.84091],
    [5, 0.5, 0],
    [2, 0.025, -4.30265],
  ];
  for (const [df, p, t] of table)
    assert.ok(Math.abs(studentQuantile(p, df) - t) < 1e-4, `df ${df}, p ${p}`);
});

test('mean over seeds with its interval', () => {
  const { value, low, high } = meanOverSeeds([1, 2, 3], 0.05);
  assert.equal(value, 2);
  // 4.30265 times the standard error 1 / sqrt(3).
  assert.ok(Math.abs(high - 2 - 2.48414) < 1e-4);
  assert.ok(Math.abs(low + high - 4) < 1e-12);
  const alone = meanOverSeeds([0.5], 0.05);
  assert.equal(alone.value, 0.5);
  assert.ok(Number.isNaN(alone.low));
});

test('rank correlation', () => {
  assert.ok(Math.abs(rankCorrelation([1, 2, 3, 4], [10, 20, 30, 1000]) - 1) < 1e-12);
  assert.ok(Math.abs(rankCorrelation([1, 2, 3, 4], [4, 3, 2, 1]) + 1) < 1e-12);
  // By hand: ranks 1, 2.5, 2.5, 4 against 1, 3, 2, 4.
  assert.ok(
    Math.abs(rankCorrelation([1, 2, 2, 3], [1, 5, 3, 9]) - 4.5 / Math.sqrt(4.5 * 5)) < 1e-12,
  );
  assert.ok(Number.isNaN(rankCorrelation([1, 1], [1, 2])));
});

test('rank correlation with its interval', () => {
  // atanh(0.5) = 0.549306; 1.959964 sqrt(1.125 / 9) = 0.692952.
  const { low, high } = rankCorrelationInterval(0.5, 12, 0.05);
  assert.ok(Math.abs(low - Math.tanh(0.549306 - 0.692952)) < 1e-5);
  assert.ok(Math.abs(high - Math.tanh(0.549306 + 0.692952)) < 1e-5);
  const whole = rankCorrelationInterval(-1, 5, 0.05);
  assert.ok(whole.low >= -1 && whole.high < 0);
  assert.ok(Number.isNaN(rankCorrelationInterval(0.5, 3, 0.05).low));
});
