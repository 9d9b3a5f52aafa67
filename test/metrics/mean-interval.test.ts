import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Rng } from '../../src/core/index.js';
import {
  holmLevels,
  marginTest,
  pairedInterval,
  binaryPairedMean,
} from '../../src/metrics/index.js';

/** Per-image differences with a known mean: up with chance `gain`, down with chance `loss`, over draws. */
function simulate(rng: Rng, n: number, draws: number, gain: number, loss: number): Float64Array {
  const differences = new Float64Array(n);
  for (let i = 0; i < n; i++) {
    for (let d = 0; d < draws; d++) {
      const u = rng.float();
      differences[i] += (u < gain ? 1 : u < gain + loss ? -1 : 0) / draws;
    }
  }
  return differences;
}

const settings = [
  { n: 100, draws: 1, gain: 0.1, loss: 0.1 },
  { n: 400, draws: 1, gain: 0.12, loss: 0.05 },
  { n: 400, draws: 3, gain: 0.3, loss: 0.02 },
  { n: 2000, draws: 1, gain: 0.02, loss: 0.02 },
];

for (const s of settings)
  test(`95 % intervals of a paired mean cover the truth 93 to 97 % of the time (${JSON.stringify(s)})`, () => {
    const truth = s.gain - s.loss;
    const repetitions = 3000;
    let covered = 0;
    for (let r = 0; r < repetitions; r++) {
      const rng = new Rng(r, 'coverage');
      const { low, high } = pairedInterval(
        binaryPairedMean(simulate(rng, s.n, s.draws, s.gain, s.loss)),
        0.05,
      );
      if (low <= truth && truth <= high) covered++;
    }
    const share = covered / repetitions;
    assert.ok(share >= 0.93 && share <= 0.97, `${share}`);
  });

test('images that never differ still leave an interval with a width', () => {
  const { value, low, high } = pairedInterval(binaryPairedMean(new Float64Array(400)), 0.05);
  assert.equal(value, 0);
  assert.ok(low < 0 && high > 0 && high < 0.02);
});

test('among fifteen augmentations at the margin a false "safe" is as rare as promised', () => {
  const delta = 0.1;
  const repetitions = 600;
  let runsWithAnError = 0;
  for (let r = 0; r < repetitions; r++) {
    const rng = new Rng(r, 'family');
    const means = Array.from({ length: 15 }, () =>
      binaryPairedMean(simulate(rng, 400, 1, 0.1 + delta, 0.1)),
    );
    const p = means.map((m) => {
      const t = marginTest(m, delta);
      return Math.min(1, 2 * Math.min(t.below, t.above));
    });
    const levels = holmLevels(p, 0.05);
    if (means.some((m, k) => pairedInterval(m, levels[k]).high < delta)) runsWithAnError++;
  }
  assert.ok(runsWithAnError / repetitions <= 0.05, `${runsWithAnError / repetitions}`);
});

test('Holm steps down and stops at the first that fails', () => {
  const levels = holmLevels([0.01, 0.5, 0.02, 0.001], 0.05);
  assert.deepEqual(
    Array.from(levels, (l) => Number(l.toFixed(6))),
    [0.016667, 0.05, 0.025, 0.0125],
  );
  const stopped = holmLevels([0.3, 0.4, 0.5], 0.06);
  for (const level of stopped) assert.ok(Math.abs(level - 0.02) < 1e-12);
});
