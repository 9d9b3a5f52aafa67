import assert from 'node:assert/strict';
import { renameSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { computeNormalisation } from '../../src/data/content.js';
import { openDataset, PixelStore, targetsAs } from '../../src/data/index.js';
import { readMat } from '../../src/data/arrays/mat.js';
import { encodePng, type Image } from '../../src/image/index.js';
import { fixture, noise, temporaryFolder, write, writeImages } from './folders.js';

describe('normalisation', () => {
  test('is the mean and standard deviation of each channel over the chosen images', async () => {
    const flat = (r: number, g: number, b: number): Image => ({
      width: 1,
      height: 2,
      channels: 3,
      data: Uint8Array.from([r, g, b, r, g, b]),
    });
    const store = PixelStore.of([flat(0, 255, 51), flat(255, 255, 153), flat(9, 9, 9)]);
    const { mean, std } = await computeNormalisation(store, Uint32Array.of(0, 1));
    const near = (got: readonly number[], expected: number[]): void =>
      got.forEach((v, i) => assert.ok(Math.abs(v - expected[i]) < 1e-12, `${got}`));
    near(mean, [0.5, 1, 0.4]);
    // The green channel is constant: a floor instead of a division by zero.
    near(std, [0.5, 0.001, 0.2]);
  });
});

describe('fingerprint', () => {
  test('is the same for the same content elsewhere, and another after any change', async () => {
    const make = async (): Promise<string> => {
      const folder = temporaryFolder();
      for (const name of ['a', 'b']) await writeImages(folder, name, 2);
      return folder;
    };
    const { fingerprint } = await openDataset(await make());
    assert.match(fingerprint, /^[0-9a-f]{64}$/);
    const folder = await make();
    assert.equal((await openDataset(folder)).fingerprint, fingerprint);
    const image = noise('a/0');
    image.data[5] ^= 1;
    write(folder, 'a/0.png', await encodePng(image));
    const pixelChanged = (await openDataset(folder)).fingerprint;
    renameSync(join(folder, 'a/1.png'), join(folder, 'b/9.png'));
    const labelChanged = (await openDataset(folder)).fingerprint;
    assert.equal(new Set([fingerprint, pixelChanged, labelChanged]).size, 3);
  });
});

describe('duplicates', () => {
  test('in train and test are counted and reported, also those of another class', async () => {
    const folder = temporaryFolder();
    for (const path of ['train/a', 'train/b', 'test/a', 'test/b'])
      await writeImages(folder, path, 2);
    write(folder, 'test/b/same.png', await encodePng(noise('train/a/1')));
    write(folder, 'train/b/same.png', await encodePng(noise('train/b/0')));
    const { duplicates, warnings } = await openDataset(folder);
    assert.deepEqual(duplicates, {
      testInTrain: 1,
      withinTrain: 1,
      otherClass: 1,
      examples: [
        ['test/b/same.png', 'train/a/1.png'],
        ['train/b/same.png', 'train/b/0.png'],
      ],
    });
    assert.match(
      warnings.join('\n'),
      /1 test image is identical to a training image \(test\/b\/same.png = train\/a\/1.png\)/,
    );
  });
});

describe('PixelStore', () => {
  const images = [0, 1, 2, 3].map((i) => noise(i, { width: 3, height: 2 }));

  test('gives views of what was stored, also through its handle', () => {
    const store = PixelStore.of(images);
    const other = new PixelStore(structuredClone(store.handle()));
    images.forEach(({ data }, i) => assert.deepEqual([...other.view(i)], [...data]));
    other.view(1)[0] = 7;
    assert.equal(store.image(1).data[0], 7);
    assert.throws(() => store.view(4), /image 4 of 4/);
  });

  test('compacts in place', () => {
    const kept = PixelStore.of(images).compact(Uint8Array.of(0, 1, 0, 1));
    assert.equal(kept.count, 2);
    assert.deepEqual([...kept.view(0)], [...images[1].data]);
    assert.deepEqual([...kept.view(1)], [...images[3].data]);
  });
});

describe('progress', () => {
  test('is reported and ends with all', async () => {
    const folder = temporaryFolder();
    for (const name of ['a', 'b']) await writeImages(folder, name, 60, { width: 2, height: 2 });
    const calls: [number, number][] = [];
    await openDataset(folder, { onProgress: (done, total) => calls.push([done, total]) });
    assert.deepEqual(calls, [
      [100, 120],
      [120, 120],
    ]);
  });
});

describe('SVHN', () => {
  test('puts every value where it belongs, compressed or not, and calls label 10 the digit 0', async () => {
    const folder = temporaryFolder();
    write(folder, 'train_32x32.mat', fixture('svhn/compressed.mat'));
    write(folder, 'test_32x32.mat', fixture('svhn/plain.mat'));
    write(folder, 'extra_32x32.mat');
    const { store, targets, classes, items, warnings } = await openDataset(folder);
    const { classes: labels } = targetsAs(targets, 'class');
    assert.deepEqual([...labels.slice(0, 12)], [1, 2, 3, 4, 5, 6, 7, 8, 9, 0, 1, 2]);
    assert.deepEqual([...labels.slice(12)], [1, 2, 3, 4, 5, 6, 7, 8, 9, 0]);
    assert.equal(classes.join(''), '0123456789');
    assert.equal(items[14].name, 'test_32x32.mat#2');
    for (let i = 0; i < 22; i++) {
      const n = i % 12;
      store.view(i).forEach((value, at) => {
        const [h, w, c] = [Math.floor(at / 96), Math.floor(at / 3) % 32, at % 3];
        assert.equal(value, (7 * h + 3 * w + 50 * c + 11 * n) % 256);
      });
    }
    assert.match(warnings.join(), /ignored extra_32x32.mat/);
  });

  test('reads labels that are stored as doubles, and passes over text', () => {
    const arrays = readMat(fixture('svhn/double.mat'), 'double.mat');
    assert.deepEqual([...arrays.keys()].sort(), ['X', 'y']);
    assert.deepEqual(arrays.get('y')?.dims, [12, 1]);
    assert.deepEqual([...(arrays.get('y')?.data ?? [])], [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 1, 2]);
    assert.deepEqual(arrays.get('X')?.dims, [32, 32, 3, 12]);
  });
});

describe('Tiny ImageNet', () => {
  test('orders classes as wnids.txt does and names them by their first word, if it is theirs alone', async () => {
    const folder = temporaryFolder();
    for (const id of ['n1', 'n2', 'n3', 'n4']) await writeImages(folder, `train/${id}/images`, 1);
    write(folder, 'wnids.txt', 'n3\nn1\nn4\nn2\n');
    write(folder, 'words.txt', 'n1\tcrane\nn2\tcrane, bird\nn3\togre, monster\n');
    const { classes, targets, items, warnings } = await openDataset(folder);
    const { classes: labels } = targetsAs(targets, 'class');
    assert.deepEqual(classes, ['ogre', 'n1', 'n4', 'n2']);
    assert.deepEqual([...labels], [0, 1, 2, 3]);
    assert.equal(items[0].name, 'train/n3/images/0.png');
    assert.match(warnings.join(), /val\/val_annotations.txt is missing/);
  });
});
