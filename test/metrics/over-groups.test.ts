import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { groupedSample } from '../../bench/intervals/grouped.js';
import { Rng } from '../../src/core/index.js';
import {
  meanInterval,
  overGroups,
  pairedAuc,
  pairedInterval,
  pairedMean,
  unboundedInterval,
  type Estimate,
} from '../../src/metrics/index.js';

const answers = (rng: Rng): number => {
  const u = rng.float();
  return u < 0.25 ? 1 : u < 0.4 ? -1 : 0;
};
const losses = (rng: Rng): number => -Math.cbrt(rng.float()) * rng.float() ** 4;
const lossMean = -0.75 * 0.2;

const contains = ({ low, high }: Estimate, truth: number): number =>
  Number(low <= truth && truth <= high);

describe('means over images that come in groups', () => {
  test('groups of one size count with their means', () => {
    const values = Float64Array.of(0, 1, 1, 1, -1, 0);
    const { values: parts, mean, degrees } = overGroups(values, Int32Array.of(5, 5, 2, 2, 9, 9));
    assert.deepEqual(
      [...parts].map((v) => Math.round(v * 1e9) / 1e9),
      [0.5, 1, -0.5],
    );
    assert.ok(Math.abs(mean - 1 / 3) < 1e-12);
    assert.equal(degrees, 2);
  });

  test('groups of one image are images', () => {
    const rng = new Rng('alone');
    const values = Float64Array.from({ length: 60 }, () => answers(rng));
    const alone = Int32Array.from(values, (_, i) => 100 - i);
    for (const kind of ['binary', 'continuous'] as const) {
      const [own, images] = [alone, undefined].map((groupOf) =>
        pairedInterval(pairedMean(values, kind, groupOf), 0.05),
      );
      for (const end of ['value', 'low', 'high'] as const)
        assert.ok(Math.abs(own[end] - images[end]) < 1e-9, `${kind} ${end}`);
    }
  });

  test('a group that is much larger than the others leaves few degrees of freedom', () => {
    const groupOf = Int32Array.from({ length: 110 }, (_, i) => (i < 100 ? 0 : i));
    assert.equal(overGroups(new Float64Array(110), groupOf).degrees, 1);
  });

  test('a single group says nothing of others', () => {
    const values = Float64Array.from({ length: 50 }, (_, i) => i % 2);
    const one = new Int32Array(50);
    const { low, high } = pairedInterval(pairedMean(values, 'binary', one), 0.05);
    assert.deepEqual([low, high], [-1, 1]);
    const auc = pairedAuc(values, [values.map((v) => v + 1)], { groupOf: one });
    assert.deepEqual([auc.low, auc.high], [0, 1]);
  });

  for (const correlation of [0, 0.3, 0.9])
    test(`95 % intervals cover the truth, also where images of a group agree (correlation ${correlation})`, () => {
      for (const groups of [10, 20, 50]) {
        const repetitions = 500;
        const covered = { answers: 0, losses: 0, shares: 0, images: 0 };
        for (let r = 0; r < repetitions; r++) {
          const rng = new Rng('groups', String(correlation), groups, r);
          const a = groupedSample(rng, groups, correlation, { draw: answers });
          covered.answers += contains(
            pairedInterval(pairedMean(a.values, 'binary', a.groupOf), 0.05),
            0.1,
          );
          covered.images += contains(pairedInterval(pairedMean(a.values, 'binary'), 0.05), 0.1);
          const l = groupedSample(rng, groups, correlation, { draw: losses });
          covered.losses += contains(
            unboundedInterval(pairedMean(l.values, 'continuous', l.groupOf), 0.05),
            lossMean,
          );
          const right = groupedSample(rng, groups, correlation, {
            draw: (own) => Number(own.float() < 0.7),
          });
          covered.shares += contains(
            meanInterval(right.values, 'binary', 0.05, right.groupOf),
            0.7,
          );
        }
        // Chance moves a share of 500 by two hundredths. Twenty groups of unequal sizes that agree within themselves are
        // fewer observations than that (docs/results/intervals.md).
        const least = groups < 50 ? 0.87 : 0.91;
        for (const what of ['answers', 'losses', 'shares'] as const)
          assert.ok(covered[what] / repetitions >= least, `${what}, ${groups}: ${covered[what]}`);
        if (correlation === 0.9) assert.ok(covered.images / repetitions < 0.6, 'images');
      }
    });

  test('AUC intervals over groups cover the truth', () => {
    const repetitions = 400;
    let covered = 0;
    let byImages = 0;
    for (let r = 0; r < repetitions; r++) {
      const rng = new Rng('auc', r);
      const { values, groupOf } = groupedSample(rng, 30, 0.9, { draw: (own) => own.normal() });
      // Images of a group are raised alike: by 1 or not at all.
      const raised = Float64Array.from({ length: 30 }, () => Number(rng.bool()));
      const applied = values.map((v, i) => v + raised[groupOf[i]]);
      // P(N(0,2) < 1) for half of the images, 1/2 for the others.
      const truth = 0.5 * 0.7602 + 0.25;
      covered += contains(pairedAuc(values, [applied], { groupOf }), truth);
      byImages += contains(pairedAuc(values, [applied]), truth);
    }
    assert.ok(covered / repetitions >= 0.91, String(covered));
    assert.ok(byImages / repetitions < 0.7, String(byImages));
  });
});
