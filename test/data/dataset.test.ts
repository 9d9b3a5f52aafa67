import assert from 'node:assert/strict';
import { renameSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { computeNormalisation } from '../../src/data/content.js';
import { openDataset, PixelStore } from '../../src/data/index.js';
import { encodePng, type Image } from '../../src/image/index.js';
import { noise, temporaryFolder, write, writeImages } from './folders.js';

describe('normalisation', () => {
  it('is the mean and standard deviation of each channel over the chosen images', () => {
    const flat = (r: number, g: number, b: number): Image => ({
      width: 1,
      height: 2,
      channels: 3,
      data: Uint8Array.from([r, g, b, r, g, b]),
    });
    const store = PixelStore.of([flat(0, 255, 51), flat(255, 255, 153), flat(9, 9, 9)]);
    const { mean, std } = computeNormalisation(store, Uint32Array.of(0, 1));
    const near = (got: readonly number[], expected: number[]): void =>
      got.forEach((v, i) => assert.ok(Math.abs(v - expected[i]) < 1e-12, `${got}`));
    near(mean, [0.5, 1, 0.4]);
    // The green channel is constant: a floor instead of a division by zero.
    near(std, [0.5, 0.001, 0.2]);
  });
});

describe('fingerprint', () => {
  it('is the same for the same content elsewhere, and another after any change', async () => {
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
  it('in train and test are counted and reported, also those of another class', async () => {
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
    assert.match(warnings.join('\n'), /1 test images are also training images/);
  });
});

describe('PixelStore', () => {
  const images = [0, 1, 2, 3].map((i) => noise(i, { width: 3, height: 2 }));

  it('gives views of what was stored, also through its handle', () => {
    const store = PixelStore.of(images);
    const other = new PixelStore(structuredClone(store.handle()));
    images.forEach(({ data }, i) => assert.deepEqual([...other.view(i)], [...data]));
    other.view(1)[0] = 7;
    assert.equal(store.image(1).data[0], 7);
    assert.throws(() => store.view(4), /image 4 of 4/);
  });

  it('compacts in place', () => {
    const kept = PixelStore.of(images).compact(Uint8Array.of(0, 1, 0, 1));
    assert.equal(kept.count, 2);
    assert.deepEqual([...kept.view(0)], [...images[1].data]);
    assert.deepEqual([...kept.view(1)], [...images[3].data]);
  });
});

describe('progress', () => {
  it('is reported and ends with all', async () => {
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
