import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { openDataset, splitJudging, targetsAs, type Dataset } from '../../src/data/index.js';
import { encodeMaskPng } from '../../src/image/index.js';
import { temporaryFolder, write } from './folders.js';
import { blocks, pairSize, writePairs } from './pairs-folders.js';

interface Form {
  readonly kind: string;
  readonly form: string;
  make(): Promise<string>;
  readonly classes: number;
  readonly train: number;
  readonly val: number;
  readonly test: number;
}

const classList = 'sky\nroad #112233\ntraffic light\nvoid\n';

async function camvidAs(layout: 'annot' | 'pairs', classes?: string): Promise<string> {
  const folder = temporaryFolder();
  for (const [part, count] of [
    ['train', 4],
    ['val', 2],
    ['test', 3],
  ] as const) {
    const [images, labels] =
      layout === 'annot' ? [part, `${part}annot`] : [`${part}/images`, `${part}/labels`];
    const values = classes === undefined ? [0, 3, 10, 11] : [0, 1, 2, 3];
    await writePairs(folder, { images, labels, count, values });
  }
  if (classes !== undefined) write(folder, 'classes.txt', classes);
  return folder;
}

async function cityscapes(values: number[]): Promise<string> {
  const folder = temporaryFolder();
  for (const [part, count] of [
    ['train', 3],
    ['val', 2],
    ['test', 1],
  ] as const)
    await writePairs(folder, {
      images: `leftImg8bit/${part}/aachen`,
      labels: `gtFine/${part}/aachen`,
      count,
      values,
      ending: ['_leftImg8bit.png', '_gtFine_labelIds.png'],
    });
  return folder;
}

const masksOf = ({ targets }: Dataset) => targetsAs(targets, 'mask');

async function plainPairs(masks = 'labels'): Promise<string> {
  const folder = temporaryFolder();
  await writePairs(folder, {
    images: 'images',
    labels: masks,
    count: 5,
    values: [0, 1, 2, 3, 255],
  });
  write(folder, 'classes.txt', classList);
  return folder;
}

const forms: Form[] = [
  {
    kind: 'pairs',
    form: 'one part',
    make: () => plainPairs(),
    classes: 3,
    train: 5,
    val: 0,
    test: 0,
  },
  {
    kind: 'pairs',
    form: 'masks/',
    make: () => plainPairs('masks'),
    classes: 3,
    train: 5,
    val: 0,
    test: 0,
  },
  {
    kind: 'pairs',
    form: 'three parts',
    make: () => camvidAs('pairs', classList),
    classes: 3,
    train: 4,
    val: 2,
    test: 3,
  },
  {
    kind: 'camvid',
    form: "SegNet's",
    make: () => camvidAs('annot'),
    classes: 11,
    train: 4,
    val: 2,
    test: 3,
  },
  {
    kind: 'cityscapes',
    form: 'official',
    make: () => cityscapes([7, 23, 26, 1, 9]),
    classes: 19,
    train: 3,
    val: 0,
    test: 2,
  },
];

