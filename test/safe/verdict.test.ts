import assert from 'node:assert/strict';
import { test } from 'node:test';
import { binaryPairedMean, continuousPairedMean } from '../../src/metrics/index.js';
import { chooseDelta } from '../../src/safe/delta-and-limits.js';
import { measure } from '../../src/safe/measure.js';
import { decide, type NamedControl, type VerdictOptions } from '../../src/safe/verdict.js';
import { simulateEvidence } from './evidence.js';

const options: VerdictOptions = {
  alpha: 0.05,
  delta: 'auto',
  rule: 'equivalence',
  thesis: null,
  seed: 1,
};

/** A task head that is right on 70 % of the images, where guessing gives 10 %. */
const seventy = {
  score: binaryPairedMean(Float64Array.from({ length: 500 }, (_, i) => Number(i % 10 < 7))),
  kind: 'binary' as const,
  chance: 0.1,
};
/** Harm goes by the probability of the true class. */
const byProbability = <T extends object>(skill: T) => ({ ...skill, kind: 'continuous' as const });
const facts = { skill: byProbability(seventy), accuracy: seventy };

const named = (name: string, shift: number, n = 1500) => ({
  name,
  measure: measure(simulateEvidence({ n, draws: 1, shift, correlation: 0.95 }, name), n >> 2),
});
const control = (name: string, kind: NamedControl['kind'], shift: number, n = 1500) => ({
  ...named(name, shift, n),
  kind,
});

const goodControls = [
  control('nothing', 'negative', 0),
  control('one pixel', 'harmless', 0.1),
  control('resample', 'harmless', 0.2),
  control('invert', 'positive', 4),
  control('noise', 'positive', 5),
];

test('verdicts follow the truth, and delta comes from the harmless controls', () => {
  const result = decide(
    [named('flip', 0), named('blur', 2), named('crop', 1)],
    goodControls,
    facts,
    options,
  );
  assert.equal(result.status, 'decided');
  assert.deepEqual(
    result.augmentations.map((a) => a.verdict),
    ['safe', 'unsafe', 'unsafe'],
  );
  assert.match(result.delta.from, /resample/);
  assert.ok(result.delta.value >= 0.15 && result.delta.value <= 0.2);
  assert.ok(result.controls.every((c) => c.passed));
});

test('few images leave it undecided, and the reason says so', () => {
  const result = decide([named('flip', 0.3, 80)], goodControls, facts, options);
  assert.equal(result.status, 'partial');
  assert.equal(result.augmentations[0].verdict, 'undecided');
  assert.match(
    result.augmentations[0].reason,
    /^the interval of J includes delta \(0\.\d{3}\), so these images do not decide it: J /,
  );
});

test('where the task is mastered, a positive control recognised in part is enough', () => {
  const plain = [
    ...goodControls.slice(0, 3),
    control('invert', 'positive', 0),
    control('shuffle', 'positive', 0.2),
    control('posterize', 'positive', 1.4),
    control('noise', 'positive', 5),
  ];
  const skill = (right: number) => ({
    score: binaryPairedMean(Float64Array.from({ length: 500 }, (_, i) => Number(i % 50 < right))),
    kind: 'binary' as const,
    chance: 0.1,
  });
  const statusWith = (right: number, controls = plain): string => {
    const known = { skill: byProbability(skill(right)), accuracy: skill(right) };
    return decide([named('flip', 0), named('blur', 3)], controls, known, options).status;
  };
  const posterize = decide([], plain, facts, options).controls.find((c) => c.name === 'posterize')!;
  assert.ok(posterize.j.low > 0.4 && posterize.j.low < 0.5, `${posterize.j.low}`);
  assert.equal(statusWith(49), 'decided');
  assert.equal(statusWith(35), 'undertrained');
  // One alone is not, however well the task goes.
  assert.equal(statusWith(49, [...plain.slice(0, 5), plain[6]]), 'undertrained');
});

test('a network that misses the positive controls calls nothing safe', () => {
  const weak = [
    ...goodControls.slice(0, 3),
    control('invert', 'positive', 0.4),
    control('noise', 'positive', 0.5),
  ];
  const result = decide([named('flip', 0), named('blur', 3)], weak, facts, options);
  assert.equal(result.status, 'undertrained');
  for (const a of result.augmentations) {
    assert.equal(a.verdict, 'undecided');
    assert.match(a.reason, /undertrained.*invert.*noise/);
  }
});

test('one missed positive control of three does not silence the run', () => {
  const three = [...goodControls, control('posterise', 'positive', 0.2)];
  assert.equal(decide([named('flip', 0)], three, facts, options).status, 'decided');
});

test("the thesis's rule goes by its thresholds at probability 0.5", () => {
  const result = decide([named('flip', 0), named('blur', 5)], goodControls, facts, {
    ...options,
    rule: 'thesis',
    thesis: { tpr: 0.3, fpr: 0.05 },
  });
  assert.deepEqual(
    result.augmentations.map((a) => a.verdict),
    ['safe', 'unsafe'],
  );
  assert.match(result.augmentations[1].reason, /thresholds 0.3 and 0.05/);
});

test('delta stays within its bounds whatever the controls say', () => {
  const low = chooseDelta([named('nothing at all', 0, 6000)]);
  assert.equal(low.value, 0.15);
  const high = chooseDelta([named('hardly harmless', 0.6, 200)]);
  assert.equal(high.value, 0.2);
  const none = chooseDelta([named('not harmless', 3)]);
  assert.equal(none.value, 0.18);
  assert.match(none.from, /no harmless control was usable \(left out .*: not harmless\)/);
});

