import assert from 'node:assert/strict';
import { test } from 'node:test';
import { UserError } from '../../src/core/index.js';
import { batchFor, leastSteps } from '../../src/run/data-defaults.js';

const plain = { root: 'photos', mostInBatch: null, pixels: 32 * 32, outputs: 'image' } as const;
const scenes = { ...plain, root: 'scenes', mostInBatch: 16, outputs: 'pixel' } as const;
const auto = { batch: 'auto' } as const;

test('large data get the usual batches', () => {
  assert.equal(batchFor(auto, plain, 45_000, 'training'), 256);
  assert.equal(batchFor(auto, plain, 45_000, 'joint'), 64);
  assert.equal(batchFor(auto, scenes, 2_975, 'joint'), 16);
  assert.equal(batchFor(auto, scenes, 330, 'training'), 16);
});

test('batches grow beyond 64 only where 128 steps are left to an epoch', () => {
  const sizes = [8_999, 16_383, 16_384, 32_767, 32_768, 1_000_000];
  assert.deepEqual(
    sizes.map((images) => batchFor(auto, plain, images, 'training')),
    [64, 64, 128, 128, 256, 256],
  );
});

test('small data get batches that leave eight steps to an epoch, down to four images', () => {
  for (let images = 2; images < 5000; images += 1) {
    const batch = batchFor(auto, plain, images, 'training');
    assert.ok(batch >= 2 && batch <= images, `${batch} of ${images}`);
    if (images >= 4 * leastSteps) assert.ok(Math.floor(images / batch) >= leastSteps);
    // And no smaller than that asks for.
    if (batch < 64 && images >= 8) assert.ok(images < 2 * batch * leastSteps);
  }
  assert.equal(batchFor(auto, scenes, 14, 'training'), 4);
  assert.equal(batchFor(auto, scenes, 3, 'training'), 3);
});

test('a batch that was asked for is kept, or refused', () => {
  assert.equal(batchFor({ batch: 30 }, scenes, 31, 'joint'), 30);
  const refused = (batch: number | 'auto', images: number, says: RegExp) =>
    assert.throws(
      () => batchFor({ batch }, scenes, images, 'joint'),
      (error) =>
        error instanceof UserError && error.code === 'BATCH_TOO_LARGE' && says.test(error.message),
    );
  refused(32, 31, /at least 32 training images[^]*got: +31[^]*at most 31, or omit it/);
  refused('auto', 1, /got: +1, after holding out images[^]*add images/);
});

test('large images come in smaller batches, down to four, so that a step fits into memory', () => {
  const batchOf = (outputs: 'image' | 'pixel', side: number) =>
    batchFor(auto, { ...plain, pixels: side * side, outputs }, 45_000, 'joint');
  const sides = [64, 96, 128, 160, 224, 448, 6000];
  assert.deepEqual(
    sides.map((side) => batchOf('image', side)),
    [64, 32, 32, 16, 8, 4, 4],
  );
  assert.deepEqual(
    sides.map((side) => batchOf('pixel', side)),
    [64, 16, 16, 8, 4, 4, 4],
  );
  assert.equal(batchFor({ batch: 32 }, { ...plain, pixels: 224 * 224 }, 600, 'joint'), 32);
});
