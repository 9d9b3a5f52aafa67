import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { UserError } from '../../src/core/index.js';
import { openDataset, type DatasetOptions, targetsAs } from '../../src/data/index.js';
import { encodePng } from '../../src/image/index.js';
import {
  cifarRecords,
  cifarSize,
  fixture,
  noise,
  temporaryFolder,
  write,
  writeImages,
} from './folders.js';

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

async function twoClasses(): Promise<string> {
  const folder = temporaryFolder();
  await writeImages(folder, 'cat', 3);
  await writeImages(folder, 'dog', 3);
  return folder;
}

describe('a data folder that is no data set', () => {
  test('is missing: the closest name is proposed', async () => {
    const folder = temporaryFolder();
    mkdirSync(join(folder, 'flowers'));
    await fails(join(folder, 'flower'), 'DATA_MISSING', [
      /no "flower" in/,
      /did you mean .*flowers/,
    ]);
    await fails(join(folder, 'zzz', 'deep'), 'DATA_MISSING', [/no "zzz" in/, /check the path/]);
    await fails('folder:', 'DATA_MISSING', [/folder:DIR/]);
  });

  test('is a file', async () => {
    const folder = temporaryFolder();
    write(folder, 'cifar.tar');
    await fails(join(folder, 'cifar.tar'), 'DATA_NOT_A_FOLDER', [/unpack/]);
  });

  test('is of an unknown kind: the kinds are listed', async () => {
    await fails('cifar1:somewhere', 'DATA_UNKNOWN_KIND', [
      /cifar10:DIR/,
      /folder:DIR/,
      /did you mean/,
    ]);
  });

  test('holds nothing, or images without class folders', async () => {
    const folder = temporaryFolder();
    await fails(folder, 'DATA_NOT_LABELLED', [/no class folders and no images/, /DIR\/CLASS/]);
    for (let i = 0; i < 3; i++) write(folder, `${i}.png`, await encodePng(noise(i)));
    await fails(folder, 'DATA_NOT_LABELLED', [/3 images without class folders/]);
    const split = temporaryFolder();
    await writeImages(split, 'train', 2);
    await fails(split, 'DATA_NOT_LABELLED', [/train/, /2 images without class folders/]);
  });

  test('has one class only, or an empty one', async () => {
    const folder = temporaryFolder();
    await writeImages(folder, 'cat', 2);
    await fails(folder, 'DATA_ONE_CLASS', [/at least two class folders/, /only "cat"/]);
    mkdirSync(join(folder, 'dog'));
    await fails(folder, 'DATA_EMPTY_CLASS', [/The class "dog" has no images/, /an empty folder/]);
    write(folder, 'dog/readme.txt', 'x');
    await fails(folder, 'DATA_EMPTY_CLASS', [/got: +1 file, no images/]);
  });

  test('has splits without train, twice the same, or a class that train lacks', async () => {
    const folder = temporaryFolder();
    await writeImages(folder, 'test/a', 1);
    await writeImages(folder, 'test/b', 1);
    await fails(folder, 'DATA_NO_TRAIN', [/a folder train\//, /test\//]);
    for (const path of ['train/a', 'train/b', 'test/c']) await writeImages(folder, path, 1);
    await fails(folder, 'DATA_UNKNOWN_CLASS', [
      /test.c/,
      /test part has a class that is missing from train/,
    ]);
    await writeImages(folder, 'training/a', 1);
    await fails(folder, 'DATA_SPLIT_TWICE', [/train and training/]);
  });
});

describe('images that do not fit', () => {
  test('the first of another size is named, even when it is the very first', async () => {
    for (const odd of ['cat/1.png', 'cat/0.png', 'dog/2.png']) {
      const folder = await twoClasses();
      write(folder, odd, await encodePng(noise('odd', { width: 20, height: 12 })));
      await fails(folder, 'DATA_SIZES_DIFFER', [
        new RegExp(`where: +${odd}`),
        /expected: 12x16/,
        /got: +12x20/,
        /--size 12x16/,
      ]);
      const resized = await openDataset(folder, { size: { width: 10, height: 9 } });
      assert.deepEqual(resized.size, { width: 10, height: 9 });
      assert.equal(resized.store.bytes.length, 6 * 10 * 9 * 3);
    }
  });

  test('several bad files are named at once: five of them, and how many there are', async () => {
    const folder = await twoClasses();
    write(folder, 'cat/1.png', 'no image');
    write(folder, 'dog/0.png', '');
    await fails(folder, 'DATA_BAD_FILES', [
      /^2 files cannot be used/,
      /cat.1\.png: .*\n +.*dog.0\.png: /,
      /--on-bad-file skip/,
    ]);
    for (let i = 3; i < 9; i++) write(folder, `dog/${i}.png`, '');
    await fails(folder, 'DATA_BAD_FILES', [
      /^8 files cannot be used/,
      /(\n.*\.png: .*){5}\n +and 3 more\n/,
    ]);
  });

  test('a broken file stops with its name, or is skipped and reported', async () => {
    const folder = await twoClasses();
    const whole = await encodePng(noise('whole'));
    write(folder, 'cat/1.png', whole.subarray(0, whole.length / 2));
    await fails(folder, 'IMAGE_BROKEN', [/cat.1\.png/, /--on-bad-file skip/]);
    write(folder, 'dog/0.png', '');
    const dataset = await openDataset(folder, { onBadFile: 'skip' });
    assert.deepEqual(
      dataset.badFiles.map(({ name, code }) => [name, code]),
      [
        ['cat/1.png', 'IMAGE_BROKEN'],
        ['dog/0.png', 'IMAGE_EMPTY'],
      ],
    );
    assert.match(dataset.warnings.join(), /skipped 2 unreadable files: cat\/1.png, dog\/0.png/);
    assert.deepEqual(
      dataset.items.map((item) => item.name),
      ['cat/0.png', 'cat/2.png', 'dog/1.png', 'dog/2.png'],
    );
    assert.deepEqual([...targetsAs(dataset.targets, 'class').classes], [0, 0, 1, 1]);
    assert.deepEqual([...dataset.store.view(3)], [...noise('dog/2').data]);
  });

  test('a class or a data set whose files are all broken', async () => {
    const folder = await twoClasses();
    for (const i of [0, 1, 2]) write(folder, `dog/${i}.png`, 'nonsense');
    await fails(folder, 'DATA_EMPTY_CLASS', [/The class "dog"/], { onBadFile: 'skip' });
    for (const i of [0, 1, 2]) write(folder, `cat/${i}.png`, 'nonsense');
    await fails(folder, 'DATA_ALL_BROKEN', [/6 unreadable files/], { onBadFile: 'skip' });
  });
});

describe('CIFAR that is none', () => {
  const record = (label: number): Uint8Array =>
    cifarRecords([{ labels: [label], image: noise(label, cifarSize) }]);

  test('truncated, a label out of range, too few names', async () => {
    const folder = temporaryFolder();
    write(folder, 'data_batch_1.bin', record(1).subarray(0, 3000));
    await fails(folder, 'DATA_TRUNCATED', [
      /data_batch_1.bin/,
      /multiple of 3073 bytes/,
      /3000 bytes/,
    ]);
    write(folder, 'data_batch_1.bin', record(10));
    await fails(folder, 'DATA_LABEL_RANGE', [/record 0/, /0 to 9/, /got: +10/]);
    write(folder, 'batches.meta.txt', 'cat\ndog\n');
    await fails(folder, 'DATA_CLASS_NAMES', [/10 names/, /got: +2/]);
  });

  test('named so, but something else', async () => {
    await fails(`cifar10:${temporaryFolder()}`, 'DATA_NOT_CIFAR', [/data_batch_1.bin/]);
    await fails(`cifar100:${await twoClasses()}`, 'DATA_NOT_CIFAR', [
      /100 class folders/,
      /got: +2/,
    ]);
  });
});

describe('SVHN that is none', () => {
  const folder = temporaryFolder();
  const put = (bytes: Uint8Array): void => write(folder, 'train_32x32.mat', bytes);

  test('truncated, compressed or not', async () => {
    for (const file of ['compressed', 'plain'])
      for (const share of [0.5, 0.97]) {
        const bytes = fixture(`svhn/${file}.mat`);
        put(bytes.subarray(0, Math.floor(share * bytes.length)));
        await fails(folder, 'MAT_BROKEN', [/train_32x32.mat/, /download the file again/]);
      }
  });

  test('of version 7.3, or no MAT-file', async () => {
    const bytes = Buffer.alloc(600);
    bytes.write('MATLAB 7.3 MAT-file, Platform: GLNXA64');
    put(bytes);
    await fails(folder, 'MAT_VERSION', [/version 7.3 \(HDF5\)/, /-v7/]);
    put(Buffer.from('nothing of the kind'));
    await fails(folder, 'MAT_VERSION', [/19 bytes in another format/]);
  });

  test('with other arrays, or a label out of range', async () => {
    put(fixture('svhn/plain.mat').subarray(0, 128));
    await fails(folder, 'MAT_CONTENT', [/uint8 \[32, 32, 3, N\]/, /X none, y none/]);
    const bytes = Buffer.from(fixture('svhn/plain.mat'));
    // y is the last array: its ten labels end with the padding to 8 bytes.
    const at = bytes.lastIndexOf(Buffer.from([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]));
    assert.ok(at > 0);
    bytes[at + 2] = 11;
    put(bytes);
    await fails(folder, 'DATA_LABEL_RANGE', [/y\(3\)/, /got: +11/]);
  });

  test('named so, but something else', async () => {
    await fails(`svhn:${temporaryFolder()}`, 'DATA_NOT_SVHN', [/no train_32x32.mat/]);
  });
});

describe('Tiny ImageNet that is none', () => {
  test('lacks its lists, a class, or has an annotation of no class', async () => {
    const folder = temporaryFolder();
    await fails(`tiny-imagenet:${folder}`, 'DATA_NOT_TINY_IMAGENET', [/wnids.txt and train/]);
    await writeImages(folder, 'train/n1/images', 1);
    write(folder, 'wnids.txt', 'n1\nn2\n');
    await fails(folder, 'DATA_EMPTY_CLASS', [/"n2" has no training images/]);
    await writeImages(folder, 'train/n2/images', 1);
    write(folder, 'val/val_annotations.txt', '0.png\tn9\t0\t0\t1\t1\n');
    await fails(folder, 'DATA_LABEL_RANGE', [/line 1/, /n9/]);
    write(folder, 'val/val_annotations.txt', '../../0.png\tn1\t0\t0\t1\t1\n');
    await fails(folder, 'IMAGE_MISSING', [/val.images.0\.png/]);
  });
});
