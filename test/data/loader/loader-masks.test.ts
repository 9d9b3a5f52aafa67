import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  applySteps,
  drawSteps,
  thesisSet,
  type Params,
  type Policy,
  type PolicyNode,
  type Recipe,
} from '../../../src/augment/index.js';
import { createLoader, PixelStore, type Batch, targetsAs } from '../../../src/data/index.js';
import { blocks } from '../pairs-folders.js';

const imageCount = 20;
const size = { width: 16, height: 16 };
const masks = PixelStore.of(
  Array.from({ length: imageCount }, (_, i) => ({
    ...size,
    channels: 1 as const,
    data: blocks(`image ${i}`, [0, 1, 2, 255], size),
  })),
);
// The picture of each mask: what moves the one must move the other.
const grey = (label: number): number => (label === 255 ? 200 : 40 * label);
const store = PixelStore.of(
  Array.from({ length: imageCount }, (_, i) => ({
    ...size,
    channels: 3 as const,
    data: Uint8Array.from({ length: 256 * 3 }, (_, k) => grey(masks.view(i)[Math.floor(k / 3)])),
  })),
);
const labels = new Int32Array(imageCount);
const indices = Uint32Array.from({ length: imageCount }, (_, i) => i);

const copyOf = ({ count, indices, images, targets, applied }: Batch) => ({
  count,
  indices: [...indices],
  images: Buffer.from(images),
  masks: Buffer.from(targetsAs(targets, 'mask').masks),
  applied: [...applied],
});

async function collect(workers: number, recipe: Recipe) {
  const loader = createLoader({ store, targets: { kind: 'mask', store: masks }, seed: 3, workers });
  const batches: ReturnType<typeof copyOf>[] = [];
  try {
    for await (const b of loader.epoch({ indices, batch: 6, recipe })) batches.push(copyOf(b));
  } finally {
    await loader.close();
  }
  return batches;
}

describe('loader: masks beside images', () => {
  test('come as they are without a recipe, in the order of the images', async () => {
    const batches = await collect(0, { kind: 'none' });
    assert.deepEqual(Buffer.concat(batches.map((b) => b.masks)), Buffer.from(masks.bytes));
  });

  test('move with the image: whole-pixel steps keep each label on its pixels', async () => {
    const moves = ['HorizontalFlip', 'VerticalFlip', 'RandomRotate90', 'Transpose', 'RandomCrop'];
    const transforms = [...moves, 'CenterCrop'].map((name) => ({ name }));
    const recipe: Recipe = { kind: 'joint', transforms, min: 1, max: 4, restore: 'reflect' };
    for (const workers of [0, 2]) {
      const batches = await collect(workers, recipe);
      assert.ok(batches.some((b) => b.applied.includes(1)));
      for (const { count, images, masks: seen } of batches) {
        assert.equal(seen.length, count * 256);
        for (let i = 0; i < seen.length; i++) assert.equal(images[3 * i], grey(seen[i]));
      }
    }
  });

  test('stay where they are under photometric steps, which change the image alone', async () => {
    const transforms = thesisSet().filter(({ name }) => /Gamma|Brightness|Contrast/.test(name));
    const recipe: Recipe = { kind: 'sequence', transforms, restore: 'reflect' };
    const batches = await collect(1, recipe);
    assert.deepEqual(Buffer.concat(batches.map((b) => b.masks)), Buffer.from(masks.bytes));
    assert.notDeepEqual(Buffer.concat(batches.map((b) => b.images)), Buffer.from(store.bytes));
  });

  test('hold labels of the input alone, the same bytes with 0 and 2 workers, all fifteen', async () => {
    const recipe: Recipe = {
      kind: 'joint',
      transforms: thesisSet(),
      min: 0,
      max: 5,
      restore: 'reflect',
    };
    const batches = await collect(0, recipe);
    assert.deepEqual(await collect(2, recipe), batches);
    for (const { masks: seen } of batches)
      assert.ok(seen.every((label) => [0, 1, 2, 255].includes(label)));
  });

  test('leave the images as they are without masks', async () => {
    const recipe: Recipe = {
      kind: 'sequence',
      transforms: [{ name: 'RandomCrop' }],
      restore: 'reflect',
    };
    const loader = createLoader({
      store,
      targets: { kind: 'class', classes: labels },
      seed: 3,
      workers: 0,
    });
    const [first] = await collect(0, recipe);
    for await (const batch of loader.epoch({ indices, batch: 6, recipe })) {
      assert.equal(batch.targets.kind, 'class');
      assert.deepEqual(Buffer.from(batch.images), first.images);
      break;
    }
    const key = { seed: 3, purpose: 'train', epoch: 0, index: 0 };
    const { steps } = drawSteps(recipe, size, key);
    const image = applySteps(store.image(0), steps, { restore: 'reflect', size });
    assert.deepEqual(first.images.subarray(0, 768), Buffer.from(image.data));
    await loader.close();
  });
});

describe('loader: masks under policies of other libraries', () => {
  test('what their black borders show is of no class', async () => {
    const member = (name: string, options: Params): PolicyNode => ({
      kind: 'transform',
      name,
      options,
      p: 1,
    });
    const policy: Policy = {
      version: 1,
      size,
      restore: 'reflect',
      root: {
        kind: 'compose',
        members: [member('TranslateX', { unit: 'pixels', magnitudes: [5, 5] })],
        p: 1,
      },
    };
    const [{ count, images, masks: seen }] = await collect(0, {
      kind: 'policy',
      policy,
      restore: 'reflect',
    });
    let outside = 0;
    for (let i = 0; i < count * 256; i++) {
      // Class 0 is black too; what lies outside is black and ignored.
      if (seen[i] === 255 && images[3 * i] === 0) outside++;
      else assert.equal(images[3 * i], grey(seen[i]));
    }
    assert.equal(outside, count * 16 * 5);
  });
});
