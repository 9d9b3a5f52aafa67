import assert from 'node:assert/strict';
import { test } from 'node:test';
import { combineGains } from '../../../src/commands/recommend/combine-gains.js';
import { Rng } from '../../../src/core/index.js';
import { studentQuantile } from '../../../src/metrics/index.js';

const about = (value: number, half: number) => ({ value, low: value - half, high: value + half });

test('one or two data sets give their mean and the envelope of their intervals', () => {
  assert.deepEqual(combineGains([about(0.02, 0.01)]), {
    ...about(0.02, 0.01),
    method: 'envelope',
  });
  const { value, low, high, method } = combineGains([about(0.02, 0.01), about(-0.01, 0.03)]);
  assert.ok(Math.abs(value - 0.005) < 1e-12);
  assert.deepEqual([low, high, method], [-0.04, 0.03, 'envelope']);
});

test('three that agree give their mean weighed by precision, and t with two degrees', () => {
  const z = 1.959964;
  const { value, low, high, method } = combineGains([
    about(0.02, 0.01 * z),
    about(0.02, 0.02 * z),
    about(0.02, 0.02 * z),
  ]);
  // Weights 1 : 1/4 : 1/4 of 1e4, and no spread between them.
  const half = studentQuantile(0.975, 2) * Math.sqrt(1 / (1.5 * 1e4));
  assert.equal(method, 'prediction');
  assert.ok(Math.abs(value - 0.02) < 1e-9);
  assert.ok(Math.abs(high - value - half) < 1e-9 && Math.abs(value - low - half) < 1e-9);
});

test('data sets that differ widen the interval; a shift of all shifts it', () => {
  const of = (...values: number[]) => combineGains(values.map((value) => about(value, 0.01)));
  const width = ({ low, high }: { low: number; high: number }): number => high - low;
  assert.ok(width(of(0, 0.05, 0.1, 0.15)) > 3 * width(of(0.07, 0.075, 0.075, 0.08)));
  const [here, there] = [of(0, 0.05, 0.1), of(0.2, 0.25, 0.3)];
  assert.ok(Math.abs(there.low - here.low - 0.2) < 1e-9);
  // Intervals of no width, all alike, are no division by nothing.
  assert.ok(Number.isFinite(combineGains([about(0, 0), about(0, 0), about(0, 0)]).low));
});

/**
 * Share of repetitions in which the interval from k data sets contains the gain of one more: gains are normal with spread tau about
 * a mean, each measured with its own standard error, 0.5 to 2 points.
 */
function coverage(k: number, tau: number, repetitions = 4000): number {
  const rng = new Rng(7, k, Math.round(1e4 * tau));
  let inside = 0;
  for (let r = 0; r < repetitions; r++) {
    const gains = Array.from({ length: k }, () => {
      const error = rng.uniform(0.005, 0.02);
      return about(0.03 + tau * rng.normal() + error * rng.normal(), 1.959964 * error);
    });
    const next = 0.03 + tau * rng.normal();
    const { low, high } = combineGains(gains);
    if (next >= low && next <= high) inside++;
  }
  return inside / repetitions;
}

test('from three data sets on, the interval contains the gain of one more in 95 %', () => {
  for (const k of [3, 4, 6, 10])
    for (const tau of [0, 0.01, 0.03, 0.1]) {
      const share = coverage(k, tau);
      // The standard error of a share of .95 in 4,000 is .0034.
      assert.ok(share > 0.945, `${k} data sets, spread ${tau}: ${share}`);
    }
});

test('of one data set the interval holds for another one only where they do not differ', () => {
  assert.ok(coverage(1, 0) > 0.93);
  const share = coverage(1, 0.03);
  assert.ok(share > 0.3 && share < 0.7, `${share}`);
});
