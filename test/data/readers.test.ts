import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { decodeImage } from '../../src/image/index.js';
import { openDataset, targetsAs } from '../../src/data/index.js';
import { readers } from '../../src/data/readers/index.js';
import type { Listing, Reader } from '../../src/data/listing.js';
import {
  cifarRecords,
  cifarSize,
  fixture,
  noise,
  temporaryFolder,
  write,
  writeImages,
} from './folders.js';

/** One well-formed data set a form. */
interface Form {
  readonly form: string;
  readonly kind: string;
  make(): Promise<string>;
  readonly expected: { train: number; val: number; test: number };
}

const batch = (key: string, count: number, coarse: boolean): Uint8Array =>
  cifarRecords(
    Array.from({ length: count }, (_, i) => ({
      labels: coarse ? [i % 20, i % 100] : [i % 10],
      image: noise(`${key}/${i}`, cifarSize),
    })),
  );

const names = (count: number): string =>
  Array.from({ length: count }, (_, i) => `class_${i}\n`).join('');

const forms: Form[] = [
  {
    form: 'class folders',
    kind: 'folder',
    make: async () => {
      const folder = temporaryFolder();
      await writeImages(folder, 'cat', 4);
      await writeImages(folder, 'dog', 3);
      return folder;
    },
    expected: { train: 7, val: 0, test: 0 },
  },
  {
    form: 'class folders with train, valid and test, images in folders of their own',
    kind: 'folder',
    make: async () => {
      const folder = temporaryFolder();
      for (const part of ['Training', 'valid', 'test'])
        for (const name of ['cat', 'dog']) await writeImages(folder, `${part}/${name}/images`, 2);
      return folder;
    },
    expected: { train: 4, val: 4, test: 4 },
  },
  {
    form: 'CIFAR-10, binary',
    kind: 'cifar10',
    make: async () => {
      const folder = temporaryFolder();
      for (const i of [1, 2]) write(folder, `data_batch_${i}.bin`, batch(`train${i}`, 10, false));
      write(folder, 'test_batch.bin', batch('test', 10, false));
      write(folder, 'batches.meta.txt', names(10));
      return folder;
    },
    expected: { train: 20, val: 0, test: 10 },
  },
  {
    form: 'CIFAR-100, binary, the folder above given',
    kind: 'cifar100',
    make: async () => {
      const folder = temporaryFolder();
      write(folder, 'cifar-100-binary/train.bin', batch('train', 100, true));
      write(folder, 'cifar-100-binary/test.bin', batch('test', 100, true));
      write(folder, 'cifar-100-binary/fine_label_names.txt', names(100));
      return folder;
    },
    expected: { train: 100, val: 0, test: 100 },
  },
  {
    form: 'SVHN',
    kind: 'svhn',
    make: async () => {
      const folder = temporaryFolder();
      write(folder, 'train_32x32.mat', fixture('svhn/compressed.mat'));
      write(folder, 'test_32x32.mat', fixture('svhn/plain.mat'));
      return folder;
    },
    expected: { train: 12, val: 0, test: 10 },
  },
  {
    form: 'Tiny ImageNet, the folder above given',
    kind: 'tiny-imagenet',
    make: async () => {
      const folder = temporaryFolder();
      const root = 'tiny-imagenet-200';
      for (const id of ['n2', 'n1']) {
        await writeImages(folder, `${root}/train/${id}/images`, 3);
        write(folder, `${root}/train/${id}/${id}_boxes.txt`, 'x');
      }
      await writeImages(folder, `${root}/val/images`, 2);
      write(
        folder,
        `${root}/val/val_annotations.txt`,
        '0.png\tn1\t0\t0\t9\t9\n1.png\tn2\t0\t0\t9\t9\n',
      );
      write(folder, `${root}/wnids.txt`, 'n2\nn1\n');
      write(folder, `${root}/words.txt`, 'n0\tentity\nn1\tgoldfish, Carassius auratus\nn2\tox\n');
      return folder;
    },
    expected: { train: 6, val: 0, test: 2 },
  },
];

for (const { form, kind, make, expected } of forms)
  describe(`reader contract: ${form}`, () => {
    const made = make();
    let reader: Reader;
    let listing: Listing;

    test('is recognised as its kind, and by it first', async () => {
      const root = await made;
      const first = readers.find((r) => r.recognises(root));
      assert.ok(first);
      assert.equal(first.kind, kind);
      reader = first;
    });

    test('lists every image with a unique name, a label and its part', async () => {
      listing = await reader.list(await made);
      const count = (part: string): number => listing.images.filter((i) => i.split === part).length;
      assert.deepEqual({ train: count('train'), val: count('val'), test: count('test') }, expected);
      assert.equal(new Set(listing.images.map((i) => i.name)).size, listing.images.length);
      assert.ok(listing.images.every((i) => i.label >= 0 && i.label < listing.classes.length));
      assert.equal(new Set(listing.images.map((i) => i.label)).size, listing.classes.length);
    });

    test('lists the same in the same order again', async () => {
      const again = await reader.list(await made);
      const plain = (l: Listing): unknown => l.images.map(({ name, label }) => [name, label]);
      assert.deepEqual(plain(again), plain(listing));
    });

    test('loads RGB images, the same bytes each time, and the very pixels', async () => {
      for (const { load } of [listing.images[0], listing.images[listing.images.length - 1]]) {
        const image = await load();
        assert.equal(image.channels, 3);
        assert.equal(image.data.length, image.width * image.height * 3);
        assert.deepEqual(await load(), image);
      }
    });

    test('opens by its folder alone and by its kind', async () => {
      const root = await made;
      const dataset = await openDataset(root);
      const named = await openDataset(`${kind}:${root}`);
      assert.equal(named.fingerprint, dataset.fingerprint);
      assert.equal(dataset.store.count, listing.images.length);
      const { train, val, test } = dataset.splits;
      assert.deepEqual({ train: train.length, val: val.length, test: test.length }, expected);
      const all = [...train, ...val, ...test].sort((a, b) => a - b);
      assert.deepEqual(
        all,
        listing.images.map((_, i) => i),
      );
      for (const i of [0, listing.images.length - 1])
        assert.deepEqual([...dataset.store.view(i)], [...(await listing.images[i].load()).data]);
      assert.deepEqual(listing.warnings, []);
    });
  });

