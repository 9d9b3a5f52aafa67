import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Rng } from '../../src/core/index.js';
import { averagePrecision, averagePrecisionInfluence, rankingOf } from '../../src/metrics/index.js';

const of = (scores: number[], truth: number[], weights?: number[]): number =>
  averagePrecision(
    rankingOf(scores, Uint8Array.from(truth)),
    weights && Float64Array.from(weights),
  );
const near = (a: number, b: number, within = 1e-12) =>
  assert.ok(Math.abs(a - b) <= within, `${a} is not ${b}`);

describe('average precision', () => {
  test('is the sum of precision at each image with the label, by hand', () => {
    // Ranks 1 and 3 of four have the label: (1/1 + 2/3) / 2.
    near(of([0.9, 0.8, 0.7, 0.1], [1, 0, 1, 0]), (1 + 2 / 3) / 2);
    near(of([0.1, 0.4, 0.35, 0.8], [0, 0, 1, 1]), (1 + 2 / 3) / 2);
    near(of([4, 3, 2, 1], [1, 1, 0, 0]), 1);
    near(of([1, 2, 3, 4], [1, 0, 0, 0]), 1 / 4);
  });

  test('takes images of one score together, in whatever order they come', () => {
    // Precision at the tied three is 2/3, with all of the recall but one third.
    near(of([2, 2, 2, 1], [1, 0, 1, 1]), (2 / 3) * (2 / 3) + (1 / 3) * (3 / 4));
    near(of([2, 2, 2, 1], [0, 1, 1, 1]), (2 / 3) * (2 / 3) + (1 / 3) * (3 / 4));
    near(of([5, 5, 5, 5], [1, 0, 0, 0]), 1 / 4);
  });

  test('has no value where no image has the label, or none that counts', () => {
    assert.ok(Number.isNaN(of([1, 2], [0, 0])));
    assert.ok(Number.isNaN(of([1, 2], [1, 0], [0, 3])));
  });

  test('counts an image of weight 2 as two images', () => {
    near(of([3, 2, 1], [0, 1, 1], [1, 2, 1]), of([3, 2, 2, 1], [0, 1, 1, 1]));
    near(of([3, 2, 1], [1, 0, 1], [1, 0, 1]), of([3, 1], [1, 1]));
  });
});

describe("each image's influence on average precision", () => {
  const rng = new Rng('influence');
  const scores = Array.from({ length: 40 }, () => rng.int(0, 12));
  const truth = Uint8Array.from(scores, (s) => Number(rng.float() < s / 14));
  const ranking = rankingOf(scores, truth);

  test('is the derivative by its weight, times the number of images', () => {
    const step = 1e-6;
    const influence = averagePrecisionInfluence(ranking);
    for (const i of [0, 7, 19, 39]) {
      const at = (w: number) =>
        averagePrecision(
          ranking,
          Float64Array.from(scores, (_, k) => (k === i ? 1 + w : 1)),
        );
      near(influence[i], (40 * (at(step) - at(-step))) / (2 * step), 1e-6);
    }
  });

  test('adds up to nothing', () =>
    near(
      averagePrecisionInfluence(ranking).reduce((a, b) => a + b),
      0,
    ));
});