for (const { kind, form, make, classes, train, val, test: heldOut } of forms)
  describe(`${kind} data, ${form}`, () => {
    test('is recognised, read with masks, and the same under its name', async () => {
      const folder = await make();
      const data = await openDataset(folder);
      assert.equal(data.kind, kind);
      assert.deepEqual(
        [data.splits.train.length, data.splits.val.length, data.splits.test.length],
        [train, val, heldOut],
      );
      assert.equal(data.classes.length, classes);
      assert.equal(masksOf(data).colours.length, classes);
      assert.ok(masksOf(data).colours.every((colour) => /^#[0-9a-f]{6}$/.test(colour)));
      assert.equal(masksOf(data).store.count, data.items.length);
      assert.deepEqual(masksOf(data).store.size, data.size);
      assert.ok(masksOf(data).store.bytes.every((v) => v < classes || v === masksOf(data).ignored));
      const total = masksOf(data).pixels.reduce((sum, n) => sum + n, 0);
      const ignored = masksOf(data)
        .store.bytes.subarray(0, train * masksOf(data).store.stride)
        .filter((v) => v === masksOf(data).ignored).length;
      assert.equal(total + ignored, train * pairSize.width * pairSize.height);
      const again = await openDataset(`${kind}:${folder}`);
      assert.equal(again.fingerprint, data.fingerprint);
    });

    test('is split without regard to classes, and has another fingerprint with another mask', async () => {
      const folder = await make();
      const data = await openDataset(folder);
      const split = splitJudging(data, { judging: 0.25, calibration: 0.25, seed: 1 });
      assert.equal(
        split.judging.length + split.calibration.length,
        val > 0 ? val : split.judging.length * 2,
      );
      if (kind !== 'pairs') return;
      const mask = form === 'three parts' ? 'train/labels' : form === 'masks/' ? 'masks' : 'labels';
      const one = await encodeMaskPng({ ...pairSize, data: new Uint8Array(192).fill(1) });
      write(folder, `${mask}/0.png`, one);
      assert.notEqual((await openDataset(folder)).fingerprint, data.fingerprint);
    });
  });

describe('classes of masks', () => {
  test("classes.txt: names with blanks, colours, and void's value counts for nothing", async () => {
    const data = await openDataset(await plainPairs());
    assert.deepEqual(data.classes, ['sky', 'road', 'traffic light']);
    assert.equal(masksOf(data).colours[1], '#112233');
    assert.deepEqual(masksOf(data).values, [0, 1, 2]);
    const expected = blocks('images/0', [0, 1, 2, 3, 255]).map((v) => (v === 3 ? 255 : v));
    assert.deepEqual(masksOf(data).store.view(0), expected);
  });

  test('Cityscapes: labelIds become trainIds, what is no class is ignored; 30 classes likewise', async () => {
    const folder = await cityscapes([7, 23, 26, 1, 9]);
    const nineteen = await openDataset(folder);
    const of = (data: Dataset, id: number): number | undefined => {
      for (let image = 0; image < 3; image++) {
        const ids = blocks(`leftImg8bit/train/aachen/${image}`, [7, 23, 26, 1, 9]);
        if (ids.includes(id)) return masksOf(data).store.view(image)[ids.indexOf(id)];
      }
      return undefined;
    };
    // Cityscapes' trainIds: road 0, sky 10, car 13.
    assert.deepEqual(
      [7, 23, 26, 1, 9].map((id) => of(nineteen, id)),
      [0, 10, 13, 255, 255],
    );
    assert.deepEqual(nineteen.classes.slice(0, 4), ['road', 'sidewalk', 'building', 'wall']);
    assert.equal(nineteen.classes[18], 'bicycle');
    assert.deepEqual(masksOf(nineteen).values.slice(0, 4), [7, 8, 11, 12]);
    assert.equal(masksOf(nineteen).values[18], 33);
    const thirty = await openDataset(`cityscapes-30:${folder}`);
    assert.equal(thirty.classes.length, 30);
    assert.deepEqual(
      [7, 23, 26, 1, 9].map((id) => of(thirty, id)),
      [3, 19, 22, 255, 5],
    );
  });

  test('a class that no training image contains is named', async () => {
    const folder = temporaryFolder();
    await writePairs(folder, { images: 'images', labels: 'labels', count: 3, values: [0, 1] });
    write(folder, 'classes.txt', classList);
    const { warnings } = await openDataset(folder);
    assert.ok(
      warnings.some((w) => /no training image contains: traffic light/.test(w)),
      String(warnings),
    );
  });
});

describe('working size', () => {
  test('images and masks are resized together', async () => {
    const data = await openDataset(await plainPairs(), { size: { width: 8, height: 4 } });
    assert.deepEqual(masksOf(data).store.size, { width: 8, height: 4 });
    const full = blocks('images/0', [0, 1, 2, 3, 255]).map((v) => (v === 3 ? 255 : v));
    // 2x3 source pixels a target pixel: the one at the centre.
    const expected = Array.from(
      { length: 32 },
      (_, i) => full[(3 * (i >> 3) + 1) * 16 + 2 * (i % 8) + 1],
    );
    assert.deepEqual([...masksOf(data).store.view(0)], expected);
  });
});
