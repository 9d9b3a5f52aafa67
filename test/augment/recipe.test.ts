import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  applySteps,
  applyStepsToMask,
  createTransform,
  drawSteps,
  thesisSet,
  type Recipe,
  type Restore,
  type Step,
} from '../../src/augment/index.js';
import type { Image } from '../../src/image/image.js';
import { blocks, picture } from './support/pictures.js';

const key = { seed: 1, purpose: 'train', epoch: 0, index: 0 };
const size = { width: 32, height: 32 };
const joint: Recipe = {
  kind: 'joint',
  transforms: thesisSet(),
  min: 0,
  max: 5,
  restore: 'reflect',
};

test('draws depend on the key alone', () => {
  const copy = structuredClone(joint);
  for (let index = 0; index < 50; index++) {
    const one = drawSteps(joint, size, { ...key, index });
    assert.deepEqual(drawSteps(copy, size, { ...key, index }), one);
  }
  const other = drawSteps(joint, size, { ...key, epoch: 1, index: 3 });
  assert.notDeepEqual(other, drawSteps(joint, size, { ...key, index: 3 }));
});

test('joint subsets have sizes from min to max, evenly, and every transform is drawn', () => {
  const counts = new Array<number>(6).fill(0);
  const applied = new Array<number>(15).fill(0);
  const n = 6000;
  for (let index = 0; index < n; index++) {
    // Controls that do nothing are never identity draws, so the size drawn can be counted.
    const nothing: Recipe = {
      kind: 'joint',
      transforms: Array.from({ length: 8 }, () => ({ name: 'ControlNothingA' })),
      min: 0,
      max: 5,
      restore: 'none',
    };
    counts[drawSteps(nothing, size, { ...key, index }).steps.length]++;
    drawSteps(joint, size, { ...key, index }).applied.forEach((a, k) => (applied[k] += a));
  }
  for (const count of counts) assert.ok(Math.abs(count / n - 1 / 6) < 0.02, `${counts}`);
  // A transform is in a subset with probability 2.5 / 15, less its identity draws (at most 1/4).
  for (const count of applied) assert.ok(count / n > 0.105 && count / n < 0.185, `${applied}`);
});

test('subset of fixed size applies each member with probability p', () => {
  const recipe: Recipe = {
    kind: 'subset',
    transforms: [{ name: 'ControlNothingA' }, { name: 'ControlNothingB' }, { name: 'Transpose' }],
    size: 2,
    p: 0.5,
    restore: 'none',
  };
  let total = 0;
  for (let index = 0; index < 4000; index++)
    total += drawSteps(recipe, size, { ...key, index }).steps.length;
  assert.ok(Math.abs(total / 4000 - 1) < 0.05, `${total / 4000}`);
});

test('sequences keep their order, and a crop after a crop sees the smaller image', () => {
  const recipe: Recipe = {
    kind: 'sequence',
    transforms: [{ name: 'CenterCrop' }, { name: 'RandomCrop' }, { name: 'RandomCrop' }],
    restore: 'none',
  };
  const { steps, applied } = drawSteps(recipe, size, key);
  assert.deepEqual(
    steps.map((s) => [s.name, s.params.width]),
    [
      ['CenterCrop', 25],
      ['RandomCrop', 20],
      ['RandomCrop', 16],
    ],
  );
  assert.deepEqual([...applied], [1, 1, 1]);
});

test('identity draws are neither steps nor applied; negative controls count', () => {
  const turn: Recipe = {
    kind: 'subset',
    transforms: [{ name: 'RandomRotate90' }, { name: 'ControlNothingA' }],
    size: 2,
    p: 1,
    restore: 'none',
  };
  const n = 4000;
  let turned = 0;
  for (let index = 0; index < n; index++) {
    const { steps, applied } = drawSteps(turn, size, { ...key, index });
    assert.equal(applied[0], steps.some((s) => s.name === 'RandomRotate90') ? 1 : 0);
    assert.equal(applied[1], 1);
    turned += applied[0];
  }
  assert.ok(Math.abs(turned / n - 0.75) < 0.03);
});

