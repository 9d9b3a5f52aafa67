import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Module } from '../../src/nn/index.js';
import { fromFloat32, type Tensor } from '../../src/tensor/index.js';
import { classification, ClassificationHead, ClassScores } from '../../src/tasks/classification.js';
import { untestedIn } from '../../src/commands/learn/selection-of.js';
import { PixelStore } from '../../src/data/index.js';
import { taskFor, TaskObjective } from '../../src/tasks/index.js';
import type { ImageBatch } from '../../src/tasks/task.js';
import type { BatchStream } from '../../src/train/index.js';

/** Says what it is told, whatever the images. */
class Oracle extends Module {
  constructor(private readonly logits: readonly number[][]) {
    super();
  }
  forward(x: Tensor): { task: Tensor } {
    const rows = this.logits.slice(0, x.shape[0]);
    return { task: fromFloat32(rows.flat(), [rows.length, rows[0].length]) };
  }
}

function batches(labels: readonly number[]): BatchStream<ImageBatch> {
  const batch: ImageBatch = {
    count: labels.length,
    size: { height: 1, width: 1 },
    channels: 3,
    images: new Uint8Array(3 * labels.length),
    targets: { kind: 'class', classes: Int32Array.from(labels) },
  };
  return {
    waited: () => 0,
    async *[Symbol.asyncIterator]() {
      yield batch;
      yield batch;
    },
  };
}

test('loss, top-1, top-3, top-5 and the superclass, against figures by hand', async () => {
  const logits = [
    [6, 5, 4, 3, 2, 1], // right
    [6, 5, 4, 3, 2, 1], // third, same superclass as the highest
    [6, 5, 4, 3, 2, 1], // fifth
    [6, 5, 4, 3, 2, 1], // sixth
  ];
  const model = new Oracle(logits);
  const task = new TaskObjective({
    model,
    head: new ClassificationHead('cpu', [0, 1, 0, 1, 1, 1]),
    device: 'cpu',
    mean: [0, 0, 0],
    std: [1, 1, 1],
    held: () => batches([0]),
  });
  const { images, metrics, perImage } = await task.evaluate(batches([0, 2, 4, 5]));
  assert.equal(images, 8);
  assert.deepEqual([...perImage], [1, 0, 0, 0, 1, 0, 0, 0]);
  assert.equal(metrics.top1, 1 / 4);
  assert.equal(metrics.top3, 2 / 4);
  assert.equal(metrics.top5, 3 / 4);
  assert.equal(metrics.superclass, 2 / 4);
  // Of the four classes that the images show, one is always right.
  assert.equal(metrics.balanced, 1 / 4);
  const sum = [1, 2, 3, 4, 5, 6].reduce((a, x) => a + Math.exp(x), 0);
  const loss = [6, 4, 2, 1].reduce((a, x) => a + Math.log(sum) - x, 0) / 4;
  assert.ok(Math.abs(metrics.loss - loss) < 1e-6);
  const held = await task.validate();
  assert.ok(Math.abs(held.loss - (Math.log(sum) - 6)) < 1e-6);
  assert.equal(held.taskAccuracy, 1);
});

test('balanced accuracy is the mean over classes, and is shown where one class has most of the images', async () => {
  const always0 = new Oracle(Array.from({ length: 10 }, () => [2, 1, 0]));
  const task = new TaskObjective({
    model: always0,
    head: new ClassificationHead('cpu'),
    device: 'cpu',
    mean: [0, 0, 0],
    std: [1, 1, 1],
    held: () => batches([0]),
  });
  const { metrics } = await task.evaluate(batches([0, 0, 0, 0, 0, 0, 0, 1, 1, 2]));
  assert.equal(metrics.top1, 0.7);
  assert.ok(Math.abs(metrics.balanced - 1 / 3) < 1e-12);
  const keysOf = (...classes: number[]): string[] =>
    classification
      .figures({
        classes: ['a', 'b', 'c'],
        targets: { kind: 'class', classes: Int32Array.from(classes) },
      })
      .map(({ key }) => key);
  assert.deepEqual(keysOf(0, 0, 0, 0, 0, 0, 0, 1, 1, 2), ['top1', 'balanced', 'loss']);
  assert.deepEqual(keysOf(0, 0, 1, 1, 2, 2), ['top1', 'loss']);
});

/** A batch of three images that are all taken for class 0, of classes 0, 0 and 1. */
function lossWith(
  classBalance: 'auto' | 'none' | 'median' | 'logits',
  trained: readonly number[],
): number {
  const all = Int32Array.from([...trained, 1, 1, 1, 1, 1]);
  const head = classification.head(
    {
      classes: ['a', 'b'],
      targets: { kind: 'class', classes: all },
      store: PixelStore.allocate(0, { width: 1, height: 1 }),
      splits: {
        train: Uint32Array.from(trained, (_, i) => i),
        val: new Uint32Array(0),
        test: new Uint32Array(0),
      },
    },
    { device: 'cpu', classBalance },
  );
  const logits = fromFloat32([1, 0, 1, 0, 1, 0], [3, 2]);
  const targets = { kind: 'class', classes: Int32Array.of(0, 0, 1) } as const;
  return head.loss(logits, { count: 3, size: { height: 1, width: 1 }, targets }).loss.item();
}

