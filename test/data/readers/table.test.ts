import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { Rng, UserError } from '../../../src/core/index.js';
import { keyOf } from '../../../src/data/cache/folder.js';
import { openDataset, targetsAs, type Dataset } from '../../../src/data/index.js';
import { encodeMaskPng, encodePng } from '../../../src/image/index.js';
import { noise, temporaryFolder, write } from '../folders.js';

const size = { width: 8, height: 8 };

async function image(folder: string, path: string): Promise<void> {
  write(folder, path, await encodePng(noise(path, size)));
}

/** Images `photos/1.png` to `photos/4.png` beside a table. */
async function made(table: string, file = 'labels.csv'): Promise<string> {
  const folder = temporaryFolder();
  for (const name of [1, 2, 3, 4]) await image(folder, `photos/${name}.png`);
  write(folder, file, table);
  return folder;
}

/** Name and class of each image. */
function shown({ items, classes, targets }: Dataset): string[] {
  const of = targetsAs(targets, 'class').classes;
  return items.map(({ name }, i) => `${name} ${classes[of[i]]}`);
}

const good = 'file,label\nphotos/1.png,dog\nphotos/2.png,cat\nphotos/3.png,dog\nphotos/4.png,cat\n';
const animals = ['photos/1.png dog', 'photos/2.png cat', 'photos/3.png dog', 'photos/4.png cat'];

