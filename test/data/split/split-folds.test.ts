import assert from 'node:assert/strict';
import { test } from 'node:test';
import { UserError } from '../../../src/core/index.js';
import { splitFolds } from '../../../src/data/index.js';

/** Training images by class sizes, then as many for testing. */
function data(sizes: readonly number[], groupOf?: (image: number) => number) {
  const labels = sizes.flatMap((size, label) => new Array<number>(size).fill(label));
  const train = Uint32Array.from(labels.keys());
  const test = train.map((i) => labels.length + i);
  const of = groupOf && Int32Array.from([...train, ...test], groupOf);
  const names = of ? Array.from(of, String) : [];
  return {
    targets: { kind: 'class', classes: Int32Array.from([...labels, ...labels]) } as const,
    classes: sizes.map((_, i) => `c${i}`),
    splits: { train, val: new Uint32Array(0), test },
    ...(of && { groups: { of, names } }),
  };
}

const options = { folds: 5, calibration: 10, seed: 3 };
const sorted = (parts: readonly Uint32Array[]): number[] =>
  parts.flatMap((part) => [...part]).sort((a, b) => a - b);

for (const groupOf of [undefined, (image: number) => image >> 1])
  test(`every image judges once, and in no fold is one in two parts${groupOf ? ', groups as a whole' : ''}`, () => {
    const set = data([60, 32, 8], groupOf);
    const splits = splitFolds(set, options);
    const all = [...set.splits.train];
    assert.equal(splits.length, 5);
    assert.deepEqual(sorted(splits.map(({ judging }) => judging)), all);
    for (const { train, calibration, judging, test: tested } of splits) {
      assert.deepEqual(sorted([train, calibration, judging]), all);
      assert.deepEqual(tested, set.splits.test);
      assert.ok(calibration.length >= 10 && calibration.length <= 11);
      if (groupOf === undefined) continue;
      const groupsIn = (part: Uint32Array): Set<number> => new Set([...part].map(groupOf));
      const parts = [train, calibration, judging].map(groupsIn);
      assert.equal(
        new Set(parts.flatMap((own) => [...own])).size,
        parts.reduce((s, p) => s + p.size, 0),
      );
    }
    // An image calibrates in one fold at most.
    const calibrating = sorted(splits.map(({ calibration }) => calibration));
    assert.equal(new Set(calibrating).size, calibrating.length);
  });

test('folds are alike in size and in classes, and each class is trained on in all', () => {
  const set = data([60, 33, 3]);
  const classesOf = (part: Uint32Array): number[] =>
    set.classes.map((_, c) => [...part].filter((i) => set.targets.classes[i] === c).length);
  for (const { judging, train, calibration } of splitFolds(set, options)) {
    const [first, second, third] = classesOf(judging);
    assert.equal(first, 12);
    assert.ok(second === 6 || second === 7);
    assert.ok(third <= 1);
    assert.ok(judging.length === 19 || judging.length === 20);
    assert.ok(classesOf(train).every((count) => count > 0));
    assert.ok(classesOf(calibration)[0] > classesOf(calibration)[1]);
  }
});

test('two folds calibrate on what the other judges, and leave it enough to train on', () => {
  const [a, b] = splitFolds(data([20, 20]), { ...options, folds: 2 });
  assert.deepEqual([a.train.length, a.calibration.length, a.judging.length], [10, 10, 20]);
  assert.deepEqual(sorted([a.train, a.calibration]), [...b.judging]);
});

test('the seed decides, and it alone', () => {
  const set = data([30, 30]);
  assert.deepEqual(splitFolds(set, options), splitFolds(set, options));
  assert.notDeepEqual(splitFolds(set, options), splitFolds(set, { ...options, seed: 4 }));
});

test('a class of two images is trained on in every fold and not judged', () => {
  const set = data([20, 20, 2]);
  for (const { train, judging, trainedOnly } of splitFolds(set, options)) {
    assert.deepEqual(trainedOnly, [2]);
    assert.ok([40, 41].every((i) => train.includes(i) && !judging.includes(i)));
  }
});

test('too few images or groups are refused, with what it takes', () => {
  const tooSmall = (error: unknown): boolean =>
    error instanceof UserError &&
    error.code === 'SPLIT_TOO_SMALL' &&
    /judging\.folds=1/.test(error.problem.remedy ?? '');
  assert.throws(() => splitFolds(data([20, 2]), options), tooSmall);
  assert.throws(() => splitFolds(data([3, 3]), { ...options, folds: 7 }), tooSmall);
  assert.throws(
    () =>
      splitFolds(
        data([20, 20], (i) => i >> 4),
        options,
      ),
    tooSmall,
  );
});
