import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { describe, test } from 'node:test';
import { Rng, UserError } from '../../../src/core/index.js';
import { splitJudging, type Split } from '../../../src/data/index.js';

/** Labels by class sizes; val and test follow the training images. */
function data(trainSizes: number[], valSizes: number[] = [], testSizes: number[] = []) {
  const labelled = (sizes: number[]): number[] =>
    sizes.flatMap((size, label) => new Array<number>(size).fill(label));
  const parts = [trainSizes, valSizes, testSizes].map(labelled);
  const labels = Int32Array.from(parts.flat());
  let from = 0;
  const [train, val, test] = parts.map((part) => {
    const indices = Uint32Array.from(part, (_, i) => from + i);
    from += part.length;
    return indices;
  });
  return {
    labels,
    targets: { kind: 'class', classes: labels } as const,
    classes: trainSizes.map((_, i) => `c${i}`),
    splits: { train, val, test },
  };
}

const perClass = (indices: Uint32Array, labels: Int32Array, classes: number): number[] => {
  const counts = new Array<number>(classes).fill(0);
  for (const i of indices) counts[labels[i]]++;
  return counts;
};
const all = (split: Split): number[] =>
  [...split.train, ...split.judging, ...split.calibration].sort((a, b) => a - b);

describe('splitJudging', () => {
  test('holds images out by class in proportion; no image is lost or in two parts', () => {
    const set = data([100, 50, 10], [], [5, 5, 5]);
    const split = splitJudging(set, { judging: 0.2, calibration: 0.1, seed: 1 });
    assert.deepEqual(perClass(split.judging, set.labels, 3), [20, 10, 2]);
    assert.deepEqual(perClass(split.calibration, set.labels, 3), [10, 5, 1]);
    assert.deepEqual(all(split), [...set.splits.train]);
    assert.deepEqual([...split.test], [...set.splits.test]);
    assert.equal(split.judgingFrom, 'train');
  });

  test('takes counts as well as fractions, exactly', () => {
    const set = data([33, 33, 34]);
    const split = splitJudging(set, { judging: 10, calibration: 7, seed: 1 });
    assert.deepEqual([split.judging.length, split.calibration.length], [10, 7]);
    assert.deepEqual(all(split), [...set.splits.train]);
  });

  test('is ascending, random, and determined by the seed', () => {
    const set = data([60, 60]);
    const make = (seed: number): number[] => [...splitJudging(set, { judging: 30, seed }).judging];
    assert.deepEqual(make(5), make(5));
    assert.notDeepEqual(make(5), make(6));
    assert.deepEqual(
      make(5),
      make(5).sort((a, b) => a - b),
    );
    assert.notDeepEqual(
      make(5).slice(0, 15),
      Array.from({ length: 15 }, (_, i) => i),
    );
  });

  test("uses the data's own val part and leaves train whole", () => {
    const set = data([10, 10], [6, 6], [3, 3]);
    const split = splitJudging(set, { judging: 0.2, calibration: 0.1, seed: 1 });
    assert.equal(split.judgingFrom, 'val');
    assert.deepEqual([...split.train], [...set.splits.train]);
    assert.deepEqual(perClass(split.judging, set.labels, 2), [4, 4]);
    assert.deepEqual(perClass(split.calibration, set.labels, 2), [2, 2]);
    const alone = splitJudging(set, { judging: 500, seed: 1 });
    assert.deepEqual([...alone.judging], [...set.splits.val]);
  });

  test('names the class that is too small', () => {
    const tooSmall = (sizes: number[], judging: number, says: RegExp): void =>
      assert.throws(
        () => splitJudging(data(sizes), { judging, seed: 1 }),
        (error) =>
          error instanceof UserError &&
          error.code === 'SPLIT_TOO_SMALL' &&
          says.test(error.message),
      );
    tooSmall([100, 1], 0.2, /class "c1"[^]*got: +1 image/);
    tooSmall([50, 50], 1, /class "c1"/);
    tooSmall([5, 5], 10, /count below 10/);
    tooSmall([5, 5], -1, /got: +-1/);
    tooSmall([5, 5], 2.5, /got: +2.5/);
    tooSmall([1], 0.1, /enough training images[^]*got: +1 image$/m);
  });

  test('goes on where the remainders of both parts fall to one class', () => {
    for (const size of [6, 12, 50]) {
      const set = data([10, 10], [size, size]);
      const split = splitJudging(set, { judging: 0.3, calibration: 0.11, seed: 0 });
      assert.deepEqual(all(split), [...set.splits.train, ...set.splits.val]);
      const [a, b] = perClass(split.judging, set.labels, 2);
      assert.ok(Math.abs(a - b) <= 1 && a + b > size, `${a} and ${b} of ${size}`);
    }
  });

  test('of 1 to 200 images a class, each part gets some of every class, or the class is named', () => {
    const rng = new Rng(1, 'sizes');
    for (let trial = 0; trial < 600; trial++) {
      const size = 1 + (trial % 200);
      // Alike in every second trial: remainders then fall together.
      const sizes = Array.from({ length: rng.int(2, 12) }, (_, i) =>
        i === 0 || trial % 2 === 0 ? size : rng.int(1, 201),
      );
      const fromVal = rng.bool();
      const calibration = rng.bool() ? rng.uniform(0.02, 0.3) : 0;
      const options = { judging: rng.uniform(0.05, 0.4), calibration, seed: trial };
      const set = fromVal ? data([5, ...sizes.slice(1)], sizes) : data(sizes);
      const least = fromVal ? 1 : calibration > 0 ? 3 : 2;
      const none = fromVal && calibration > 0 && sizes.every((n) => n === 1);
      const small = sizes.flatMap((n, label) => (n < least ? [label] : []));
      if (none || sizes.length - small.length < 2) {
        assert.throws(() => splitJudging(set, options), /SPLIT_TOO_SMALL|at least \d images/);
        continue;
      }
      const split = splitJudging(set, options);
      assert.deepEqual(all(split), [...set.splits.train, ...set.splits.val]);
      const of = (indices: Uint32Array) => perClass(indices, set.labels, sizes.length);
      const [judging, calibrating] = [of(split.judging), of(split.calibration)];
      const train = of(split.train);
      assert.deepEqual(split.trainedOnly, small);
      sizes.forEach((n, label) => {
        if (small.includes(label)) {
          assert.deepEqual([judging[label], calibrating[label], train[label]], [0, 0, n]);
          return;
        }
        const where = `trial ${trial}, ${n} images`;
        assert.ok(judging[label] > 0 && train[label] > 0, where);
        if (calibration > 0 && (!fromVal || n > 1)) assert.ok(calibrating[label] > 0, where);
      });
      const total = sizes.reduce((sum, n) => sum + n, 0);
      const held = split.judging.length + split.calibration.length;
      if (fromVal) assert.equal(held, total);
      else
        assert.ok(
          Math.abs(held - total * (options.judging + calibration)) <= 1 + 2 * sizes.length,
          `trial ${trial}: ${held} of ${total}`,
        );
    }
  });

  test('is what it was where every image stands alone', () => {
    const { train, judging, calibration } = splitJudging(data([100, 50, 10, 333]), {
      judging: 0.15,
      calibration: 0.05,
      seed: 7,
    });
    const all = JSON.stringify([[...train], [...judging], [...calibration]]);
    assert.equal(
      createHash('sha256').update(all).digest('hex'),
      'c2ea13f6d3628f7eb70525efddf6a16256eb88d9d3ccbc144429f8c6989d0fd1',
    );
  });

  test('takes one image where a share of few is none', () => {
    const { train, judging } = splitJudging(data([4]), { judging: 0.1, seed: 1 });
    assert.deepEqual([train.length, judging.length], [3, 1]);
  });
});
