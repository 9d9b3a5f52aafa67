import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { controlNames } from '../../src/augment/index.js';
import { readRunFile, samplesSchema } from '../../src/run/files/index.js';
import { Rng } from '../../src/core/index.js';
import { PixelStore } from '../../src/data/index.js';
import { decodeImage, type Image } from '../../src/image/index.js';
import { writeSamples } from '../../src/pictures/samples.js';

function dataset(count: number, side: number) {
  const images = Array.from({ length: count }, (_, i): Image => {
    const rng = new Rng('samples', i);
    const data = Uint8Array.from({ length: side * side * 3 }, () => rng.int(0, 256));
    return { width: side, height: side, channels: 3, data };
  });
  const none = new Uint32Array(0);
  return {
    store: PixelStore.of(images),
    size: { width: side, height: side },
    targets: {
      kind: 'class',
      classes: Int32Array.from({ length: count }, (_, i) => i % 4),
    } as const,
    classes: ['a', 'b', 'c', 'd'],
    splits: { train: Uint32Array.from({ length: count }, (_, i) => i), val: none, test: none },
  };
}

const settings = {
  seed: 3,
  restore: 'reflect' as const,
  controls: true,
  augmentations: [{ name: 'VerticalFlip' }, { name: 'RandomCrop' }, { name: 'Blur' }],
};

test('writes a strip for every augmentation and control, and random subsets', async () => {
  const run = mkdtempSync(join(tmpdir(), 'samples-'));
  const data = dataset(20, 16);
  await writeSamples(run, data, settings, { safe: ['VerticalFlip', 'RandomCrop'] });
  const samples = readRunFile(run, 'samples', samplesSchema);
  assert.deepEqual(
    samples.augmentations.map((a) => a.name),
    ['VerticalFlip', 'RandomCrop', 'Blur'],
  );
  assert.equal(samples.controls.length, Object.values(controlNames).flat().length);
  assert.deepEqual(
    samples.subsets.map((s) => s.members),
    [['VerticalFlip', 'RandomCrop']],
  );

  const { file, rows, columns, tile, gap } = samples.augmentations[0];
  const sheet = await decodeImage(join(run, file));
  assert.equal(sheet.width, columns * (tile.width + gap) - gap);
  assert.equal(sheet.height, rows * (tile.height + gap) - gap);
  // In the strip of VerticalFlip the second row shows each image of the first upside down.
  const pixel = (x: number, y: number) => sheet.data[(y * sheet.width + x) * 3];
  for (let c = 0; c < columns; c++)
    for (let y = 0; y < tile.height; y++) {
      const x = c * (tile.width + gap) + 5;
      assert.equal(pixel(x, y), pixel(x, 2 * tile.height + gap - 1 - y));
    }
});

test('shows large images small', async () => {
  const run = mkdtempSync(join(tmpdir(), 'samples-'));
  await writeSamples(run, dataset(4, 200), { ...settings, controls: false }, { safe: [] });
  const samples = readRunFile(run, 'samples', samplesSchema);
  assert.deepEqual(samples.augmentations[0].tile, { width: 96, height: 96 });
  assert.deepEqual([samples.controls, samples.subsets], [[], []]);
});

test('gives the same bytes for the same seed', async () => {
  const bytes = async () => {
    const run = mkdtempSync(join(tmpdir(), 'samples-'));
    await writeSamples(run, dataset(9, 12), settings, { safe: ['Blur'] });
    return readFileSync(join(run, 'samples/subset-1.png'));
  };
  assert.deepEqual(await bytes(), await bytes());
});
