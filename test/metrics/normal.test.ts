import assert from 'node:assert/strict';
import { test } from 'node:test';
import { erfc, normalCdf, normalQuantile, studentQuantile } from '../../src/metrics/index.js';

// Reference values: scipy.stats.norm, scipy.stats.t, scipy.special.erfc (SciPy 1.11).
test('normal quantiles agree with the reference', () => {
  const cases: [number, number][] = [
    [0.975, 1.959963984540054],
    [0.5, 0],
    [0.999, 3.090232306167813],
    [1e-6, -4.753424308822899],
    [0.0033333333333, -2.7130518886],
  ];
  for (const [p, z] of cases) assert.ok(Math.abs(normalQuantile(p) - z) < 1e-8, `${p}`);
  assert.equal(normalQuantile(0), -Infinity);
  assert.equal(normalQuantile(1), Infinity);
});

test('the distribution function inverts the quantile', () => {
  for (let p = 0.0005; p < 1; p += 0.0095)
    assert.ok(Math.abs(normalCdf(normalQuantile(p)) - p) < 1e-12, `${p}`);
});

test('erfc agrees with the reference on both of its branches', () => {
  const cases: [number, number][] = [
    [0.5, 0.4795001221869535],
    [2.4, 6.885138966450786e-4],
    [2.6, 2.360344165293492e-4],
    [4, 1.541725790028002e-8],
    [-1, 1.842700792949715],
  ];
  for (const [x, y] of cases) assert.ok(Math.abs(erfc(x) / y - 1) < 1e-11, `${x}: ${erfc(x)}`);
});

test("Student's quantiles agree with the reference within half a percent", () => {
  const cases: [number, number, number][] = [
    [0.975, 5, 2.5705818366147395],
    [0.975, 30, 2.0422724563012373],
    [0.995, 10, 3.169272667175838],
    [0.999, 100, 3.1737394937387],
  ];
  for (const [p, df, t] of cases)
    assert.ok(Math.abs(studentQuantile(p, df) / t - 1) < 0.005, `${p}, ${df}`);
});
