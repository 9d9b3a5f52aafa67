import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Module } from '../../src/nn/index.js';
import { fromFloat32, type Tensor } from '../../src/tensor/index.js';
import { classification, ClassificationHead } from '../../src/tasks/classification.js';
import { TaskObjective } from '../../src/tasks/index.js';
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
