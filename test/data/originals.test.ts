import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { applySteps, drawSteps, type Recipe } from '../../src/augment/index.js';
import { resizeLinear, resizeNearest } from '../../src/augment/kernels/resizing.js';
import { UserError } from '../../src/core/index.js';
import {
  createLoader,
  openDataset,
  type Batch,
  type Dataset,
  targetsAs,
} from '../../src/data/index.js';
import { decodeImage, decodeMask } from '../../src/image/index.js';
import { temporaryFolder, write } from './folders.js';
import { writePairs } from './pairs-folders.js';

const fullSize = { width: 48, height: 32 };
const imageSize = { width: 12, height: 8 };
const crop = { name: 'RandomCrop', options: { width: 24, height: 16 } };

async function data(): Promise<{ folder: string; data: Dataset }> {
  const folder = temporaryFolder();
  await writePairs(folder, {
    images: 'images',
    labels: 'labels',
    count: 6,
    values: [0, 1, 2],
    size: fullSize,
  });
  write(folder, 'classes.txt', 'a\nb\nc\n');
  return { folder, data: await openDataset(folder, { size: imageSize }) };
}

const copyOf = ({ images, targets, applied, indices }: Batch) => ({
  images: [...images],
  masks: [...targetsAs(targets, 'mask').masks],
  applied: [...applied],
  indices: [...indices],
});

async function collect({ store, targets, originals }: Dataset, recipe: Recipe, workers: number) {
  const loader = createLoader({ store, targets, originals, seed: 5, workers });
  const indices = Uint32Array.from({ length: store.count }, (_, i) => i);
  const batches: ReturnType<typeof copyOf>[] = [];
  try {
    for await (const b of loader.epoch({ indices, batch: 4, recipe })) batches.push(copyOf(b));
  } finally {
    await loader.close();
  }
  return batches;
}

describe('windows cut from the full image', () => {
  test('know the files and their full sizes', async () => {
    const { data: set } = await data();
    assert.equal(set.originals!.files.length, 6);
    assert.deepEqual([...set.originals!.sizes.subarray(0, 2)], [fullSize.width, fullSize.height]);
  });

  test('cut first, then resize: image and mask are those of the file (thesis, 5.3.1)', async () => {
    const { folder, data: set } = await data();
    const recipe: Recipe = { kind: 'sequence', transforms: [crop], restore: 'reflect' };
    const [batch] = await collect(set, recipe, 0);
    const key = { seed: 5, purpose: 'train', epoch: 0, index: 0 };
    const { steps, onOriginal } = drawSteps(recipe, imageSize, key, 0, fullSize);
    assert.equal(onOriginal, 1);
    const image = await decodeImage(join(folder, 'images/0.png'));
    const mask = await decodeMask(join(folder, 'labels/0.png'));
    const cut = applySteps(image, steps, { restore: 'none' });
    assert.deepEqual([cut.width, cut.height], [24, 16]);
    const expected = new Uint8Array(12 * 8 * 3);
    resizeLinear(cut.data, 24, 16, 3, 12, 8, expected);
    assert.deepEqual(batch.images.slice(0, expected.length), [...expected]);
    const { x, y } = steps[0].params as { x: number; y: number };
    const window = Uint8Array.from(
      { length: 24 * 16 },
      (_, i) => mask.data[(y + Math.floor(i / 24)) * fullSize.width + x + (i % 24)],
    );
    const labels = new Uint8Array(12 * 8);
    resizeNearest(window, 24, 16, 12, 8, labels);
    assert.deepEqual(batch.masks.slice(0, labels.length), [...labels]);
  });

  test('come before everything else, whatever their place in the subset; a crop of a crop is a smaller one', () => {
    const transforms = [
      { name: 'HorizontalFlip' },
      crop,
      { name: 'CenterCrop', options: { scale: 0.5 } },
    ];
    const recipe: Recipe = { kind: 'joint', transforms, min: 3, max: 3, restore: 'reflect' };
    for (let index = 0; index < 20; index++) {
      const key = { seed: 1, purpose: 'train', epoch: 0, index };
      const { steps, onOriginal, applied } = drawSteps(recipe, imageSize, key, 0, fullSize);
      assert.equal(onOriginal, steps.length - 1);
      assert.equal(steps.at(-1)!.name, 'HorizontalFlip');
      assert.deepEqual([...applied].filter((a) => a === 1).length, steps.length);
      const widths = steps.slice(0, -1).map(({ name, params }) => [name, params.width]);
      // Either half of the window, or a window as large as the half, which changes nothing.
      const halfFirst = steps[0].name === 'CenterCrop';
      const both = [
        ['RandomCrop', 24],
        ['CenterCrop', 12],
      ];
      assert.deepEqual(widths, halfFirst ? [['CenterCrop', 24]] : both);
    }
  });

  test('leave images without a window as the store has them, and draws of others alone', async () => {
    const { data: set } = await data();
    const flip: Recipe = {
      kind: 'sequence',
      transforms: [{ name: 'HorizontalFlip' }],
      restore: 'reflect',
    };
    const without = { ...set, originals: undefined };
    assert.deepEqual(await collect(set, flip, 0), await collect(without, flip, 0));
    const key = { seed: 1, purpose: 'train', epoch: 0, index: 3 };
    const shift: Recipe = {
      kind: 'sequence',
      transforms: [{ name: 'ShiftScaleRotate' }],
      restore: 'reflect',
    };
    assert.deepEqual(
      drawSteps(shift, imageSize, key, 0, fullSize),
      drawSteps(shift, imageSize, key),
    );
  });

  test('give the same bytes with 0 and 2 workers', async () => {
    const { data: set } = await data();
    const transforms = [crop, { name: 'HorizontalFlip' }, { name: 'RandomGamma' }];
    const recipe: Recipe = { kind: 'joint', transforms, min: 0, max: 3, restore: 'reflect' };
    assert.deepEqual(await collect(set, recipe, 2), await collect(set, recipe, 0));
  });

  test('name a file that has gone, and a window that is larger than the image', async () => {
    const { folder, data: set } = await data();
    rmSync(join(folder, 'images/2.png'));
    const recipe: Recipe = { kind: 'sequence', transforms: [crop], restore: 'reflect' };
    for (const workers of [0, 1])
      await assert.rejects(collect(set, recipe, workers), (error) => {
        assert.ok(error instanceof UserError, String(error));
        assert.match(error.message, /2\.png/);
        return true;
      });
    const large = { name: 'RandomCrop', options: { width: 512, height: 512 } };
    const tooLarge: Recipe = { kind: 'sequence', transforms: [large], restore: 'reflect' };
    await assert.rejects(collect(set, tooLarge, 0), { code: 'CROP_TOO_LARGE' });
  });
});
