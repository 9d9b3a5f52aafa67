import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Rng } from '../../src/core/index.js';
import {
  binaryPairedMean,
  continuousPairedMean,
  unboundedInterval,
} from '../../src/metrics/index.js';
import { exceptionsOf, harm } from '../../src/safe/harm.js';

const n = 1000;
const classes = Int32Array.from({ length: n }, (_, i) => i % 10);
const skill = {
  score: binaryPairedMean(new Float64Array(n).fill(1)),
  kind: 'continuous' as const,
  chance: 0.1,
};
const options = { margin: 0.2, alpha: 0.05 };

/** Per image, what an augmentation costs that breaks each image with the probability of its class. */
function breaking(chance: (label: number) => number, key: number): Float64Array {
  const rng = new Rng('per-class', key);
  return Float64Array.from(classes, (c) => -Number(rng.bool(chance(c))));
}

test('classes that an augmentation breaks are found, and no others', () => {
  const sixAndNine = breaking((c) => (c === 6 || c === 9 ? 0.9 : 0.02), 1);
  assert.deepEqual(
    exceptionsOf(sixAndNine, classes, skill, options).map((e) => e.label),
    [6, 9],
  );
});

test('what breaks most classes has no exceptions: it is harmful', () => {
  assert.deepEqual(
    exceptionsOf(
      breaking((c) => (c < 6 ? 0.8 : 0), 2),
      classes,
      skill,
      options,
    ),
    [],
  );
});

test('corrected for the number of classes, chance makes an exception in at most one run of twenty', () => {
  let found = 0;
  for (let r = 0; r < 500; r++)
    if (
      exceptionsOf(
        breaking(() => 0.18, 100 + r),
        classes,
        skill,
        options,
      ).length > 0
    )
      found++;
  assert.ok(found / 500 <= 0.07, `${found / 500}`);
});

test('nor does it with ten images a class, whose probabilities fall by the margin on average', () => {
  const few = Int32Array.from({ length: 100 }, (_, i) => i % 10);
  // Mean -0.18: a fifth of the skill of 0.9. Most lose little, or all lose much alike.
  const losses = [
    (rng: Rng) => -(rng.float() ** (1 / 0.18 - 1)),
    (rng: Rng) => -0.18 + 0.05 * rng.normal(),
  ];
  for (const loss of losses) {
    let found = 0;
    for (let r = 0; r < 1000; r++) {
      const rng = new Rng('few', r);
      const differences = Float64Array.from(few, () => loss(rng));
      if (exceptionsOf(differences, few, skill, options).length > 0) found++;
    }
    assert.ok(found / 1000 <= 0.06, `${found / 1000}`);
  }
});

test('a skill that is hardly known makes harm uncertain, in proportion to it', () => {
  const differences = Float64Array.from({ length: 200 }, (_, i) => -0.02 + 0.001 * (i % 3));
  const of = (spread: number) => {
    const values = Float64Array.from({ length: 200 }, (_, i) => 0.2 + spread * ((i % 2) * 2 - 1));
    const score = continuousPairedMean(values);
    return { score, harm: harm(differences, { ...skill, score }) };
  };
  const [certain, uncertain] = [of(0), of(0.5)];
  assert.ok(Math.abs(certain.harm.mean - uncertain.harm.mean) < 1e-9);
  // Nearly all of its relative error is that of the skill, 0.1 above guessing.
  const relative = uncertain.harm.standardError / uncertain.harm.mean;
  assert.ok(Math.abs(relative - uncertain.score.standardError / 0.1) < 0.01, `${relative}`);
  assert.ok(certain.harm.standardError < 0.1 * uncertain.harm.standardError);
});

test('harm by probability is as certain as its images: hundredths, not a padded tenth', () => {
  const rng = new Rng('certain');
  const differences = Float64Array.from({ length: 40 }, () => 0.01 * rng.normal());
  const weak = { ...skill, score: binaryPairedMean(new Float64Array(n).fill(0.3)) };
  const { low, high } = unboundedInterval(harm(differences, weak), 0.05);
  assert.ok(high - low < 0.05, `${low} to ${high}`);
  const answers = unboundedInterval(harm(differences, { ...weak, kind: 'binary' }), 0.05);
  assert.ok(answers.high - answers.low > 0.4);
});
