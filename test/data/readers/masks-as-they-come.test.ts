import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import sharp from 'sharp';
import { openDataset, targetKindOf, type Dataset } from '../../../src/data/index.js';
import { encodeMaskPng, encodePng } from '../../../src/image/index.js';
import { noise, temporaryFolder, write } from '../folders.js';

const size = { width: 12, height: 8 };

/** A mask whose columns have these values in turn. */
const maskOf = (values: readonly number[], { width, height } = size): Promise<Uint8Array> =>
  encodeMaskPng({
    width,
    height,
    data: Uint8Array.from(
      { length: width * height },
      (_, i) => values[(i % width) % values.length],
    ),
  });

const labelsOf = ({ targets }: Dataset, i: number): number[] =>
  targets.kind === 'mask' ? [...targets.store.view(i).subarray(0, 6)] : [];

/** `count` images, each with a mask at the path that `mask` gives. */
async function scenes(
  image: (i: number) => string,
  mask: (i: number) => string,
  values: readonly number[],
  count = 3,
): Promise<string> {
  const folder = temporaryFolder();
  for (let i = 0; i < count; i++) {
    write(folder, image(i), await encodePng(noise(i, size)));
    write(folder, mask(i), await maskOf(values));
  }
  return folder;
}

describe('values of masks', () => {
  const folders = (values: readonly number[]): Promise<string> =>
    scenes(
      (i) => `images/${i}.png`,
      (i) => `masks/${i}.png`,
      values,
    );

  test('become classes, called by their values, 255 among them', async () => {
    const folder = await folders([0, 128, 255]);
    const labels = { maskValues: [0, 128, 255] };
    assert.equal(targetKindOf(folder, labels), 'mask');
    const data = await openDataset(folder, { labels });
    assert.deepEqual([data.kind, data.classes], ['pairs', ['0', '128', '255']]);
    assert.deepEqual(labelsOf(data, 0), [0, 1, 2, 0, 1, 2]);
    assert.deepEqual(data.targets.kind === 'mask' && data.targets.values, [0, 128, 255]);
  });

  test('in the order given, and named by classes.txt where there is one', async () => {
    const folder = await folders([0, 255]);
    write(folder, 'classes.txt', 'person\nbackground\n');
    const data = await openDataset(folder, { labels: { maskValues: [255, 0] } });
    assert.deepEqual(data.classes, ['person', 'background']);
    assert.deepEqual(labelsOf(data, 0), [1, 0, 1, 0, 1, 0]);
    await assert.rejects(openDataset(folder, { labels: { maskValues: [0, 128, 255] } }), {
      code: 'DATA_CLASSES',
      message: /2 names for 3 values/,
    });
  });

  test('that are not named are ignored if 255, and refused otherwise', async () => {
    const folder = await folders([0, 7, 255]);
    const data = await openDataset(folder, { labels: { maskValues: [0, 7] } });
    assert.deepEqual(labelsOf(data, 0), [0, 1, 255, 0, 1, 255]);
    await assert.rejects(openDataset(folder, { labels: { maskValues: [0, 255] } }), {
      code: 'MASK_LABEL',
      message: /expected: +0, 255\n[^]*--mask-values 0,7,255/,
    });
  });

  test('are proposed where nothing says what they mean', async () => {
    const folder = await folders([0, 255]);
    const proposed = { message: /values 0, 255: --mask-values 0,255 makes each of them a class/ };
    await assert.rejects(openDataset(folder), { code: 'DATA_MASKS_AS_CLASSES', ...proposed });
    await assert.rejects(openDataset(`pairs:${folder}`), { code: 'DATA_CLASSES', ...proposed });
    write(folder, 'classes.txt', 'background\nperson\n');
    await assert.rejects(openDataset(folder), { code: 'DATA_EMPTY_CLASS', ...proposed });
  });
});