describe('class folders', () => {
  test('have their classes in alphabetical order and read PNG, JPEG and WebP alike', async () => {
    const { default: sharp } = await import('sharp');
    const folder = temporaryFolder();
    const { data, width, height } = noise('x');
    const raw = sharp(data, { raw: { width, height, channels: 3 } });
    write(folder, 'b/1.PNG', await raw.clone().png().toBuffer());
    write(folder, 'b/2.webp', await raw.clone().webp({ lossless: true }).toBuffer());
    write(folder, 'a/3.jpeg', await raw.clone().jpeg().toBuffer());
    write(folder, 'a/4.JPG', await raw.clone().jpeg().toBuffer());
    const dataset = await openDataset(folder);
    assert.deepEqual(dataset.classes, ['a', 'b']);
    assert.deepEqual(
      dataset.items.map((item) => item.name),
      ['a/3.jpeg', 'a/4.JPG', 'b/1.PNG', 'b/2.webp'],
    );
    assert.deepEqual([...targetsAs(dataset.targets, 'class').classes], [0, 0, 1, 1]);
    assert.deepEqual([...dataset.store.view(2)], [...dataset.store.view(3)]);
    assert.equal(dataset.duplicates.withinTrain, 2);
  });

  test('ignore hidden files and files that are no images, and count them', async () => {
    const folder = temporaryFolder();
    await writeImages(folder, 'a', 2);
    await writeImages(folder, 'b', 2);
    write(folder, 'a/.DS_Store', 'x');
    write(folder, 'a/notes.txt', 'x');
    write(folder, 'b/Thumbs.db', 'x');
    write(folder, '.cache/0.png', 'x');
    write(folder, 'README.md', 'not among the images: not counted');
    const dataset = await openDataset(folder);
    assert.equal(dataset.ignoredFiles, 3);
    assert.match(dataset.warnings.join('\n'), /ignored 3 files that are not images/);
  });

  test('warn of folders beside the splits and of classes that a part lacks', async () => {
    const folder = temporaryFolder();
    for (const path of ['train/a', 'train/b', 'test/a', 'extra/a'])
      await writeImages(folder, path, 1);
    const { warnings } = await openDataset(folder);
    assert.match(warnings.join('\n'), /ignored folders next to the splits: extra/);
    assert.match(warnings.join('\n'), /test has no images of class b/);
  });
});

describe('CIFAR, binary', () => {
  test('keeps names, labels and pixels in their places', async () => {
    const folder = temporaryFolder();
    const image = noise('record', cifarSize);
    const records = Array.from({ length: 10 }, (_, i) => ({ labels: [9 - i], image }));
    write(folder, 'data_batch_1.bin', cifarRecords(records));
    write(folder, 'batches.meta.txt', names(10) + '\n');
    const dataset = await openDataset(folder);
    assert.deepEqual(
      [...targetsAs(dataset.targets, 'class').classes],
      [9, 8, 7, 6, 5, 4, 3, 2, 1, 0],
    );
    assert.equal(dataset.classes[3], 'class_3');
    assert.equal(dataset.items[4].name, 'data_batch_1.bin#4');
    assert.deepEqual([...dataset.store.view(7)], [...image.data]);
    assert.match(dataset.warnings.join('\n'), /test_batch.bin is missing/);
  });

  test('reads the superclasses of CIFAR-100, and names one that is out of range', async () => {
    const folder = temporaryFolder();
    write(folder, 'train.bin', batch('train', 100, true));
    write(folder, 'coarse_label_names.txt', names(20));
    const { superclasses } = await openDataset(`cifar100:${folder}`);
    assert.deepEqual(
      superclasses!.of,
      Array.from({ length: 100 }, (_, i) => i % 20),
    );
    assert.equal(superclasses!.names[7], 'class_7');
    const bytes = batch('train', 100, true);
    bytes[3 * 3074] = 20;
    write(folder, 'train.bin', bytes);
    await assert.rejects(openDataset(`cifar100:${folder}`), {
      code: 'DATA_LABEL_RANGE',
      message: /record 3[^]*0 to 19[^]*got: +20/,
    });
  });

  test('reads the fine label of CIFAR-100, not the coarse one', async () => {
    const { make } = forms[3];
    const dataset = await openDataset(await make());
    assert.deepEqual(
      [...targetsAs(dataset.targets, 'class').classes.slice(18, 23)],
      [18, 19, 20, 21, 22],
    );
  });

  test('also comes in class folders, with the published normalisation', async () => {
    const folder = temporaryFolder();
    for (let i = 0; i < 10; i++) await writeImages(folder, `train/c${i}`, 1, cifarSize);
    const dataset = await openDataset(`cifar10:${folder}`);
    assert.equal(dataset.kind, 'cifar10');
    assert.deepEqual(dataset.normalisation.mean, [0.4914, 0.4822, 0.4465]);
    const first = await decodeImage(`${folder}/train/c0/0.png`);
    assert.deepEqual([...dataset.store.view(0)], [...first.data]);
  });
});