describe('classes from a table', () => {
  test('are recognised where there are no class folders', async () => {
    const data = await openDataset(await made(good));
    assert.equal(data.kind, 'table');
    assert.deepEqual(data.classes, ['cat', 'dog']);
    assert.deepEqual(shown(data), animals);
    assert.equal(data.splits.train.length, 4);
    assert.equal(data.originals?.files.length, 4);
    assert.deepEqual(data.warnings, []);
  });

  const forms: [what: string, table: string][] = [
    [
      'a byte order mark, semicolons and quotes',
      '\uFEFF"image ID";"class label"\r\n"1";"dog"\r\n2;cat\r\n3;dog\r\n4;cat\r\n',
    ],
    ['tabs', 'path\tcategory\n1.png\tdog\n2.png\tcat\n3.png\tdog\n4.png\tcat\n'],
    [
      'names without ending',
      'Filename,Target\nphotos/1,dog\n./photos/2,cat\n3,dog\nphotos\\4,cat\n',
    ],
    ['numbers with zeros', 'id,class\n001,dog\n002,cat\n3,dog\n04,cat\n'],
    [
      'paths from a folder above',
      'image,label\na/photos/1.png,dog\na/photos/2.png,cat\na/photos/3,dog\n/data/a/photos/4.png,cat\n',
    ],
    [
      'other columns between them',
      'age,image_id,label,id\n3,1,dog,9\n4,2,cat,8\n5,3,dog,7\n6,4,cat,6\n',
    ],
    ['one column beside the file, whatever its name', 'file,species\n1,dog\n2,cat\n3,dog\n4,cat\n'],
    ['a comma in a class', 'file,label\n1,"dog, big"\n2,cat\n3,"dog, big"\n4,cat\n'],
  ];
  for (const [what, table] of forms)
    test(what, async () => {
      const data = await openDataset(await made(table));
      assert.equal(data.kind, 'table');
      assert.deepEqual(
        shown(data).map((line) => line.replace('dog, big', 'dog')),
        animals,
      );
    });

  test('that are numbers stand in numeric order', async () => {
    const data = await openDataset(await made('file,label\n1,10\n2,2\n3,10.0\n4,-1\n'));
    assert.deepEqual(data.classes, ['-1', '2', '10']);
    assert.deepEqual([...targetsAs(data.targets, 'class').classes], [2, 1, 2, 0]);
  });

  test('come with parts where a column says them', async () => {
    const rows = '1,train,dog\n2,Training,cat\n3,valid,dog\n4,test,cat\n';
    const data = await openDataset(await made(`file,split,label\n${rows}`));
    const sizes = ({ splits }: Dataset) =>
      [splits.train, splits.val, splits.test].map((p) => p.length);
    assert.deepEqual(sizes(data), [2, 1, 1]);
    const named = await openDataset(await made(`file,use,label\n${rows}`), {
      labels: { splitColumn: 'Use' },
    });
    assert.deepEqual(sizes(named), [2, 1, 1]);
    const other = await openDataset(
      await made('file,set,label\n1,a,dog\n2,b,cat\n3,a,dog\n4,b,cat\n'),
    );
    assert.deepEqual(sizes(other), [4, 0, 0]);
    assert.match(other.warnings.join(), /the column "set" names no parts, e\.g\. "a"/);
  });

  test('come from the table and the columns that are named', async () => {
    const folder = await made(
      'nr,x,y\n1,red,dog\n2,blue,cat\n3,red,dog\n4,blue,cat\n',
      'lists/all.csv',
    );
    const open = (labelColumn: string) =>
      openDataset(folder, { labels: { file: 'lists/all.csv', fileColumn: 'nr', labelColumn } });
    assert.deepEqual(shown(await open('y')), animals);
    assert.deepEqual((await open('x')).classes, ['blue', 'red']);
    const columns = ['x', 'y'].map((labelColumn) =>
      keyOf('table', folder, { labels: { labelColumn } }),
    );
    assert.notEqual(columns[0], columns[1]);
    const elsewhere = join(await made(good, 'mine.csv'), 'mine.csv');
    const labels = { file: elsewhere };
    assert.deepEqual(shown(await openDataset(folder, { labels })), animals);
    const before = keyOf('table', folder, { labels });
    writeFileSync(elsewhere, `${good}\n`);
    assert.notEqual(keyOf('table', folder, { labels }), before);
  });

  test('leave photographs their masks of the same name', async () => {
    const folder = temporaryFolder();
    const mask = { width: 8, height: 8, channels: 1 as const, data: new Uint8Array(64).fill(1) };
    for (const name of ['001', '002', '003', '004']) {
      write(folder, `${name}.jpg`, await encodePng(noise(name, size)));
      write(folder, `${name}.png`, await encodeMaskPng(mask));
    }
    write(folder, 'Class Labels.csv', 'image ID,class label\r\n1,2\r\n2,1\r\n3,1\r\n4,2\r\n');
    const data = await openDataset(folder);
    assert.deepEqual(shown(data), ['001.jpg 2', '002.jpg 1', '003.jpg 1', '004.jpg 2']);
    assert.match(data.warnings.join(), /4 images under the name of another with a row/);
  });

  test('give way to class folders and to columns of 0 and 1', async () => {
    const folders = await made(good);
    await image(folders, 'cat/1.png');
    assert.equal((await openDataset(folders)).kind, 'folder');
    const data = await openDataset(`table:${folders}`);
    assert.deepEqual(shown(data), animals);
    assert.match(data.warnings.join(), /1 image without a row in the table, e\.g\. cat\/1\.png/);
    const columns = await made('file,red,label\nphotos/1.png,1,0\nphotos/2.png,0,1\n');
    assert.equal((await openDataset(columns)).kind, 'multi-label');
    const binary = await made('file,label\nphotos/1.png,1\nphotos/2.png,0\n');
    assert.equal((await openDataset(binary)).kind, 'table');
  });

  test('may name more images than there are', async () => {
    const more = 'vwxyz'.split('').map((name) => `${name}.png,dog\n`);
    const { items, warnings } = await openDataset(await made(good + more.join('') + 'last,cat\n'));
    assert.equal(items.length, 4);
    assert.match(
      warnings.join('\n'),
      /skipped 6 rows without an image: v\.png \(line 6\), [^]*z\.png \(line 10\), and 1 more/,
    );
  });

  test('go on without rows that have no class where files may be skipped', async () => {
    const folder = await made('file,label\n1,dog\n2,cat\n3,dog\n4,\n5,cat\n1,dog\n');
    await assert.rejects(openDataset(folder), { code: 'DATA_LABEL_VALUE' });
    const { items, warnings } = await openDataset(folder, { onBadFile: 'skip' });
    assert.equal(items.length, 3);
    assert.match(warnings.join('\n'), /skipped 1 row without an image: 5 \(line 6\)/);
    assert.match(warnings.join('\n'), /skipped 1 row without a class: photos\/4\.png \(line 5\)/);
    assert.match(warnings.join('\n'), /ignored 1 row that repeat[^]*photos\/1\.png \(line 7\)/);
  });
});

const six = 'abcdefg'.split('').map((name) => `${name}.png,dog\n`);