describe('masks beside their images', () => {
  const labels = { maskValues: [0, 1] };
  const cases: [string, (i: number) => string, (i: number) => string][] = [
    ['a suffix', (i) => `${i}.png`, (i) => `${i}_mask.png`],
    ['another suffix', (i) => `eye${i}.png`, (i) => `eye${i}_manual1.png`],
    ['folders and a suffix', (i) => `images/${i}.png`, (i) => `masks/${i}_mask.png`],
    [
      'parts',
      (i) => `${i > 0 ? 'train' : 'test'}/${i}.png`,
      (i) => `${i > 0 ? 'train' : 'test'}/${i}_mask.png`,
    ],
  ];
  for (const [name, image, mask] of cases)
    test(name, async () => {
      const folder = await scenes(image, mask, [0, 1]);
      const data = await openDataset(folder, { labels });
      assert.deepEqual(data.items.map((item) => item.name).sort(), [0, 1, 2].map(image).sort());
      for (const i of [0, 1, 2]) assert.deepEqual(labelsOf(data, i), [0, 1, 0, 1, 0, 1]);
      if (name === 'parts') assert.equal(data.splits.test.length, 1);
    });

  test('a photograph and a grey PNG of one name', async () => {
    const folder = temporaryFolder();
    for (const i of [1, 2]) {
      const picture = sharp(noise(i, size).data, { raw: { ...size, channels: 3 } });
      write(folder, `00${i}.jpg`, await picture.jpeg().toBuffer());
      write(folder, `00${i}.png`, await maskOf([0, 1]));
    }
    const data = await openDataset(folder, { labels });
    assert.deepEqual(
      data.items.map((item) => item.name),
      ['001.jpg', '002.jpg'],
    );
    assert.deepEqual(labelsOf(data, 1), [0, 1, 0, 1, 0, 1]);
    // Without what the values mean, a class folder is not made of them either.
    await assert.rejects(openDataset(folder), { message: /--mask-values 0,1/ });
  });

  test('an image without a mask is named', async () => {
    const folder = await scenes(
      (i) => `${i}.png`,
      (i) => `${i}_mask.png`,
      [0, 1],
    );
    write(folder, 'alone.png', await encodePng(noise('alone', size)));
    await assert.rejects(openDataset(folder, { labels }), {
      code: 'DATA_MASK_MISSING',
      message: /alone\.png/,
    });
  });
});

test('masks of the same shape and another size are resized where it is asked for', async () => {
  const folder = temporaryFolder();
  for (const i of [0, 1]) {
    write(folder, `images/${i}.png`, await encodePng(noise(i, { width: 24, height: 16 })));
    write(folder, `masks/${i}.png`, await maskOf([0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1]));
  }
  const labels = { maskValues: [0, 1] };
  await assert.rejects(openDataset(folder, { labels }), {
    code: 'DATA_MASK_SIZE',
    message: /--resize-masks/,
  });
  const resized = { ...labels, resizeMasks: true };
  const full = await openDataset(folder, { labels: resized });
  assert.deepEqual(full.size, { width: 24, height: 16 });
  assert.ok(full.targets.kind === 'mask');
  const row = [...full.targets.store.view(0).subarray(0, 24)];
  assert.deepEqual(
    row,
    Array.from({ length: 24 }, (_, x) => (x < 12 ? 0 : 1)),
  );
  const small = await openDataset(folder, {
    labels: resized,
    size: { width: 6, height: 8, fit: 'crop' },
  });
  assert.ok(small.targets.kind === 'mask');
  assert.deepEqual([...small.targets.store.view(0).subarray(0, 6)], [0, 0, 0, 1, 1, 1]);
  // Another shape is a mistake, asked for or not.
  write(folder, 'masks/0.png', await maskOf([0, 1], { width: 12, height: 12 }));
  await assert.rejects(openDataset(folder, { labels: resized }), { code: 'DATA_MASK_SIZE' });
});
