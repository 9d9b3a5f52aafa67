import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { classWeights, crossEntropies, iouOf } from '../../src/metrics/index.js';
import { PixelStore } from '../../src/data/index.js';
import { SegmentationHead } from '../../src/tasks/segmentation-head.js';
import { fromFloat32, scope } from '../../src/tensor/index.js';
import { fillValues } from '../tensor/reference.js';

const names = ['a', 'b', 'c'];
const classes = 3;
const size = { height: 2, width: 3 };
const pixels = 6;
// The second image has only ignored pixels but one.
const masks = Uint8Array.of(0, 1, 2, 1, 255, 0, 255, 255, 255, 2, 255, 255);
const batch = {
  count: 2,
  size,
  targets: { kind: 'mask', masks },
} as const;
const values = fillValues('logits', 2 * classes * pixels, -2, 2);
const logits = () => fromFloat32(values, [2, classes, size.height, size.width]);
/** `[pixels, classes]` of image i. */
const rows = (i: number) =>
  Array.from({ length: pixels * classes }, (_, k) => {
    const [p, c] = [Math.floor(k / classes), k % classes];
    return values[(i * classes + c) * pixels + p];
  });
const head = (balance?: Float64Array) =>
  new SegmentationHead({
    device: 'cpu',
    classes: names,
    colours: ['#000000', '#000001', '#000002'],
    ignored: 255,
    balance,
    store: PixelStore.allocate(2, size),
  });
const truthOf = (i: number) => masks.subarray(i * pixels, (i + 1) * pixels);
const lossesOf = (i: number) =>
  [...truthOf(i)].flatMap((label, p) =>
    label === 255
      ? []
      : [crossEntropies(rows(i).slice(p * classes, (p + 1) * classes), [label], classes)[0]],
  );
const near = (a: number, b: number) => assert.ok(Math.abs(a - b) < 1e-5, `${a} is not ${b}`);
const mean = (all: number[]) => all.reduce((sum, v) => sum + v, 0) / all.length;

describe('segmentation head', () => {
  test('trains on the mean over all pixels that are not ignored', () =>
    scope(() =>
      near(head().loss(logits(), batch).loss.item(), mean([...lossesOf(0), ...lossesOf(1)])),
    ));

  test('weighs classes where that is asked for', () =>
    scope(() => {
      // Twice the median's pixels weigh half, and so on.
      const balance = Float64Array.of(60, 120, 20);
      const weights = [1, 0.5, 3];
      let sum = 0;
      let total = 0;
      for (const i of [0, 1]) {
        const labels = [...truthOf(i)].filter((label) => label !== 255);
        lossesOf(i).forEach((loss, k) => {
          sum += weights[labels[k]] * loss;
          total += weights[labels[k]];
        });
      }
      near(head(balance).loss(logits(), batch).loss.item(), sum / total);
    }));

  test('has nothing to learn from a batch whose pixels are all ignored', () =>
    scope(() => {
      const x = logits();
      x.requiresGrad = true;
      const none = {
        ...batch,
        targets: { kind: 'mask', masks: new Uint8Array(12).fill(255) },
      } as const;
      const { loss, figures } = head().loss(x, none);
      loss.backward();
      near(loss.item(), 0);
      assert.equal(figures().taskAccuracy, 0);
      assert.ok(x.grad!.toFloat32Array().every((g) => g === 0));
    }));

  test('scores each image: share of right pixels, mean loss, intersections and unions', () =>
    scope(() => {
      const scores = head().score(logits(), batch);
      const { correct, losses, regions } = scores;
      const rightPixels = [0, 0];
      const said = [0, 1].map((i) =>
        Array.from({ length: pixels }, (_, p) => {
          const row = rows(i).slice(p * classes, (p + 1) * classes);
          return row.indexOf(Math.max(...row));
        }),
      );
      for (const i of [0, 1]) {
        const counted = [...truthOf(i)]
          .map((label, p) => [label, said[i][p]])
          .filter(([t]) => t !== 255);
        const right = counted.filter(([t, s]) => t === s).length;
        near(correct[i], right / counted.length);
        rightPixels[0] += right;
        rightPixels[1] += counted.length;
        near(losses[i], mean(lossesOf(i)));
        for (let c = 0; c < classes; c++) {
          const both = counted.filter(([t, s]) => t === c && s === c).length;
          const either = counted.filter(([t, s]) => t === c || s === c).length;
          assert.equal(regions.intersections[i * classes + c], both);
          assert.equal(regions.unions[i * classes + c], either);
        }
      }
      assert.equal(iouOf(regions).length, classes);
      // Over all pixels of the set: an image of which few count weighs little.
      near(scores.details().pixelAccuracy, rightPixels[0] / rightPixels[1]);
    }));
});

describe('median frequency balancing', () => {
  test('gives the median class weight 1, rarer ones more, absent ones nothing', () => {
    assert.deepEqual(classWeights(Float64Array.of(100, 10, 1)), [0.1, 1, 10]);
    assert.deepEqual(classWeights(Float64Array.of(8, 0, 2)), [5 / 8, 0, 5 / 2]);
  });
});
