import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Rng } from '../../../src/core/index.js';
import { pairedAuc } from '../../../src/metrics/index.js';
import { accuracyOf, harm, skillOf } from '../../../src/safe/harm.js';
import { measure, type Evidence } from '../../../src/safe/measure.js';
import { measurePairs } from '../../../src/safe/safe-pairs.js';
import { score, type JudgedBatch, type Pass, type Scored } from '../../../src/safe/scoring.js';
import { foldsIn } from '../../../src/safe/statistics/over-folds.js';
import { ClassScores } from '../../../src/tasks/classification.js';
import { simulateEvidence } from '../evidence.js';

const n = 300;
const calibration = 60;
const folds = Int32Array.from({ length: n }, (_, i) => i % 3);
/** Networks whose scores have other units and other zeros. */
const scales = [1, 10, 0.1];
const levels = [0, 500, -20];

/** The same images as three networks score them: each in a unit of its own. */
function scaled(evidence: Evidence): Evidence {
  const of = (scores: Float64Array): Float64Array =>
    scores.map((s, i) => levels[folds[i]] + scales[folds[i]] * s);
  const pass = (own: Pass): Pass => ({
    ...own,
    scores: own.scores.map(of),
    network: of(own.network),
  });
  const clean = pass(evidence.clean);
  const draws = evidence.draws.map(({ applied }) => ({ applied: pass(applied), without: clean }));
  return { ...evidence, clean, draws, folds };
}

test('scores of each fold are held against its own cut-off, and compared within it alone', () => {
  for (const shift of [0, 1, 3]) {
    const plain = simulateEvidence({ n, draws: 2, shift }, 'folds', shift);
    const [own, pooled] = [measure(scaled(plain), calibration), measure(plain, calibration)];
    assert.equal(own.cutoffs.length, 3);
    assert.ok(own.cutoffs[1] > 400 && own.cutoffs[2] < -10);
    // Of fewer images each, cut-offs are a little worse.
    assert.ok(Math.abs(own.j.mean - pooled.j.mean) < 0.1, `${own.j.mean}, ${pooled.j.mean}`);
    assert.ok(Math.abs(own.auc.value - pooled.auc.value) < 0.03);
    const apart = measure({ ...scaled(plain), folds: undefined }, calibration);
    if (shift === 3) assert.ok(apart.j.mean < 0.5 && own.j.mean > 0.75);
    assert.ok(Math.abs(own.task.mean - pooled.task.mean) < 1e-12);
  }
});

test('intervals over folds are 8 % wider, about the same estimates', () => {
  const plain = simulateEvidence({ n, draws: 1, shift: 0.5, harm: 0.1 }, 'wider');
  // All scores in one unit: the folds alone make the difference.
  const [own, one] = [{ ...plain, folds }, plain].map((of) => measure(of, calibration));
  const near = (a: number, b: number) => assert.ok(Math.abs(a - b) < 1e-12, `${a}, ${b}`);
  near(own.task.standardError, 1.08 * one.task.standardError);
  const width = ({ low, high }: { low: number; high: number }) => high - low;
  near(width(own.taskChange), 1.08 * width(one.taskChange));
  near(own.taskChange.value, one.taskChange.value);
  const [wide, narrow] = [{ folds }, {}].map((of) => skillOf(plain.clean.task, calibration, of));
  near(wide.score.standardError, 1.08 * narrow.score.standardError);
  near(wide.score.mean, narrow.score.mean);
  const [a, b] = [wide, narrow].map((skill) => harm(one.skillDifferences, skill));
  near(a.standardError, 1.08 * b.standardError);
  near(accuracyOf(plain.clean.task, calibration, { folds }).chance, 0);
});

test('the area is that within strata, weighted by their images', () => {
  const rng = new Rng('strata');
  const strata = Int32Array.from({ length: 90 }, (_, i) => Number(i >= 30));
  const clean = Float64Array.from(strata, (s) => 100 * s + rng.normal());
  const applied = clean.map((v, i) => v + (strata[i] === 0 ? 50 : rng.normal()));
  const parts = [0, 1].map((s) =>
    pairedAuc(
      clean.filter((_, i) => strata[i] === s),
      [applied.filter((_, i) => strata[i] === s)],
    ),
  );
  const { value, low, high } = pairedAuc(clean, [applied], { strata });
  assert.equal(parts[0].value, 1);
  assert.ok(Math.abs(value - (parts[0].value + 2 * parts[1].value) / 3) < 1e-12);
  assert.ok(low < value && value < high && high - low < parts[1].high - parts[1].low);
});

test('a batch is scored by the statistics of its fold', async () => {
  assert.equal(foldsIn(undefined), 1);
  assert.equal(foldsIn(folds), 3);
  const stump = (above: number) => ({
    feature: Uint16Array.of(0),
    threshold: Float64Array.of(-1e9),
    below: Float64Array.of(0),
    above: Float64Array.of(above),
  });
  const batch = (fold: number): JudgedBatch => ({
    ...{ fold, number: 0, count: 1, size: { width: 4, height: 4 }, channels: 1 },
    ...{ images: new Uint8Array(16).fill(90), applied: new Uint8Array(1) },
    ...{ indices: Uint32Array.of(0), targets: { kind: 'class', classes: Int32Array.of(0) } },
  });
  const asked: (number | undefined)[] = [];
  const scored = await score(
    (async function* () {
      yield batch(1);
      yield batch(0);
    })(),
    {
      predict(own) {
        asked.push(own.fold);
        return {
          labels: new Float32Array(1),
          task: new ClassScores(Float64Array.of(1), Float64Array.of(0)),
        };
      },
      statistics: [[stump(2)], [stump(5)]],
    },
  );
  assert.deepEqual(asked, [1, 0]);
  assert.deepEqual([...scored.looks.statistics!], [5, 2]);
});

test('a pair has a cut-off in each fold', async () => {
  const evidence = scaled(simulateEvidence({ n, draws: 1, shift: 0 }, 'pair'));
  const moved = scaled(simulateEvidence({ n, draws: 1, shift: 4 }, 'pair'));
  const scoredBy = ({ network, task }: Pass): Scored => {
    const labels = Float32Array.from({ length: 2 * n }, (_, at) => network[at >> 1]);
    return { task, looks: { network: labels }, width: 2 };
  };
  const [clean, both] = [scoredBy(evidence.clean), scoredBy(moved.draws[0].applied)];
  const own = measure(evidence, calibration);
  const labels = ['Blur', 'HorizontalFlip'].map((name) => ({
    ...{ spec: { name }, kind: 'augmentation' as const, window: false },
  }));
  const { measured } = await measurePairs(
    [
      [
        { label: 0, measure: own },
        { label: 1, measure: own },
      ],
    ],
    {
      ...{ labels, clean, calibration, folds, images: Infinity },
      skill: skillOf(clean.task, calibration, { folds }),
      passes: () =>
        (async function* () {
          yield {} as JudgedBatch;
        })(),
      observer: { predict: () => ({ labels: both.looks.network!, task: both.task }) },
    },
  );
  assert.ok(measured[0].j > 0.85, `${measured[0].j}`);
});
