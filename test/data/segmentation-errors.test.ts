import assert from 'node:assert/strict';
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { UserError } from '../../src/core/index.js';
import { openDataset, type DatasetOptions, targetsAs } from '../../src/data/index.js';
import { encodeMaskPng } from '../../src/image/index.js';
import { temporaryFolder, write } from './folders.js';
import { pairSize, writePairs } from './pairs-folders.js';

async function fails(
  spec: string,
  code: string,
  says: RegExp[],
  options: DatasetOptions = {},
): Promise<void> {
  await assert.rejects(openDataset(spec, options), (error) => {
    assert.ok(error instanceof UserError, String(error));
    assert.equal(error.code, code, error.message);
    for (const pattern of says) assert.match(error.message, pattern);
    return true;
  });
}

async function made(classes: string | null = 'sky\nroad\nvoid\n'): Promise<string> {
  const folder = temporaryFolder();
  await writePairs(folder, { images: 'images', labels: 'labels', count: 3, values: [0, 1, 2] });
  if (classes !== null) write(folder, 'classes.txt', classes);
  return folder;
}

const maskOf = (width: number, height: number, value: number): Promise<Uint8Array> =>
  encodeMaskPng({ width, height, data: new Uint8Array(width * height).fill(value) });

describe('images with masks: what can be wrong', () => {
  test('a mask of another size, named with both sizes; skipped where that is asked for', async () => {
    const folder = await made();
    write(folder, 'labels/1.png', await maskOf(8, 8, 0));
    await fails(folder, 'DATA_MASK_SIZE', [/images\/1\.png/, /12x16/, /8x8/]);
    await fails(folder, 'DATA_MASK_SIZE', [/images\/1\.png/], { size: { width: 8, height: 8 } });
    const { items, targets, badFiles } = await openDataset(folder, { onBadFile: 'skip' });
    assert.deepEqual([items.length, targetsAs(targets, 'mask').store.count], [2, 2]);
    assert.equal(badFiles[0].code, 'DATA_MASK_SIZE');
  });

  test('a value that is no class: file, value, place', async () => {
    const folder = await made();
    const data = new Uint8Array(pairSize.width * pairSize.height);
    data[pairSize.width * 2 + 5] = 77;
    write(folder, 'labels/2.png', await encodeMaskPng({ ...pairSize, data }));
    await fails(folder, 'MASK_LABEL', [
      /labels.2\.png/,
      /77 at x 5, y 2 \(1 pixels\)/,
      /0 to 2, or 255/,
    ]);
  });

  test('an image without a mask; a mask without an image is only told', async () => {
    const folder = await made();
    write(folder, 'labels/9.png', await maskOf(16, 12, 0));
    const { warnings } = await openDataset(folder);
    assert.ok(warnings.some((w) => /1 mask in labels without an image, e\.g\. 9\.png/.test(w)));
    rmSync(join(folder, 'labels/0.png'));
    await fails(folder, 'DATA_MASK_MISSING', [/images\/0\.png/, /labels/]);
  });

  test('no list of classes, or one that cannot be used', async () => {
    await fails(`pairs:${await made(null)}`, 'DATA_CLASSES', [
      /classes\.txt/,
      /one class name per line/,
    ]);
    await fails(await made('sky\nsky\n'), 'DATA_CLASSES', [/"sky" twice/]);
    await fails(await made('sky\n\nroad\n'), 'DATA_CLASSES', [/line 2 is empty/]);
    await fails(await made('sky\nvoid\n'), 'DATA_CLASSES', [/1 classes/]);
    await fails(
      await made(Array.from({ length: 256 }, (_, i) => `c${i}\n`).join('')),
      'DATA_CLASSES',
      [/256 lines/],
    );
  });

  test('masks that hold nothing but ignored pixels', async () => {
    const folder = await made();
    for (let i = 0; i < 3; i++) write(folder, `labels/${i}.png`, await maskOf(16, 12, 2));
    await fails(folder, 'DATA_EMPTY_CLASS', [/only ignored pixels/]);
  });

  test('not the layout of the kind that is named', async () => {
    const folder = temporaryFolder();
    mkdirSync(join(folder, 'pictures'));
    await fails(`pairs:${folder}`, 'DATA_NOT_PAIRS', [/DIR\/images and DIR\/labels/, /pictures/]);
    await fails(`camvid:${folder}`, 'DATA_NOT_CAMVID', [/trainannot/]);
    await fails(`cityscapes:${folder}`, 'DATA_NOT_CITYSCAPES', [/leftImg8bit/]);
    mkdirSync(join(folder, 'leftImg8bit/train/aachen'), { recursive: true });
    await fails(`cityscapes:${folder}`, 'DATA_NOT_CITYSCAPES', [/gtFine/]);
    mkdirSync(join(folder, 'gtFine'));
    await fails(`cityscapes:${folder}`, 'DATA_NO_TRAIN', [/leftImg8bit/]);
  });

  test('test images alone', async () => {
    const folder = temporaryFolder();
    await writePairs(folder, {
      images: 'test/images',
      labels: 'test/labels',
      count: 1,
      values: [0],
    });
    write(folder, 'classes.txt', 'a\nb\n');
    await fails(folder, 'DATA_NO_TRAIN', [/test/]);
  });
});
