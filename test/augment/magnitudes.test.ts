import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createTransform, thesisSet } from '../../src/augment/index.js';

const size = { width: 32, height: 32 };

test('narrower ranges are options that the transform takes', () => {
  const found: string[] = [];
  for (const spec of thesisSet())
    for (const magnitude of createTransform(spec).magnitudes(size)) {
      found.push(`${spec.name}.${magnitude.option}`);
      assert.ok(magnitude.full > 0);
      for (const f of [0.25, 0.5, 0.75, 1])
        createTransform({ name: spec.name, options: magnitude.at(f) });
    }
  assert.deepEqual(found, [
    'ShiftScaleRotate.rotateLimit',
    'ShiftScaleRotate.scaleLimit',
    'ShiftScaleRotate.shiftLimit',
    'RandomCrop.scale',
    'CenterCrop.scale',
    'RandomSizedCrop.minMaxScale',
    'RandomContrast.limit',
    'RandomBrightness.limit',
    'RandomGamma.gammaLimit',
    'CLAHE.clipLimit',
    'Blur.blurLimit',
    'GaussNoise.varLimit',
  ]);
});

test('half of a magnitude reaches half as far', () => {
  const half = (name: string, options = {}) =>
    createTransform({ name, options }).magnitudes(size)[0].at(0.5);
  assert.deepEqual(half('RandomBrightness'), { limit: [-0.1, 0.1] });
  assert.deepEqual(half('RandomGamma'), { gammaLimit: [90, 110] });
  assert.equal(half('RandomCrop').scale, 0.890625);
  assert.equal(half('RandomCrop', { height: 24, width: 16 }).width, 24);
  const turned = half('ShiftScaleRotate');
  assert.deepEqual(
    [turned.rotateLimit, turned.scaleLimit],
    [
      [-22.5, 22.5],
      [0, 0],
    ],
  );
  assert.deepEqual(half('Blur').blurLimit, [3, 3]);
});
