import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { InternalError, Rng } from '../../src/core/index.js';
import {
  addRegions,
  emptyRegions,
  iouOf,
  joinRegions,
  meanOfPresent,
  type Regions,
} from '../../src/metrics/index.js';

const close = (a: number, b: number) => assert.ok(Math.abs(a - b) < 1e-12, `${a} is not ${b}`);

/** The regions of one image; 255 is ignored. */
function regionsOf(classes: number, predicted: number[], truth: number[]): Regions {
  const regions = emptyRegions(1, classes);
  addRegions(regions, 0, predicted, truth, 255);
  return regions;
}

const meanIou = (regions: Regions): number => meanOfPresent(iouOf(regions));

describe('intersection over union: counted by hand', () => {
  // Truth and prediction of 3x4 pixels, classes 0 to 2; 255 is ignored.
  const truth = [0, 0, 1, 1, 0, 2, 2, 1, 255, 255, 2, 0];
  const predicted = [0, 1, 1, 1, 0, 2, 1, 0, 0, 2, 2, 0];
  const regions = regionsOf(3, predicted, truth);

  test('counts the pixels of each class', () => {
    assert.deepEqual([...regions.intersections], [3, 2, 2]);
    assert.deepEqual([...regions.unions], [5, 5, 3]);
    assert.deepEqual([...regions.truth], [4, 3, 3]);
  });

  test('gives each class its intersection over union', () => {
    // Class 0: right 3, said wrongly 1, missed 1. Class 1: 2, 2, 1. Class 2: 2, 0, 1.
    const [a, b, c] = iouOf(regions);
    close(a, 3 / 5);
    close(b, 2 / 5);
    close(c, 2 / 3);
    close(meanIou(regions), (3 / 5 + 2 / 5 + 2 / 3) / 3);
  });

  test('is that of the whole set, not a mean over images', () => {
    const parts = [
      regionsOf(3, predicted.slice(0, 5), truth.slice(0, 5)),
      regionsOf(3, predicted.slice(5), truth.slice(5)),
    ];
    const mean = (meanIou(parts[0]) + meanIou(parts[1])) / 2;
    const whole = joinRegions(parts);
    assert.deepEqual([...iouOf(whole)], [...iouOf(regions)]);
    assert.ok(Math.abs(mean - meanIou(whole)) > 0.01, 'the two differ');
  });
});

describe('intersection over union: classes that are not there', () => {
  test('a class that neither occurs nor is predicted has no value and is left out of the mean', () => {
    const regions = regionsOf(4, [0, 1, 1], [0, 1, 0]);
    const iou = iouOf(regions);
    assert.ok(Number.isNaN(iou[2]) && Number.isNaN(iou[3]));
    close(meanIou(regions), (1 / 2 + 1 / 2) / 2);
  });

  test('a class that is predicted but never occurs counts with 0', () => {
    const regions = regionsOf(3, [0, 2], [0, 0]);
    assert.deepEqual([...iouOf(regions)], [1 / 2, NaN, 0]);
    close(meanIou(regions), 1 / 4);
  });

  test('without any pixel there is no value at all', () =>
    assert.ok(Number.isNaN(meanIou(regionsOf(2, [0, 1], [255, 255])))));

  test('a label that is neither a class nor ignored is a bug', () => {
    assert.throws(() => regionsOf(2, [0], [7]), InternalError);
    assert.throws(() => regionsOf(2, [7], [0]), InternalError);
    assert.throws(() => regionsOf(2, [0, 1], [0]), InternalError);
  });
});

describe("intersection over union: Cityscapes' definition", () => {
  // The official script works class by class over its matrix; this is its arithmetic in other words:
  // false positives only from rows that are evaluated, false negatives over the whole row.
  const official = (counts: number[][], label: number): number => {
    const tp = counts[label][label];
    const fn = counts[label].reduce((sum, n) => sum + n, 0) - tp;
    const fp = counts.reduce((sum, row, other) => sum + (other === label ? 0 : row[label]), 0);
    return tp + fp + fn === 0 ? NaN : tp / (tp + fp + fn);
  };

  test('agrees on a thousand random pixels, 19 classes and an ignored label', () => {
    const rng = new Rng('pixels');
    const classes = 19;
    const truth = Array.from({ length: 1000 }, () => (rng.bool(0.1) ? 255 : rng.int(0, 17)));
    const predicted = truth.map((t) => (rng.bool(0.5) && t !== 255 ? t : rng.int(0, 18)));
    const regions = regionsOf(classes, predicted, truth);
    const iou = iouOf(regions);
    const counts = Array.from({ length: classes }, () => new Array<number>(classes).fill(0));
    truth.forEach((t, i) => t !== 255 && counts[t][predicted[i]]++);
    const expected = counts.map((_, label) => official(counts, label));
    expected.forEach((value, label) =>
      Number.isNaN(value) ? assert.ok(Number.isNaN(iou[label])) : close(iou[label], value),
    );
    assert.ok(Number.isNaN(expected[18]) && expected[17] === 0, 'both kinds of absence occur');
    close(meanIou(regions), meanOfPresent(expected));
  });
});