const mistakes: [what: string, table: string, code: string, says: RegExp][] = [
  [
    'missing images, five named',
    `file,label\n${six.join('')}`,
    'DATA_LABEL_FILE',
    /7 rows[^]*a\.png \(line 2\)[^]*e\.png \(line 6\), and 2 more/,
  ],
  [
    'several classes',
    `${good}photos/1.png,cat\n2,dog\n`,
    'DATA_SEVERAL_CLASSES',
    /2 rows[^]*photos\/1\.png: dog, cat \(line 6\)[^]*photos\/2\.png: cat, dog \(line 7\)/,
  ],
  [
    'several parts',
    'file,split,label\n1,train,dog\n1,test,dog\n2,train,cat\n',
    'DATA_LABEL_TWICE',
    /photos\/1\.png: train, test \(line 3\)/,
  ],
  ['no class', `${good}photos/1.png\n`, 'DATA_LABEL_VALUE', /photos\/1\.png \(line 6\)/],
  [
    'several faults',
    `${good}3,\n2,dog\n`,
    'DATA_LABELS_TABLE',
    /1 row with another class[^]*1 row without a class: photos\/3\.png/,
  ],
  ['one class', 'file,label\n1,dog\n2,dog\n', 'DATA_ONE_CLASS', /only "dog"/],
  ['no rows', 'file,label\n', 'DATA_NO_TRAIN', /0 rows/],
  [
    'an unknown part',
    'file,split,label\n1,train,dog\n2,rest,cat\n',
    'DATA_LABEL_VALUE',
    /line 3, column "split"[^]*"rest"/,
  ],
  [
    'no column of files',
    'a,label\n1,dog\n',
    'DATA_LABELS_COLUMN',
    /got: +"a", "label"[^]*labels\.fileColumn=NAME/,
  ],
  [
    'two columns of classes',
    'file,label,class\n1,dog,cat\n',
    'DATA_LABELS_COLUMN',
    /"label", "class"[^]*labels\.labelColumn="label"/,
  ],
  [
    'no column of classes',
    'file,a,b\n1,dog,cat\n',
    'DATA_LABELS_COLUMN',
    /labels\.labelColumn=NAME/,
  ],
  ['an open quote', 'file,label\n"1,dog\n', 'DATA_LABELS_TABLE', /RFC 4180/],
];

describe('classes from a table: what can be wrong', () => {
  for (const [what, table, code, says] of mistakes)
    test(what, async () => {
      const folder = await made(table);
      await assert.rejects(
        openDataset(`table:${folder}`),
        (error) => error instanceof UserError && error.code === code && says.test(error.message),
      );
    });

  test('a name that fits images in two folders', async () => {
    const folder = await made(good);
    await image(folder, 'more/1.png');
    write(folder, 'labels.csv', 'file,label\n1,dog\n2,cat\n');
    await assert.rejects(
      openDataset(`table:${folder}`),
      /more\/1\.png or photos\/1\.png \(line 2\)/,
    );
  });

  test('no table, several, one that is not there, and a column that is not', async () => {
    const folder = await made(good);
    write(folder, 'other.csv', good);
    await assert.rejects(
      openDataset(`table:${folder}`),
      /Several tables[^]*labels\.csv, other\.csv/,
    );
    const opened = (labels: object) => openDataset(folder, { labels });
    assert.deepEqual(shown(await opened({ file: 'other.csv' })), animals);
    await assert.rejects(opened({ file: 'none.csv' }), { code: 'DATA_NO_TABLE' });
    await assert.rejects(
      opened({ file: 'other.csv', labelColumn: 'lable' }),
      /did you mean "label"\?/,
    );
    await assert.rejects(opened({ file: 'other.csv', labelColumn: 'file' }), /two meanings/);
    const empty = temporaryFolder();
    await image(empty, '1.png');
    await assert.rejects(openDataset(`table:${empty}`), /no \.csv and no \.tsv/);
  });

  test('changed bytes give an error of the user or another table, never a crash', async () => {
    const folder = await made(good);
    const rng = new Rng('mutations');
    const whole = Buffer.from(good);
    const codes = new Map<string, number>();
    for (let round = 0; round < 200; round++) {
      const bytes = Buffer.from(whole);
      const changes = rng.int(1, 6);
      for (let i = 0; i < changes; i++) bytes[rng.int(0, bytes.length)] = rng.int(0, 256);
      write(folder, 'labels.csv', bytes);
      const code = await openDataset(`table:${folder}`, { cache: false }).then(
        () => 'read',
        (error: unknown) => (error instanceof UserError ? error.code : String(error)),
      );
      codes.set(code, (codes.get(code) ?? 0) + 1);
    }
    assert.deepEqual(
      [...codes.keys()].filter((code) => !/^(?:read|DATA_[A-Z_]+)$/.test(code)),
      [],
    );
    assert.ok((codes.get('DATA_LABELS_COLUMN') ?? 0) > 10, JSON.stringify([...codes]));
  });

  test('a broken table of another program beside class folders', async () => {
    const folder = await made('file,label\n"1,dog\n', 'notes.csv');
    await image(folder, 'cat/1.png');
    assert.equal((await openDataset(folder)).kind, 'folder');
  });
});
