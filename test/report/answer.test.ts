import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Comparison } from '../../src/run/files/index.js';
import { answersOf } from '../../src/report/comparison/answer.js';

type Range = [value: number, low: number, high: number];

/** A comparison whose arm all+safe differs from others so. */
function compared(against: Record<string, Range>, seeds = 3): Comparison {
  return {
    figures: [{ key: 'top1', label: 'top-1', better: 'higher', share: true }],
    seeds: Array.from({ length: seeds }, (_, i) => i),
    testImages: 2000,
    payoff: [
      {
        arm: 'all+safe',
        against: Object.entries(against).map(([name, [value, low, high]]) => ({
          name,
          difference: { value, low, high },
        })),
      },
      { arm: 'safe', against: [] },
    ],
  } as unknown as Comparison;
}

/** The answer about the first arm with a learned set. */
const answerOf = (comparison: Comparison) => answersOf(comparison)[0];

test('the answer is yes only where the safe set beats every other arm', () => {
  const answer = answerOf(compared({ none: [0.031, 0.01, 0.052], all: [0.02, 0.004, 0.036] }));
  assert.equal(answer.short, 'Yes: all+safe does better than none and all.');
  assert.match(answer.details, /Against none \+3\.1 \[\+1\.0, \+5\.2\]; all \+2\.0/);
  assert.match(answer.details, /Each 95 % interval covers its own difference, not all 2 at once/);
  assert.doesNotMatch(answer.details, /chance/);
});

test('what may be chance is not counted, and its size is said', () => {
  const { short, details } = answerOf(
    compared({ none: [0.03, 0.01, 0.05], all: [0.01, -0.01, 0.03], randaugment: [0, -0.02, 0.02] }),
  );
  assert.equal(
    short,
    'In part: all+safe does better than none; all+safe does not differ detectably from all and randaugment.',
  );
  assert.match(
    details,
    /With 3 seeds and 2000 test images, differences below about 2\.0 points may be chance/,
  );
  assert.equal(
    answerOf(compared({ none: [0.03, -0.01, 0.07] }, 1)).short,
    'Not shown: all+safe does not differ detectably from none.',
  );
});

test('what narrows an interval is said only where it does', () => {
  const detailsOf = (over: Record<string, 'seeds' | 'images' | undefined>, seeds = 2): string => {
    const names = Object.keys(over);
    const open: Range = [0, -0.02, 0.02];
    const comparison = compared(Object.fromEntries(names.map((name) => [name, open])), seeds);
    for (const { name, difference } of comparison.payoff![0].against)
      Object.assign(difference, { over: over[name] });
    return answerOf(comparison).details;
  };
  const seeds = detailsOf({ none: 'seeds', all: 'seeds' });
  assert.match(seeds, /More seeds \(--resume --seeds 4\) narrow the intervals\./);
  assert.doesNotMatch(seeds, /More test images/);
  const images = detailsOf({ none: 'images', all: 'images' });
  assert.match(images, /More test images narrow the intervals\./);
  assert.doesNotMatch(images, /More seeds/);
  assert.match(
    detailsOf({ none: 'images', all: 'seeds', cutmix: 'images' }),
    /More seeds \(--resume --seeds 4\) narrow the interval against all\. More test images narrow the intervals against none and cutmix\./,
  );
  // Many seeds are as many as Student's t needs; files of before do not say what an interval is over.
  assert.doesNotMatch(detailsOf({ none: 'seeds' }, 5), /narrow/);
  assert.doesNotMatch(detailsOf({ none: undefined }), /narrow/);
});

test('where others do better, that is said', () => {
  const worse: Range = [-0.03, -0.05, -0.01];
  assert.equal(
    answerOf(compared({ none: worse, all: worse })).short,
    'No: none and all do better than all+safe.',
  );
  assert.equal(
    answerOf(compared({ none: [0.03, 0.01, 0.05], all: worse })).short,
    'In part: all+safe does better than none, worse than all.',
  );
});

test('every arm with a learned set has an answer, in one step and in two', () => {
  const comparison = compared({ none: [-0.03, -0.05, -0.01] });
  const [, inOneStep] = comparison.payoff!;
  Object.assign(inOneStep, {
    against: [{ name: 'none', difference: { value: 0.06, low: 0.02, high: 0.1 } }],
  });
  assert.deepEqual(
    answersOf(comparison).map(({ arm, short }) => [arm, short]),
    [
      ['all+safe', 'No: none does better than all+safe.'],
      ['safe', 'Yes: safe does better than none.'],
    ],
  );
});

test('without a safe set there is no answer', () => {
  assert.deepEqual(answersOf({ ...compared({}), payoff: [] }), []);
  assert.deepEqual(answersOf(compared({})), []);
});

test('the question names what was trained with, and is asked once', () => {
  const { payoff: [{ against }] = [], ...rest } = compared({ none: [0.03, 0.01, 0.05] });
  const ask = (...arms: string[]) =>
    answersOf({ ...rest, payoff: arms.map((arm) => ({ arm, against })) }).map((a) => a.question);
  assert.deepEqual(ask('recommended'), ['Does the recommended policy pay?']);
  assert.deepEqual(ask('all+safe', 'safe', 'all+recommended'), [
    'Does the safe set pay?',
    null,
    'Does the recommended policy pay?',
  ]);
  assert.deepEqual(ask('safe-v2', 'keep', 'keep-v2'), [
    'Does the safe set pay?',
    'Does the label-keeping set pay?',
    null,
  ]);
});
