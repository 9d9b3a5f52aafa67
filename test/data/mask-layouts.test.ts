import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { openDataset } from '../../src/data/index.js';
import { encodeMaskPng, encodePng } from '../../src/image/index.js';
import { noise, temporaryFolder, write, writeImages } from './folders.js';
import { blocks, pairSize, writePairs } from './pairs-folders.js';

const mask = (key: string, values = [0, 1]): Promise<Uint8Array> =>
  encodeMaskPng({ ...pairSize, data: blocks(key, values) });

describe('images and masks in folders that look like classes', () => {
  for (const [images, labels] of [
    ['images', 'labels'],
    ['Images', 'Masks'],
    ['image', 'mask'],
    ['images', 'annotations'],
    ['train/images', 'train/masks'],
    ['photos', 'photo_masks'],
  ])
    test(`${images}/ and ${labels}/ are refused without classes.txt`, async () => {
      const folder = temporaryFolder();
      await writePairs(folder, { images, labels, count: 4, values: [0, 1] });
      await assert.rejects(openDataset(folder), {
        code: 'DATA_MASKS_AS_CLASSES',
        message: /classes\.txt[^]*if they are classes, use folder:DIR/,
      });
      if (labels.includes('/')) return;
      const { classes } = await openDataset(`folder:${folder}`);
      assert.equal(classes.length, 2);
      if (labels === 'photo_masks') return;
      write(folder, 'classes.txt', 'a\nb\n');
      assert.equal((await openDataset(folder)).targets.kind, 'mask');
    });

  test('twins in one folder: a.png and a_mask.png, or a.jpg and a grey a.png', async () => {
    for (const [ending, other] of [
      ['.png', '_mask.png'],
      ['.jpg', '.png'],
    ]) {
      const folder = temporaryFolder();
      for (const name of ['benign', 'malignant'])
        for (let i = 0; i < 3; i++) {
          write(folder, `${name}/${name} (${i})${ending}`, await encodePng(noise(`${name}${i}`)));
          write(folder, `${name}/${name} (${i})${other}`, await mask(`${name}${i}`));
        }
      await assert.rejects(openDataset(folder), { code: 'DATA_MASKS_AS_CLASSES' });
    }
  });

  test('classes that number their images alike are classes', async () => {
    const folder = temporaryFolder();
    for (const name of ['with_mask', 'without_mask']) await writeImages(folder, name, 3);
    assert.equal((await openDataset(folder)).classes.length, 2);
    const other = temporaryFolder();
    for (const name of ['face', 'mask']) await writeImages(other, name, 3);
    assert.equal((await openDataset(other)).classes.length, 2);
  });
});

describe('masks for display', () => {
  async function pairsOf(values: number[]): Promise<string> {
    const folder = temporaryFolder();
    await writePairs(folder, { images: 'images', labels: 'labels', count: 3, values });
    write(folder, 'classes.txt', 'background\nobject\n');
    return folder;
  }

  test('0 and 255: 255 would be ignored, and nothing be left to learn', async () => {
    await assert.rejects(openDataset(await pairsOf([0, 255])), {
      code: 'DATA_EMPTY_CLASS',
      message:
        /only one class[^]*"background", and the value 255 \(ignored\)[^]*0 and 255 as 0 and 1/,
    });
  });

  test('0, 128 and 255, and grey levels', async () => {
    await assert.rejects(openDataset(await pairsOf([0, 128, 255])), {
      code: 'MASK_LABEL',
      message: /the values 0, 128, 255[^]*save 0 as 0, 128 as 1, 255 as 2/,
    });
    const folder = await pairsOf([0, 1]);
    const data = Uint8Array.from({ length: pairSize.width * pairSize.height }, (_, i) => i);
    write(folder, 'labels/0.png', await encodeMaskPng({ ...pairSize, data }));
    await assert.rejects(openDataset(folder), { code: 'MASK_LABEL', message: /grey levels/ });
  });

  test('of another size but the same shape: what to resize is said', async () => {
    const folder = await pairsOf([0, 1]);
    const half = { width: pairSize.width / 2, height: pairSize.height / 2 };
    const data = new Uint8Array(half.width * half.height);
    write(folder, 'labels/1.png', await encodeMaskPng({ ...half, data }));
    await assert.rejects(openDataset(folder), {
      code: 'DATA_MASK_SIZE',
      message: /nearest neighbour/,
    });
  });
});
