import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Rng } from '../../../src/core/index.js';
import {
  binaryPairedMean,
  continuousPairedMean,
  unboundedInterval,
  type Estimate,
} from '../../../src/metrics/index.js';
import { gradeOf, type GradeFacts } from '../../../src/safe/grades/grade.js';
import {
  atRest,
  harmGrowthOf,
  knownShare,
  type HarmGrowth,
} from '../../../src/safe/grades/harm-growth.js';
import { harmLimits } from '../../../src/safe/delta-and-limits.js';
import { harm as harmFrom } from '../../../src/safe/harm.js';
import type { Evidence } from '../../../src/safe/measure.js';
import { ClassScores } from '../../../src/tasks/classification.js';

const about = (value: number, half: number): Estimate => ({
  value,
  low: value - half,
  high: value + half,
});

const unmoved = binaryPairedMean(new Float64Array(400));

/** Detected, harmless, on a task that is known. */
const visible: GradeFacts = {
  ruling: { verdict: 'unsafe', reason: 'recognised' },
  j: about(0.7, 0.05),
  delta: 0.18,
  harm: about(0.02, 0.03),
  harmOfAll: about(0.02, 0.03),
  answerHarm: unmoved,
  harmMargin: 0.2,
  known: 0.6,
};

const gradeIf = (changes: Partial<GradeFacts>) => gradeOf({ ...visible, ...changes });

const growing = (changes: Partial<HarmGrowth> = {}): HarmGrowth => ({
  before: 0.02,
  now: about(0.02, 0.02),
  perDoubling: about(0, 0.005),
  knownPerDoubling: 0.1,
  ...changes,
});

test('what is detected and harmless keeps the labels, and the reason names both figures', () => {
  const { grade, gradeReason } = gradeIf({});
  assert.equal(grade, 'label-keeping');
  assert.match(
    gradeReason,
    /^harm 0\.020 \[−0\.010, 0\.050\] is below its margin \(0\.2\); it can be/,
  );
  assert.match(gradeReason, /J 0\.700 \[0\.650, 0\.750\] is above delta \(0\.180\)$/);
});

test('so does what is only not shown to be undetected', () => {
  const ruling = { verdict: 'undecided', reason: 'the interval of J includes delta' } as const;
  const { grade, gradeReason } = gradeIf({ ruling, j: about(0.17, 0.05) });
  assert.equal(grade, 'label-keeping');
  assert.match(gradeReason, /it is not shown to be undetected: J 0\.170/);
});

test('a safe verdict is the grade, with its reason', () => {
  const ruling = { verdict: 'safe', reason: 'both below' } as const;
  assert.deepEqual(gradeIf({ ruling, known: 0.01 }), { grade: 'safe', gradeReason: 'both below' });
});

test('harm surely above its margin breaks labels, detected or not, however little the task is known', () => {
  for (const verdict of ['unsafe', 'undecided'] as const) {
    const ruling = { verdict, reason: '' };
    const { grade, gradeReason } = gradeIf({ ruling, harm: about(0.4, 0.1), known: 0.1 });
    assert.equal(grade, 'label-breaking');
    assert.match(gradeReason, /harm 0\.400 \[0\.300, 0\.500\] is above its margin/);
  }
});

test('each guard leaves it undecided, and says what would decide it', () => {
  const answers = binaryPairedMean(
    Float64Array.from({ length: 400 }, (_, i) => Number(i % 3 === 0)),
  );
  const cases: [Partial<GradeFacts>, RegExp][] = [
    [{ harm: about(0.18, 0.05) }, /interval of harm includes .* more judging images would decide/],
    [
      { harmOfAll: about(0.19, 0.03) },
      /without the classes that it harms most .* over all classes it is 0\.190/,
    ],
    [{ answerHarm: answers }, /right answers fall by 0\.335 .* longer training would decide/],
    [{ known: 0.3 }, /has learned 30 % for sure, and 50 % are required.* was not measured; longer/],
    [
      { known: 0.3, growth: growing({ perDoubling: about(0.03, 0.04) }) },
      /harm may pass its margin/,
    ],
    [
      { growth: growing({ perDoubling: about(0.1, 0.02) }) },
      /still rises .* 0\.020 after a quarter/,
    ],
  ];
  for (const [changes, reason] of cases) {
    const graded = gradeIf(changes);
    assert.equal(graded.grade, 'undecided', graded.gradeReason);
    assert.match(graded.gradeReason, reason);
  }
});

test('on a task that is known in part, harm at rest is enough', () => {
  assert.equal(gradeIf({ known: 0.3, growth: growing() }).grade, 'label-keeping');
  assert.equal(gradeIf({ known: 0.19, growth: growing() }).grade, 'undecided');
});

test('a slow task is awaited for longer than a fast one', () => {
  const slow = growing({ perDoubling: about(0.01, 0.01), knownPerDoubling: 0.02 });
  // Upper limits .04 and .02 a doubling: .04 + 3 * .02 where the task is half known soon, .04 + 8 * .02 where it is not.
  assert.equal(atRest(slow, 0.45, 0.2), true);
  assert.equal(atRest(slow, 0.25, 0.2), false);
  assert.equal(atRest({ ...slow, knownPerDoubling: 0.2 }, 0.25, 0.2), true);
  // A task that is no longer learned is awaited as long as any.
  assert.equal(atRest({ ...slow, knownPerDoubling: 0 }, 0.25, 0.2), false);
});