test('classBalance median gives classes of uneven sizes equal weight, by the training images', () => {
  const [right, wrong] = [Math.log(1 + Math.exp(-1)), Math.log(1 + Math.exp(1))];
  const trained = [0, 0, 0, 0, 0, 0, 1, 1]; // weights 4 / 6 and 4 / 2
  const near = (a: number, b: number) => assert.ok(Math.abs(a - b) < 1e-5, `${a}, not ${b}`);
  near(lossWith('none', trained), (2 * right + wrong) / 3);
  near(lossWith('median', trained), ((2 * 4) / 6 * right + 2 * wrong) / ((2 * 4) / 6 + 2)); // prettier-ignore
  // One image against a hundred: not 50 times, but ten times the weight of the middle.
  const rare = [...new Array<number>(100).fill(0), 1];
  const common = 50.5 / 100;
  near(lossWith('median', rare), (2 * common * right + 10 * wrong) / (2 * common + 10));
});

test('classBalance logits adds the logarithm of each class’s share, and auto does so where classes are uneven', () => {
  const near = (a: number, b: number) => assert.ok(Math.abs(a - b) < 1e-5, `${a}, not ${b}`);
  const of = (margin: number) => Math.log(1 + Math.exp(-margin));
  const uneven = [0, 0, 0, 0, 0, 0, 0, 0, 1, 1]; // the log of 8 / 2 is added to the margin of 1
  const adjusted = (2 * of(1 + Math.log(4)) + of(-1 - Math.log(4))) / 3;
  near(lossWith('logits', uneven), adjusted);
  near(lossWith('auto', uneven), adjusted);
  // 7 of 10 are 1.4 times the even share.
  const nearlyEven = [0, 0, 0, 0, 0, 0, 0, 1, 1, 1];
  near(lossWith('auto', nearlyEven), lossWith('none', nearlyEven));
  assert.notEqual(lossWith('logits', nearlyEven), lossWith('none', nearlyEven));
  // A class without training images counts as if it had one.
  assert.ok(Number.isFinite(lossWith('logits', [0, 0, 0])));
});

test('classBalance logits is refused where images have several labels or masks', () => {
  const store = PixelStore.allocate(0, { width: 1, height: 1 });
  const labels = { kind: 'labels', labels: Uint8Array.of(1) } as const;
  const look = { ignored: 255, colours: ['#000000'], values: [0], pixels: Float64Array.of(1) };
  const masks = { kind: 'mask', store, ...look } as const;
  for (const targets of [labels, masks]) {
    const head = (classBalance: 'auto' | 'none' | 'median' | 'logits') =>
      taskFor({ targets }).head(
        { classes: ['a'], targets, store },
        { device: 'cpu', classBalance },
      );
    assert.throws(() => head('logits'), { code: 'CLASS_BALANCE' });
    for (const other of ['auto', 'none', 'median'] as const)
      assert.doesNotThrow(() => head(other), `${targets.kind}, ${other}`);
  }
});

test('verdicts say which classes have too few judging images to speak for', () => {
  const classes = Int32Array.from({ length: 60 }, (_, i) => (i < 10 ? 2 : i < 55 ? 0 : 1));
  const scores = new ClassScores(
    Float64Array.from(classes, (c) => Number(c === 0)),
    new Float64Array(60),
    classes,
  );
  assert.deepEqual(scores.details(), { balancedAccuracy: 1 / 3 });
  const data = { classes: ['a', 'b', 'c', 'd'] };
  const options = { rule: 'equivalence', alpha: 0.05, data } as const;
  assert.deepEqual(untestedIn(scores, { ...options, calibration: 5 }), {
    untestedClasses: [
      { class: 'b', judged: 5 },
      { class: 'c', judged: 5 },
      { class: 'd', judged: 0 },
    ],
  });
  // In groups of ten, the groups count.
  const groupOf = Int32Array.from(classes, (_, i) => Math.floor(i / 10));
  assert.deepEqual(
    untestedIn(scores, { ...options, groupOf }).untestedClasses?.map(({ judged }) => judged),
    [5, 1, 1, 0],
  );
  const even = new ClassScores(
    scores.correct,
    scores.losses,
    classes.map((_, i) => i % 4),
  );
  assert.deepEqual(even.details(), {});
  // Of two classes, 25 of 40 are as good as even; 27 are not: naming these would be right by 17.5 points more than guessing.
  const two = (common: number): ClassScores =>
    new ClassScores(
      Float64Array.from({ length: 40 }, (_, i) => Number(i < common)),
      new Float64Array(40),
      Int32Array.from({ length: 40 }, (_, i) => Number(i < common)),
    );
  assert.deepEqual(two(25).details(), {});
  assert.deepEqual(two(27).details(), { balancedAccuracy: 0.5 });
  assert.deepEqual(untestedIn(even, options), {});
});