test('harmless controls that are recognised well are named as left out', () => {
  const { from, value } = chooseDelta([named('shift', 0.1), named('resample', 3)]);
  assert.match(from, /^shift has the highest upper limit of J of the harmless controls, 0\.\d{3} /);
  assert.match(from, /left out with J of 0\.25 or more: resample/);
  assert.ok(value < 0.2);
});

/** As `named`, with harm: the chance that a right answer becomes wrong. */
const harmful = (name: string, shift: number, harm: number, n = 1500) => ({
  name,
  measure: measure(simulateEvidence({ n, draws: 1, shift, harm, correlation: 0.95 }, name), n >> 2),
});

test('what breaks labels is unsafe though nothing is recognised', () => {
  const [swap, mild] = decide(
    [harmful('swap', 0, 0.5), harmful('mild', 0, 0.03)],
    goodControls,
    facts,
    options,
  ).augmentations;
  assert.equal(swap.verdict, 'unsafe');
  assert.match(
    swap.reason,
    /^harms the task: harm .* is above its margin \(0\.2\); J above delta .* was not detected/,
  );
  assert.ok(swap.harm.low > 0.2);
  assert.equal(mild.verdict, 'safe');
});

test('a flip that surely costs something is not safe, though a change that hides something would be', () => {
  const [flip, turn, blur, mild] = decide(
    [
      harmful('HorizontalFlip', 0, 0.1),
      harmful('Transpose', 2, 0.1),
      harmful('Blur', 0, 0.1),
      harmful('VerticalFlip', 0, 0.02),
    ],
    goodControls,
    { ...facts, known: true },
    options,
  ).augmentations;
  assert.ok(0.05 < flip.harm.low && flip.harm.high < 0.2);
  assert.equal(flip.verdict, 'undecided');
  assert.match(
    flip.reason,
    /^a flip or turn hides nothing .* is surely above 0\.05, a quarter of its margin/,
  );
  assert.deepEqual([turn.verdict, turn.grading?.grade], ['unsafe', 'undecided']);
  assert.match(turn.grading?.gradeReason ?? '', /it may turn some classes into others$/);
  assert.equal(blur.verdict, 'safe');
  assert.equal(mild.verdict, 'safe');
});

test('a flip that is detected keeps the labels only where its harm is surely small', () => {
  const gradesOf = (name: string, n: number) => {
    const { augmentations } = decide(
      [harmful(name, 2, 0.06, n)],
      goodControls,
      { ...facts, known: true },
      options,
    );
    const [{ verdict, harm, grading }] = augmentations;
    assert.equal(verdict, 'unsafe');
    assert.ok(harm.low < 0.05 && harm.high < 0.2, JSON.stringify(harm));
    return { ...grading, high: harm.high };
  };
  const few = gradesOf('Transpose', 160);
  assert.ok(few.high > 0.125);
  assert.equal(few.grade, 'undecided');
  assert.match(
    few.gradeReason ?? '',
    /^a flip or turn hides nothing .* below 0\.125, five eighths of its margin, and is .*; more judging images would decide it$/,
  );
  assert.equal(gradesOf('Blur', 160).grade, 'label-keeping');
  assert.equal(gradesOf('Transpose', 900).grade, 'label-keeping');
});

test('right answers that fall where probabilities do not leave it undecided', () => {
  const flip = harmful('flip', 0, 0).measure;
  const loses = (share: number) => {
    const taskDifferences = Float64Array.from({ length: flip.n }, (_, i) =>
      i % 100 < share ? -1 : 0,
    );
    return { name: 'flip', measure: { ...flip, taskDifferences } };
  };
  const [fewer, few] = [25, 5].map(
    (share) => decide([loses(share)], goodControls, facts, options).augmentations[0],
  );
  assert.equal(fewer.verdict, 'undecided');
  assert.match(fewer.reason, /right answers fall by 0\.4\d\d/);
  assert.equal(few.verdict, 'safe');
});

test('a task head that only guesses gives no verdict', () => {
  const guessing = { ...facts, accuracy: { ...seventy, chance: 0.69 } };
  const result = decide([named('flip', 0)], goodControls, guessing, options);
  assert.equal(result.status, 'undertrained');
  assert.match(result.augmentations[0].reason, /not shown to be better than guessing \(0\.690\)/);
});

test('a task head whose probabilities say nothing gives no verdict, whatever its answers', () => {
  const values = Float64Array.from({ length: 500 }, (_, i) => 0.1 + 0.02 * ((i % 5) - 2));
  const skill = { score: continuousPairedMean(values), kind: 'continuous' as const, chance: 0.1 };
  const result = decide([named('flip', 0)], goodControls, { ...facts, skill }, options);
  assert.equal(result.status, 'undertrained');
  assert.match(result.augmentations[0].reason, /skill, of which harm is a part, is not shown/);
  // With other classes harm is not judged, so its skill does not matter.
  const unknown = { ...facts, skill, known: false };
  assert.equal(decide([named('flip', 0)], goodControls, unknown, options).status, 'decided');
});

test('one class that is broken is an exception, not a verdict on all', () => {
  const flip = harmful('flip', 0, 0).measure;
  const classes = Int32Array.from({ length: flip.n }, (_, i) => i % 10);
  const skillDifferences = Float64Array.from(classes, (c) => (c === 6 ? -0.9 : 0));
  const [verdict] = decide(
    [{ name: 'flip', measure: { ...flip, skillDifferences } }],
    goodControls,
    { ...facts, classes },
    options,
  ).augmentations;
  assert.equal(verdict.verdict, 'safe');
  assert.deepEqual(
    verdict.except.map((e) => e.label),
    [6],
  );
  assert.ok(Math.abs(verdict.harm.value) < 0.01);
});
