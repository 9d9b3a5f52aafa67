import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { InternalError, Rng } from '../../src/core/index.js';
import { ConfusionMatrix, meanOfPresent } from '../../src/metrics/index.js';

const close = (a: number, b: number) => assert.ok(Math.abs(a - b) < 1e-12, `${a} is not ${b}`);

describe('confusion matrix: counted by hand', () => {
  // Truth and prediction of 3x4 pixels, classes 0 to 2; 255 is ignored.
  const truth = [0, 0, 1, 1, 0, 2, 2, 1, 255, 255, 2, 0];
  const predicted = [0, 1, 1, 1, 0, 2, 1, 0, 0, 2, 2, 0];
  const matrix = new ConfusionMatrix(3, 255);
  matrix.add(predicted, truth);

  test('has a row for each true class', () =>
    assert.deepEqual([...matrix.counts], [3, 1, 0, 1, 2, 0, 0, 1, 2]));

  test('gives each class its intersection over union', () => {
    // Class 0: right 3, said wrongly 1, missed 1. Class 1: 2, 2, 1. Class 2: 2, 0, 1.
    const [a, b, c] = matrix.iou();
    close(a, 3 / 5);
    close(b, 2 / 5);
    close(c, 2 / 3);
    close(matrix.meanIou(), (3 / 5 + 2 / 5 + 2 / 3) / 3);
  });

  test('gives the share of right pixels, ignored ones left out', () =>
    close(matrix.pixelAccuracy(), 7 / 10));

  test('is one matrix over the whole set, not a mean over batches', () => {
    const parts = [new ConfusionMatrix(3, 255), new ConfusionMatrix(3, 255)];
    parts[0].add(predicted.slice(0, 5), truth.slice(0, 5));
    parts[1].add(predicted.slice(5), truth.slice(5));
    const mean = (parts[0].meanIou() + parts[1].meanIou()) / 2;
    const whole = new ConfusionMatrix(3, 255);
    for (const part of parts) whole.merge(part);
    assert.deepEqual([...whole.counts], [...matrix.counts]);
    assert.ok(Math.abs(mean - whole.meanIou()) > 0.01, 'the two would be told apart');
  });
});

describe('confusion matrix: classes that are not there', () => {
  test('a class that neither occurs nor is predicted has no value and is left out of the mean', () => {
    const matrix = new ConfusionMatrix(4, 255);
    matrix.add([0, 1, 1], [0, 1, 0]);
    assert.ok(Number.isNaN(matrix.iou()[2]) && Number.isNaN(matrix.iou()[3]));
    close(matrix.meanIou(), (1 / 2 + 1 / 2) / 2);
  });

  test('a class that is predicted but never occurs counts with 0', () => {
    const matrix = new ConfusionMatrix(3, 255);
    matrix.add([0, 2], [0, 0]);
    assert.deepEqual([...matrix.iou()], [1 / 2, NaN, 0]);
    close(matrix.meanIou(), 1 / 4);
  });

  test('without any pixel there is no value at all', () => {
    const matrix = new ConfusionMatrix(2, 255);
    matrix.add([0, 1], [255, 255]);
    assert.ok(Number.isNaN(matrix.meanIou()) && Number.isNaN(matrix.pixelAccuracy()));
  });

  test('a label that is neither a class nor ignored is a bug', () => {
    assert.throws(() => new ConfusionMatrix(2, 255).add([0], [7]), InternalError);
    assert.throws(() => new ConfusionMatrix(2).add([0, 1], [0]), InternalError);
  });
});

describe("confusion matrix: Cityscapes' definition", () => {
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
    const matrix = new ConfusionMatrix(classes, 255);
    matrix.add(predicted, truth);
    const counts = Array.from({ length: classes }, () => new Array<number>(classes).fill(0));
    truth.forEach((t, i) => t !== 255 && counts[t][predicted[i]]++);
    const expected = counts.map((_, label) => official(counts, label));
    expected.forEach((value, label) =>
      Number.isNaN(value)
        ? assert.ok(Number.isNaN(matrix.iou()[label]))
        : close(matrix.iou()[label], value),
    );
    assert.ok(Number.isNaN(expected[18]) && expected[17] === 0, 'both kinds of absence occur');
    close(matrix.meanIou(), meanOfPresent(expected));
  });
});
