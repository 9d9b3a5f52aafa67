import assert from 'node:assert/strict';
import { test } from 'node:test';
import { applySteps, drawSteps, type TransformSpec } from '../../src/augment/index.js';
import { Rng } from '../../src/core/index.js';
import type { Image } from '../../src/image/image.js';
import { borderOf, hide, labelsFor, marginsOf, type View } from '../../src/safe/views.js';

const size = { width: 32, height: 32 };

test('only windows that are filled up by mirroring have margins', () => {
  for (const name of ['RandomCrop', 'CenterCrop'])
    assert.deepEqual(marginsOf({ name }, size, 'reflect'), {
      left: 3,
      right: 4,
      top: 3,
      bottom: 4,
    });
  for (const name of ['HorizontalFlip', 'RandomSizedCrop', 'ShiftScaleRotate', 'Blur'])
    assert.equal(marginsOf({ name }, size, 'reflect'), undefined, name);
  assert.equal(marginsOf({ name: 'CenterCrop' }, size, 'resize'), undefined);
  // A quarter turn of an image that is not square is no window.
  const oblong = { width: 48, height: 32 };
  assert.equal(marginsOf({ name: 'RandomRotate90' }, oblong, 'reflect'), undefined);
});

function noise(key: number): Image {
  const rng = new Rng('views', key);
  return { ...size, channels: 1, data: Uint8Array.from({ length: 1024 }, () => rng.int(0, 256)) };
}

function seen(image: Image, view: Exclude<View, 'whole'>): Uint8Array {
  const margins = marginsOf({ name: 'CenterCrop' }, size, 'reflect');
  const pixels = image.data.slice();
  hide(pixels, size, [128], view, borderOf([margins, undefined])!);
  return pixels;
}

function cropped(image: Image, spec: TransformSpec): Image {
  const recipe = { kind: 'sequence' as const, transforms: [spec], restore: 'reflect' as const };
  const { steps } = drawSteps(recipe, size, { seed: 1, purpose: 'views', epoch: 0, index: 0 });
  return applySteps(image, steps, { restore: 'reflect', size });
}

test('inside its window a crop at the centre is the image itself', () => {
  const image = noise(1);
  const crop = cropped(image, { name: 'CenterCrop' });
  assert.notDeepEqual(crop.data, image.data);
  assert.deepEqual(seen(crop, 'window'), seen(image, 'window'));
  assert.notDeepEqual(seen(crop, 'border'), seen(image, 'border'));
});

test('no pixel that the border shows repeats another one that it shows', () => {
  // Every pixel of the image differs, so that a mirrored one is found by its value.
  const data = Uint8Array.from({ length: 1024 }, (_, i) => 129 + (i % 113));
  const image: Image = { ...size, channels: 1, data };
  const where = Uint16Array.from({ length: 1024 }, (_, i) => i);
  const source = (channel: (i: number) => number): Uint8Array =>
    seen(
      cropped({ ...image, data: Uint8Array.from(where, channel) }, { name: 'CenterCrop' }),
      'border',
    );
  const [low, high] = [source((i) => i % 32), source((i) => Math.floor(i / 32))];
  const shown = new Set<number>();
  let count = 0;
  for (let i = 0; i < 1024; i++) {
    if (low[i] === 128) continue;
    count++;
    shown.add(32 * high[i] + low[i]);
  }
  assert.ok(count > 150, `${count}`);
  assert.equal(shown.size, count);
});

test('where an augmentation does what a control does, that control is left out', () => {
  const harmless = (names: string[]): string[] =>
    labelsFor(
      names.map((name) => ({ name })),
      true,
    ).flatMap(({ kind, spec }) => (kind === 'harmless' ? [spec.name] : []));
  const all = ['ControlShift1', 'ControlResample', 'ControlJpeg', 'ControlGreyLevel'];
  assert.deepEqual(harmless(['Blur', 'Posterize']), all);
  assert.deepEqual(
    harmless(['Blur', 'ImageCompression']),
    all.filter((name) => name !== 'ControlJpeg'),
  );
});