test('where the task is known, only a rise that is sure counts', () => {
  const unsure = growing({ perDoubling: about(0.05, 0.06) });
  assert.equal(atRest(unsure, 0.6, 0.2), true);
  assert.equal(atRest(unsure, 0.4, 0.2), false);
});

/** Evidence of a head that gives the true class `p`, and `p - lost` under an augmentation. */
function evidenceOf(p: number, lost: number, right: number): Evidence {
  const n = 500;
  const scores = (q: number) =>
    new ClassScores(
      Float64Array.from({ length: n }, (_, i) => Number(i % 100 < 100 * right)),
      // The loss is minus the logarithm of the true class's probability.
      Float64Array.from({ length: n }, (_, i) => -Math.log(q + 0.02 * ((i % 5) - 2))),
      Int32Array.from({ length: n }, (_, i) => i % 10),
    );
  const pass = (q: number) => ({
    task: scores(q),
    scores: [new Float64Array(n)],
    network: new Float64Array(n),
  });
  const clean = pass(p);
  return { looks: ['network'], clean, draws: [{ applied: pass(p - lost), without: clean }] };
}

test('growth of harm compares the parts that are lost, each of what was known then', () => {
  // A tenth of .4 is lost after a quarter of the training, three tenths of .8 at its end: a tenth more a doubling.
  const [last, before] = [evidenceOf(0.9, 0.24, 0.8), evidenceOf(0.5, 0.04, 0.4)];
  const growth = harmGrowthOf(last, before, 100, 1 / 4);
  assert.ok(Math.abs(growth.before - 0.1) < 1e-6, `${growth.before}`);
  assert.ok(Math.abs(growth.now.value - 0.3) < 1e-6, `${growth.now.value}`);
  assert.ok(Math.abs(growth.perDoubling.value - 0.1) < 1e-6);
  assert.ok(growth.perDoubling.low < 0.1 && growth.perDoubling.high > 0.1);
  // .8 and .4 right, where a tenth is right by chance.
  assert.ok(Math.abs(growth.knownPerDoubling - 0.4 / 0.9 / 2) < 1e-6);
  // The same from half of the training on, which is one doubling.
  const faster = harmGrowthOf(last, before, 100, 1 / 2);
  assert.ok(Math.abs(faster.perDoubling.value - 0.2) < 1e-6);
  assert.ok(Math.abs(faster.knownPerDoubling - 0.4 / 0.9) < 1e-6);
});

test('images of a group are one observation of how harm grew', () => {
  const [last, before] = [evidenceOf(0.9, 0.24, 0.8), evidenceOf(0.5, 0.04, 0.4)];
  const groupOf = Int32Array.from(last.clean.network, (_, i) => Math.floor(i / 10));
  const width = ({ perDoubling, now }: ReturnType<typeof harmGrowthOf>) => [
    perDoubling.high - perDoubling.low,
    now.high - now.low,
  ];
  const single = width(harmGrowthOf(last, before, 100, 1 / 4));
  const grouped = width(harmGrowthOf({ ...last, groupOf }, { ...before, groupOf }, 100, 1 / 4));
  assert.ok(grouped[0] > single[0] && grouped[1] > single[1], `${grouped} against ${single}`);
});

test('the known share is 0 at chance and 1 where nothing is wrong, less what is not sure', () => {
  const share = (right: number): number =>
    knownShare({
      score: continuousPairedMean(
        Float64Array.from({ length: 1000 }, (_, i) => Number(i < 1000 * right)),
      ),
      kind: 'binary',
      chance: 0.1,
    });
  assert.ok(share(0.55) > 0.45 && share(0.55) < 0.5);
  assert.ok(share(0.1) < 0);
  assert.ok(share(0.999) > 0.99);
});

test('at its margin, harm is called label-keeping at most at the stated rate', () => {
  const alpha = 0.05;
  const margin = 0.2;
  const skill = {
    score: continuousPairedMean(Float64Array.from({ length: 200 }, (_, i) => 0.6 + (i % 5) / 10)),
    kind: 'continuous' as const,
    chance: 0.2,
  };
  const repetitions = 1500;
  let wrong = 0;
  for (let r = 0; r < repetitions; r++) {
    const rng = new Rng('keeping', r);
    // Half of ten augmentations at the margin (mean -.12, a fifth of .6), the others far below.
    const losses = Array.from({ length: 10 }, (_, k) => {
      const mean = k < 5 ? 0.12 : 0.01;
      return harmFrom(
        Float64Array.from({ length: 200 }, () => -(rng.float() ** (1 / mean - 1))),
        skill,
      );
    });
    const limits = harmLimits(losses, margin, alpha);
    const grades = limits.map(
      (harm, k) => gradeIf({ harm, harmOfAll: unboundedInterval(losses[k], alpha) }).grade,
    );
    if (grades.slice(0, 5).includes('label-keeping')) wrong++;
    if (r === 0) assert.deepEqual(grades.slice(5), new Array(5).fill('label-keeping'));
  }
  assert.ok(wrong / repetitions <= alpha + 0.012, `${wrong / repetitions}`);
});