for (const restore of ['reflect', 'resize'] as Restore[])
  test(`restore ${restore} ends at the input size, in the given buffer`, () => {
    const image = picture(40, 28, 3);
    const mask = blocks(40, 28, [0, 3, 255]);
    const before = image.data.slice();
    const out = new Uint8Array(image.data.length);
    for (let index = 0; index < 200; index++) {
      const { steps } = drawSteps(joint, image, { ...key, index });
      const result = applySteps(image, steps, { restore, size: image, out });
      assert.equal(result.data, out);
      assert.deepEqual([result.width, result.height], [40, 28]);
      assert.deepEqual(image.data, before);
      assert.deepEqual(applySteps(image, steps, { restore, size: image }).data, out);
      const labels = applyStepsToMask(mask, steps, { restore, size: image });
      assert.deepEqual([labels.width, labels.height], [40, 28]);
      for (const label of labels.data) assert.ok(label === 0 || label === 3 || label === 255);
    }
  });

test('restore reflect pads evenly by reflect-101, however large the border', () => {
  const image = { width: 3, height: 1, channels: 1 as const, data: Uint8Array.of(10, 20, 30) };
  const result = applySteps(image, [], { restore: 'reflect', size: { width: 10, height: 2 } });
  assert.deepEqual(
    [...result.data.subarray(0, 10)],
    [20, 30, 20, 10, 20, 30, 20, 10, 20, 30].map(
      (_, x) => [10, 20, 30, 20][(((x - 3) % 4) + 4) % 4],
    ),
  );
  assert.deepEqual(result.data.subarray(10), result.data.subarray(0, 10));
});

test('a mask border can be a label of its own', () => {
  const mask = blocks(16, 16, [1, 2]);
  const steps = [{ name: 'CenterCrop', params: { x: 4, y: 4, width: 8, height: 8 } }];
  const options = { restore: 'reflect', size: mask, border: { mode: 'fill', value: 255 } } as const;
  const result = applyStepsToMask(mask, steps, options);
  const void_ = [...result.data].filter((v) => v === 255).length;
  assert.equal(void_, 256 - 64);
  assert.equal(result.data[4 * 16 + 4], mask.data[4 * 16 + 4]);
  const turned = [{ name: 'ShiftScaleRotate', params: { angle: 45, scale: 1, dx: 0, dy: 0 } }];
  const warped = applyStepsToMask(mask, turned, { ...options, restore: 'none' });
  assert.equal(warped.data[0], 255);
});

test('recipes that do not fit are refused', () => {
  const bad = { ...joint, min: 3, max: 1 } as Recipe;
  assert.throws(() => drawSteps(bad, size, key), { code: 'RECIPE' });
  const large: Recipe = {
    kind: 'sequence',
    transforms: [{ name: 'RandomCrop', options: { height: 64, width: 64 } }],
    restore: 'none',
  };
  assert.throws(() => drawSteps(large, size, key), { code: 'CROP_TOO_LARGE', message: /64x64/ });
});

test('a sequence draws identities again: what is asked for by name is applied', () => {
  const turn: Recipe = {
    kind: 'sequence',
    transforms: [{ name: 'RandomRotate90' }],
    restore: 'none',
  };
  for (let index = 0; index < 300; index++)
    assert.deepEqual([...drawSteps(turn, size, { ...key, index }).applied], [1]);
});

test('successive value transforms become one pass with the same bytes', () => {
  const image = picture(40, 30, 3);
  const steps: Step[] = [
    { name: 'RandomBrightness', params: { beta: 0.15 } },
    { name: 'RandomContrast', params: { alpha: 1.17 } },
    { name: 'RandomGamma', params: { gamma: 0.83 } },
    { name: 'HorizontalFlip', params: {} },
    { name: 'RandomGamma', params: { gamma: 1.1 } },
    { name: 'RandomContrast', params: { alpha: 0.9, semantics: 'albumentations-0.1.1' } },
    { name: 'RandomGamma', params: { gamma: 1.2 } },
    { name: 'RandomBrightness', params: { beta: -0.1 } },
  ];
  for (let count = 1; count <= steps.length; count++) {
    const some = steps.slice(0, count);
    let one: Image = image;
    for (const { name, params } of some) one = createTransform({ name }).apply(one, params);
    assert.deepEqual(applySteps(image, some, { restore: 'none' }), one, `${count} steps`);
    assert.deepEqual(applySteps(image, some, { restore: 'reflect', size: image }), one);
  }
});
