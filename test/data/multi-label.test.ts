import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { UserError } from '../../src/core/index.js';
import { createLoader, openDataset, splitJudging, targetsAs } from '../../src/data/index.js';
import { encodePng } from '../../src/image/index.js';
import { noise, temporaryFolder, write } from './folders.js';

/** Four images beside a table. */
async function made(table: string, file = 'labels.csv'): Promise<string> {
  const folder = temporaryFolder();
  for (const name of ['a', 'b', 'c', 'd'])
    write(folder, `images/${name}.png`, await encodePng(noise(name, { width: 8, height: 8 })));
  write(folder, file, table);
  return folder;
}

const good = `file,red,round
images/a.png,1,0
images/b.png,0,1
images/c.png,1,1
images/d.png,0,0
`;

describe('multi-label data', () => {
  test('are recognised by their table, whose columns are the labels', async () => {
    const data = await openDataset(await made(good));
    assert.equal(data.kind, 'multi-label');
    assert.deepEqual(data.classes, ['red', 'round']);
    assert.deepEqual([...targetsAs(data.targets, 'labels').labels], [1, 0, 0, 1, 1, 1, 0, 0]);
    assert.deepEqual(
      data.items.map(({ name }) => name),
      ['images/a.png', 'images/b.png', 'images/c.png', 'images/d.png'],
    );
    assert.equal(data.splits.train.length, 4);
    assert.deepEqual(data.warnings, []);
    assert.equal(data.originals?.files.length, 4);
  });

  test('may be separated by semicolons, quoted, and marked by a byte order mark', async () => {
    const table = `\uFEFF"file";"red, or so";round\r\nimages/a.png;1;0\r\n"images/b.png";0;1\r\n`;
    const data = await openDataset(await made(table));
    assert.deepEqual(data.classes, ['red, or so', 'round']);
    assert.deepEqual([...targetsAs(data.targets, 'labels').labels], [1, 0, 0, 1]);
    assert.match(
      data.warnings.join(),
      /2 images without a row in labels\.csv, e.g. images\/c\.png/,
    );
  });

  test('come in parts by a column or by folders', async () => {
    const column = `file,split,red\nimages/a.png,train,1\nimages/b.png,train,0\nimages/c.png,val,1\nimages/d.png,test,0\n`;
    const one = await openDataset(await made(column));
    assert.deepEqual(
      [one.splits.train.length, one.splits.val.length, one.splits.test.length],
      [2, 1, 1],
    );
    assert.deepEqual(one.classes, ['red']);
    const folder = await made(
      'file,red\n../images/a.png,1\n../images/b.png,0\n',
      'train/labels.csv',
    );
    write(folder, 'test/labels.csv', 'file,red\n../images/c.png,1\n');
    const two = await openDataset(folder);
    assert.deepEqual([...two.splits.test], [2]);
  });

  test('give loaders the labels of each image, whatever the number of workers', async () => {
    const { store, targets } = await openDataset(await made(good));
    for (const workers of [0, 2]) {
      const loader = createLoader({ store, targets, seed: 1, workers });
      const seen: number[][] = [];
      for await (const batch of loader.epoch({ indices: Uint32Array.of(2, 0, 3), batch: 2 }))
        seen.push([...targetsAs(batch.targets, 'labels').labels]);
      assert.deepEqual(seen, [
        [1, 1, 1, 0],
        [0, 0],
      ]);
      await loader.close();
    }
  });

  test('are split by the rarest label of each image, however rare it is', () => {
    const count = 60;
    // Label 0: every second image; 1: every tenth; 2: one image alone.
    const row = (i: number) => [Number(i % 2 === 0), Number(i % 10 === 0), Number(i === 7)];
    const targets = {
      kind: 'labels',
      labels: Uint8Array.from(Array.from({ length: count }, (_, i) => row(i)).flat()),
    } as const;
    const none = new Uint32Array(0);
    const splits = {
      train: Uint32Array.from({ length: count }, (_, i) => i),
      val: none,
      test: none,
    };
    const split = splitJudging(
      { splits, targets, classes: ['a', 'b', 'c'] },
      { judging: 0.25, calibration: 0.25, seed: 1 },
    );
    const all = [...split.train, ...split.judging, ...split.calibration].sort((a, b) => a - b);
    assert.deepEqual(all, [...splits.train]);
    assert.deepEqual([split.judging.length, split.calibration.length], [15, 15]);
    const tenths = (part: Uint32Array) => part.filter((i) => i % 10 === 0).length;
    assert.deepEqual(
      [tenths(split.train), tenths(split.judging) + tenths(split.calibration)],
      [3, 3],
    );
  });
});

const mistakes: [what: string, table: string, code: string, says: RegExp][] = [
  ['no header', 'images/a.png,1,0\n', 'DATA_LABELS_TABLE', /begins with file/],
  ['no label column', 'file\nimages/a.png\n', 'DATA_LABELS_TABLE', /a column for each label/],
  ['a label twice', 'file,red,red\nimages/a.png,1,0\n', 'DATA_LABELS_TABLE', /"red" twice/],
  ['a short row', 'file,red,round\nimages/a.png,1\n', 'DATA_LABELS_TABLE', /line 2[^]*3 cells/],
  ['a value', 'file,red\nimages/a.png,yes\n', 'DATA_LABEL_VALUE', /line 2, column "red"[^]*"yes"/],
  ['a missing file', 'file,red\nimages/x.png,1\n', 'DATA_LABEL_FILE', /images\/x\.png/],
  ['a file outside', 'file,red\n../x.png,1\n', 'DATA_LABEL_FILE', /inside the data set/],
  [
    'a row twice',
    'file,red\nimages/a.png,1\nimages/../images/a.png,0\n',
    'DATA_LABEL_TWICE',
    /line 3[^]*line 2/,
  ],
  ['no rows', 'file,red\n', 'DATA_NO_TRAIN', /0 rows/],
  ['an unknown part', 'file,split,red\nimages/a.png,rest,1\n', 'DATA_LABEL_VALUE', /"rest"/],
  ['a label that no image has', 'file,red\nimages/a.png,0\n', 'DATA_EMPTY_CLASS', /"red"/],
  ['an open quote', 'file,red\n"images/a.png,1\n', 'DATA_LABELS_TABLE', /RFC 4180/],
];

describe('multi-label data: what can be wrong', () => {
  for (const [what, table, code, says] of mistakes)
    test(what, async () => {
      const folder = await made(table);
      await assert.rejects(
        openDataset(`multi-label:${folder}`),
        (error) => error instanceof UserError && error.code === code && says.test(error.message),
      );
    });

  test('no table at all', async () => {
    const folder = await made(good, 'other.csv');
    await assert.rejects(openDataset(`multi-label:${folder}`), { code: 'DATA_NOT_MULTI_LABEL' });
  });

  test('a table of another program beside class folders is left alone', async () => {
    const folder = await made('id,label\n1,cat\n');
    write(folder, 'cat/1.png', await encodePng(noise('cat', { width: 8, height: 8 })));
    assert.equal((await openDataset(folder)).kind, 'folder');
  });
});
