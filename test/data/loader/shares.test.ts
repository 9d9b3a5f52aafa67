import assert from 'node:assert/strict';
import { test } from 'node:test';
import { shareOf } from '../../../src/data/loader/plan.js';
import { collect, joint, withLoader } from './small-loader.js';

test('the parts of several processes make up the batches of one, with the same draws', async () => {
  const options = { recipe: joint, shuffle: true, dropLast: true, epoch: 2, batch: 12 } as const;
  const whole = await withLoader({}, (loader) => collect(loader, options));
  const parts = await Promise.all(
    [0, 1, 2].map((index) =>
      withLoader({ workers: index }, (loader) =>
        collect(loader, { ...options, share: { index, of: 3 } }),
      ),
    ),
  );
  assert.equal(whole.length, 4);
  for (const [b, batch] of whole.entries()) {
    const own = parts.map((batches) => batches[b]);
    assert.deepEqual(
      own.map(({ count }) => count),
      [4, 4, 4],
    );
    assert.deepEqual(
      own.flatMap(({ indices }) => indices),
      batch.indices,
    );
    assert.deepEqual(
      own.flatMap(({ labels }) => labels),
      batch.labels,
    );
    assert.deepEqual(
      own.flatMap(({ applied }) => applied),
      batch.applied,
    );
    const images = Buffer.concat(own.map(({ images }) => Buffer.from(images, 'base64')));
    assert.equal(images.toString('base64'), batch.images);
  }
});

test('a share is of whole batches only, and of equal size', () => {
  const order = Uint32Array.of(9, 8, 7, 6, 5, 4, 3);
  assert.deepEqual([...shareOf(order, 2, { index: 0, of: 2 })], [9, 7, 5]);
  assert.deepEqual([...shareOf(order, 2, { index: 1, of: 2 })], [8, 6, 4]);
  assert.throws(() => shareOf(order, 3, { index: 0, of: 2 }), /2 shares of a batch of 3/);
});
