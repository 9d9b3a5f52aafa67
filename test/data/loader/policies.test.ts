import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  applySteps,
  drawPolicy,
  drawSteps,
  parsePolicy,
  type Recipe,
} from '../../../src/augment/index.js';
import { createLoader, PixelStore, targetsAs } from '../../../src/data/index.js';
import { noise } from '../folders.js';

const size = { width: 16, height: 16 };
const count = 60;
const classes = 3;
const store = PixelStore.of(Array.from({ length: count }, (_, i) => noise(`image ${i}`, size)));
const labels = Int32Array.from({ length: count }, (_, i) => i % classes);
const targets = { kind: 'class', classes: labels } as const;
const indices = Uint32Array.from({ length: count }, (_, i) => i);
const flips = ['HorizontalFlip', 'VerticalFlip', 'Transpose'];
const subset = (except?: Record<string, string[]>): Recipe => ({
  kind: 'subset',
  transforms: flips.map((name) => ({ name })),
  size: 3,
  p: 0.5,
  restore: 'reflect',
  ...(except && { except }),
});

test('a transform that a class leaves out is never applied to it, and nothing else changes', () => {
  const plain = subset();
  const excepting = subset({ 1: ['VerticalFlip'] });
  let seen = 0;
  for (let index = 0; index < 200; index++) {
    const key = { seed: 5, purpose: 'train', epoch: 0, index };
    const { steps } = drawSteps(plain, size, key);
    for (const label of [0, 2])
      assert.deepEqual(drawSteps(excepting, size, key, label).steps, steps);
    const left = drawSteps(excepting, size, key, 1);
    assert.deepEqual(
      left.steps,
      steps.filter((s) => s.name !== 'VerticalFlip'),
    );
    assert.equal(left.applied[1], 0);
    if (steps.some((s) => s.name === 'VerticalFlip')) seen++;
  }
  assert.ok(seen > 60, String(seen));
});

for (const granularity of ['image', 'batch'] as const)
  test(`batches honour exceptions, drawn for each ${granularity}`, async () => {
    const loader = createLoader({ store, targets, seed: 5, workers: 1 });
    try {
      const recipe = subset({ 1: flips });
      let changed = 0;
      for await (const batch of loader.epoch({ indices, batch: 12, recipe, granularity }))
        for (let i = 0; i < batch.count; i++) {
          const image = batch.images.subarray(i * store.stride, (i + 1) * store.stride);
          const same = Buffer.compare(image, store.view(batch.indices[i])) === 0;
          if (targetsAs(batch.targets, 'class').classes[i] === 1) assert.ok(same);
          else if (!same) changed++;
        }
      assert.ok(changed > 10, String(changed));
    } finally {
      await loader.close();
    }
  });

test('sizes of a batch cannot differ by class', async () => {
  const loader = createLoader({ store, targets, seed: 5, workers: 0 });
  const recipe: Recipe = { ...subset({ 1: flips }), restore: 'none' } as Recipe;
  assert.throws(() => loader.epoch({ indices, batch: 12, recipe, granularity: 'batch' }), {
    code: 'LOADER_RESTORE',
    message: /excluded for some classes/,
  });
  await loader.close();
});

test('a policy fills batches with what drawPolicy draws', async () => {
  const policy = parsePolicy({
    version: 1,
    restore: 'reflect',
    size,
    root: {
      kind: 'oneOf',
      members: [
        { kind: 'transform', name: 'HorizontalFlip' },
        { kind: 'transform', name: 'RandomCrop' },
      ],
    },
  });
  const loader = createLoader({ store, targets, seed: 5, workers: 2 });
  try {
    const recipe: Recipe = { kind: 'policy', policy, restore: 'reflect' };
    for await (const batch of loader.epoch({ indices, batch: 16, recipe, epoch: 3 }))
      for (let i = 0; i < batch.count; i++) {
        const index = batch.indices[i];
        const steps = drawPolicy(policy, size, { seed: 5, purpose: 'train', epoch: 3, index });
        const { data } = applySteps(store.image(index), steps, { restore: 'reflect', size });
        const got = batch.images.subarray(i * store.stride, (i + 1) * store.stride);
        assert.equal(Buffer.compare(got, data), 0);
      }
  } finally {
    await loader.close();
  }
});
