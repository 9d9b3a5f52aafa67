import assert from 'node:assert/strict';
import { test } from 'node:test';
import { normalCdf } from '../../src/metrics/distributions.js';
import { pairedInterval } from '../../src/metrics/index.js';
import { measure } from '../../src/safe/measure.js';
import { simulateEvidence } from './evidence.js';

test('J, AUC and task change of simulated scores agree with what they were made with', () => {
  const shift = 1;
  const m = measure(simulateEvidence({ n: 8000, draws: 2, shift, harm: 0.1 }, 'truth'), 2000);
  const bestJ = 2 * normalCdf(shift / 2) - 1;
  assert.ok(Math.abs(m.j.mean - bestJ) < 0.03, `J ${m.j.mean}, expected ${bestJ}`);
  assert.ok(Math.abs(m.auc.value - normalCdf(shift / Math.SQRT2)) < 0.02);
  assert.ok(Math.abs(m.taskChange.value - -0.07) < 0.012);
  assert.ok(m.mcnemar < 1e-6);
  assert.ok(Math.abs(m.tpr - m.fpr - m.j.mean) < 1e-12);
});

test('the fixed threshold of the thesis sees nothing where every probability is below one half', () => {
  const m = measure(simulateEvidence({ n: 2000, draws: 1, shift: 1, level: -6 }, 'thesis'), 500);
  assert.ok(m.thesis.tpr < 0.01 && m.thesis.fpr < 0.01);
  assert.ok(m.j.mean > 0.3);
});

test('choosing the threshold does not inflate J where there is nothing to recognise', () => {
  let sum = 0;
  const repetitions = 60;
  for (let r = 0; r < repetitions; r++)
    sum += measure(simulateEvidence({ n: 300, draws: 1, shift: 0 }, 'null', r), 75).j.mean;
  assert.ok(Math.abs(sum / repetitions) < 0.012, `${sum / repetitions}`);
});

test('95 % intervals of J cover the J of the thresholds used', () => {
  // The truth here is 0: scores with and without are exchangeable at any threshold.
  let covered = 0;
  const repetitions = 1000;
  for (let r = 0; r < repetitions; r++) {
    const { j } = measure(simulateEvidence({ n: 250, draws: 1, shift: 0 }, 'cover', r), 60);
    const { low, high } = pairedInterval(j, 0.05);
    if (low <= 0 && high >= 0) covered++;
  }
  const share = covered / repetitions;
  assert.ok(share >= 0.93 && share <= 0.97, `${share}`);
});
