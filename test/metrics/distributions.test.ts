import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { packageRoot } from '../../src/core/index.js';
import {
  erfc,
  normalCdf,
  normalQuantile,
  studentCdf,
  studentQuantile,
} from '../../src/metrics/distributions.js';

/** SciPy's values (test/fixtures/metrics/make.py). */
interface Reference {
  readonly erfc: readonly [x: number, value: number][];
  readonly normal: readonly [p: number, quantile: number][];
  readonly student: readonly [p: number, df: number, quantile: number][];
}

const file = join(packageRoot(), 'test/fixtures/metrics/distributions.json');
const reference = JSON.parse(readFileSync(file, 'utf8')) as Reference;

test('normal quantiles agree with the reference', () => {
  for (const [p, z] of reference.normal)
    assert.ok(Math.abs(normalQuantile(p) - z) < 1e-12, `${p}: ${normalQuantile(p)}, not ${z}`);
  assert.equal(normalQuantile(0), -Infinity);
  assert.equal(normalQuantile(1), Infinity);
});

test('the distribution function inverts the quantile', () => {
  for (let p = 0.0005; p < 1; p += 0.0095)
    assert.ok(Math.abs(normalCdf(normalQuantile(p)) - p) < 1e-12, `${p}`);
});

test('erfc agrees with the reference on both of its branches', () => {
  for (const [x, y] of reference.erfc)
    assert.ok(Math.abs(erfc(x) / y - 1) < 1e-12, `${x}: ${erfc(x)}, not ${y}`);
});

test("Student's quantiles agree with the reference", () => {
  /** As its documentation says. */
  const largestError = (df: number): number =>
    df <= 12 ? 1e-12 : df < 30 ? 1e-4 : df < 374 ? 2e-6 : 1e-11;
  for (const [p, df, t] of reference.student) {
    const error = Math.abs(studentQuantile(p, df) / t - 1);
    assert.ok(error < largestError(df), `p ${p}, ${df} degrees of freedom: off by ${error}`);
  }
});

test("Student's distribution function agrees with the reference", () => {
  for (const [p, df, t] of reference.student) {
    if (!Number.isInteger(df)) continue;
    assert.ok(Math.abs(studentCdf(t, df) - p) < 1e-11, `${t}, ${df} degrees: ${studentCdf(t, df)}`);
    assert.ok(Math.abs(studentCdf(-t, df) - (1 - p)) < 1e-11);
  }
  assert.equal(studentCdf(0, 7), 0.5);
  assert.equal(studentCdf(Infinity, 5), 1);
  assert.equal(studentCdf(-Infinity, 4), 0);
});
