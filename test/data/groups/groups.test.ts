import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { encodePng } from '../../../src/image/index.js';
import { UserError } from '../../../src/core/index.js';
import { openDataset, splitJudging, withTestPart, type Dataset } from '../../../src/data/index.js';
import { namePattern } from '../../../src/data/groups/name-pattern.js';
import { noise, temporaryFolder, write, writeImages } from '../folders.js';

describe('patterns of groups', () => {
  const cases: [string, string, string | undefined][] = [
    ['{track}_*.png', 'train/00001/00007_00029.png', '00007'],
    ['{class}/{track}_*', 'train/00001/00007_00029.png', '00001/00007'],
    ['{patient}/*', 'train/normal/p12/scan.png', 'p12'],
    ['{patient}_*', 'p12_left_1.png', 'p12'],
    ['{track}_*.png', 'train/1/7_1.jpg', undefined],
    ['{a}-{b}-*', 'x/1-2-3.png', '1/2'],
    ['^(.*)_\\d+\\.png$', 'train/a_b_12.png', 'train/a_b'],
    ['(p\\d+)', 'train/normal/p12/scan.png', 'p12'],
    ['(a)|(b)', 'b', '/b'],
    ['{x}.(1)', 'y.(1)', 'y'],
  ];
  for (const [pattern, name, group] of cases)
    test(`${pattern} of ${name}`, () => assert.equal(namePattern(pattern)(name), group));

  for (const [pattern, got] of [
    ['track_.*', /neither braces nor a capture group/],
    ['(track', /Unterminated group|parenthesis/i],
  ] as const)
    test(`${pattern} is none`, () =>
      assert.throws(
        () => namePattern(pattern),
        (error) =>
          error instanceof UserError && error.code === 'GROUP_PATTERN' && got.test(error.message),
      ));
});

/** Tracks of 2 to 7 frames in three classes. */
async function tracks(): Promise<string> {
  const folder = temporaryFolder();
  for (const [c, name] of ['a', 'b', 'c'].entries())
    for (let track = 0; track < 12; track++)
      for (let frame = 0; frame < 2 + ((track + c) % 6); frame++)
        write(
          folder,
          `${name}/${track}_${frame}.png`,
          await encodePng(noise(`${name} ${track} ${frame}`)),
        );
  return folder;
}

const groupsIn = ({ groups }: Dataset, indices: Uint32Array): Set<string> =>
  new Set(Array.from(indices, (i) => groups!.names[groups!.of[i]]));

describe('data in groups', () => {
  test('whole groups are in every part, in proportion and of every class', async () => {
    const data = await openDataset(await tracks(), { groupBy: '{class}/{track}_*' });
    assert.equal(data.groups?.names.length, 36);
    for (let seed = 0; seed < 5; seed++) {
      const set = withTestPart(data, 0.2);
      const split = splitJudging(set, { judging: 0.2, calibration: 0.1, seed });
      const parts = [split.train, split.judging, split.calibration, split.test];
      const groups = parts.map((part) => groupsIn(data, part));
      assert.equal(
        groups.reduce((sum, own) => sum + own.size, 0),
        36,
        'no group is in two parts',
      );
      assert.equal(
        parts.reduce((sum, part) => sum + part.length, 0),
        data.items.length,
      );
      const trained = set.splits.train.length;
      assert.ok(Math.abs(split.judging.length - 0.2 * trained) <= 7, `${split.judging.length}`);
      assert.ok(Math.abs(split.calibration.length - 0.1 * trained) <= 7);
      for (const part of [split.train, split.judging, split.test])
        assert.equal(new Set(Array.from(part, (i) => data.items[i].name[0])).size, 3);
    }
    const make = (seed: number) => [
      ...splitJudging(data, { judging: 0.2, calibration: 0.1, seed }).judging,
    ];
    assert.deepEqual(make(3), make(3));
    assert.notDeepEqual(make(3), make(4));
  });

  test('a class in one group is trained on, not judged; with a single other class nothing goes on', async () => {
    const folder = await tracks();
    for (let frame = 0; frame < 6; frame++)
      write(folder, `d/0_${frame}.png`, await encodePng(noise(`d ${frame}`)));
    const data = await openDataset(folder, { groupBy: '{class}/{track}_*' });
    const split = splitJudging(data, { judging: 0.2, calibration: 0.1, seed: 1 });
    assert.deepEqual(split.trainedOnly, [3]);
    const others = [...split.judging, ...split.calibration];
    assert.ok(others.every((i) => !data.items[i].name.startsWith('d/')));
    const tested = withTestPart(data, 0.2);
    assert.match(
      tested.warnings.join('\n'),
      /the class d \(6 images in 1 group\) is trained on, but not tested/,
    );
    const few = temporaryFolder();
    await writeImages(few, 'cat', 6);
    write(few, 'dog/0_0.png', await encodePng(noise('dog')));
    write(few, 'dog/0_1.png', await encodePng(noise('dog 2')));
    const two = await openDataset(few, { groupBy: '{class}/{track}_*' }).then((all) => ({
      ...all,
      groups: { of: Int32Array.of(0, 1, 2, 3, 4, 5, 6, 6), names: [...'abcdefg'] },
    }));
    assert.throws(
      () => splitJudging(two, { judging: 0.3, seed: 1 }),
      /class "dog"[^]*at least 2 groups[^]*got: +1 group/,
    );
  });

  test('copies are kept together without being asked, and change nothing where there are none', async () => {
    const folder = temporaryFolder();
    await writeImages(folder, 'cat', 30);
    await writeImages(folder, 'dog', 30);
    const before = await openDataset(folder);
    assert.equal(before.groups, undefined);
    const image = await encodePng(noise('dog/3'));
    for (let i = 0; i < 8; i++) write(folder, `dog/copy-${i}.png`, image);
    const data = await openDataset(folder);
    assert.equal(data.groups?.names.length, 60);
    assert.match(
      data.warnings.join('\n'),
      /9 images are nearly the same as another, exact copies among them \(for example dog\/3.png and dog\/copy-0.png\)/,
    );
    for (let seed = 0; seed < 10; seed++) {
      const split = splitJudging(data, { judging: 0.3, calibration: 0.1, seed });
      const holding = [split.train, split.judging, split.calibration].filter((part) =>
        Array.from(part).some((i) => /copy|dog\/3\./.test(data.items[i].name)),
      );
      assert.equal(holding.length, 1);
    }
    const apart = await openDataset(folder, { nearDuplicates: 'apart' });
    assert.equal(apart.groups, undefined);
  });

  test('where nearly all images look alike, likeness tells nothing: each counts by itself', async () => {
    const folder = temporaryFolder();
    const base = noise('the same scene');
    for (const name of ['cat', 'dog'])
      for (let i = 0; i < 10; i++) {
        const data = Uint8Array.from(base.data, (v, at) => (at === i ? 255 - v : v));
        write(folder, `${name}/${i}.png`, await encodePng({ ...base, data }));
      }
    const data = await openDataset(folder);
    assert.ok(data.nearDuplicates.length > 50);
    assert.equal(data.groups, undefined);
    assert.match(data.warnings.join('\n'), /too many of the 20 images look nearly the same/);
    assert.equal(splitJudging(data, { judging: 0.3, seed: 0 }).judging.length, 6);
    const named = await openDataset(folder, { groupBy: '{animal}/*' });
    assert.equal(named.groups?.names.length, 2);
  });

  test('where one of two classes looks alike, likeness does not stop the run', async () => {
    const folder = temporaryFolder();
    const base = noise('one cat');
    for (let i = 0; i < 12; i++) {
      const data = Uint8Array.from(base.data, (v, at) => (at === i ? v ^ 1 : v));
      write(folder, `cat/${i}.png`, await encodePng({ ...base, data }));
      write(folder, `dog/${i}.png`, await encodePng(noise(`dog ${i}`)));
    }
    const two = await openDataset(folder);
    assert.equal(two.groups, undefined);
    assert.match(two.warnings.join('\n'), /too many of the 24 images look nearly the same/);
    assert.equal(splitJudging(two, { judging: 0.25, seed: 0 }).judging.length, 6);
    // Two other classes can be judged without it: it stays in one part.
    await writeImages(folder, 'ant', 12);
    const three = await openDataset(folder);
    assert.equal(three.groups?.names.length, 25);
    assert.deepEqual(splitJudging(three, { judging: 0.25, seed: 0 }).trainedOnly, [1]);
  });

  test('a part that is one film is not taken for a single observation; the others keep their groups', async () => {
    const folder = temporaryFolder();
    const scene = noise('a street');
    for (const name of ['cat', 'dog']) {
      await writeImages(join(folder, 'train'), name, 15);
      for (let i = 0; i < 10; i++) {
        const data = Uint8Array.from(scene.data, (v, at) => (at === i ? 255 - v : v));
        write(folder, `val/${name}/${i}.png`, await encodePng({ ...scene, data }));
      }
    }
    const [copied] = readdirSync(join(folder, 'train/cat'));
    write(folder, 'train/cat/copy.png', readFileSync(join(folder, 'train/cat', copied)));
    const data = await openDataset(folder);
    assert.match(
      data.warnings.join('\n'),
      /the 20 validation images look nearly the same in \d groups?, as frames of a film do/,
    );
    assert.equal(groupsIn(data, data.splits.val).size, 20);
    assert.equal(groupsIn(data, data.splits.train).size, 30);
    // Named groups are the user's word.
    const named = await openDataset(folder, { groupBy: '{folder}/*' });
    assert.equal(groupsIn(named, named.splits.val).size, 2);
  });

  test("the data's own test part stays, and a group in both parts is named", async () => {
    const folder = temporaryFolder();
    for (const part of ['train', 'test'])
      for (const name of ['cat', 'dog'])
        for (let i = 0; i < 4; i++)
          write(
            folder,
            `${part}/${name}/p${i % 2}_${i}.png`,
            await encodePng(noise(`${part} ${name} ${i}`)),
          );
    const data = await openDataset(folder, { groupBy: '{patient}_*' });
    assert.equal(data.groups?.names.length, 2);
    assert.match(
      data.warnings.join('\n'),
      /2 groups of images are both in the data's own training part and in their test part/,
    );
  });

  test('a column of the table says the groups', async () => {
    const folder = temporaryFolder();
    const rows = Array.from({ length: 12 }, (_, i) => `${i}.png,${'ab'[i % 2]},p${i >> 2}`);
    write(folder, 'labels.csv', `file,label,patient\n${rows.join('\n')}\n`);
    for (let i = 0; i < 12; i++) write(folder, `${i}.png`, await encodePng(noise(i)));
    const labels = { groupColumn: 'patient' };
    const data = await openDataset(folder, { labels });
    assert.deepEqual([...(data.groups?.names ?? [])].sort(), ['p0', 'p1', 'p2']);
    const classes = temporaryFolder();
    await writeImages(classes, 'cat', 3);
    await writeImages(classes, 'dog', 3);
    await assert.rejects(openDataset(classes, { labels }), /no table with their groups/);
  });

  test('what does not fit is said', async () => {
    const folder = temporaryFolder();
    await writeImages(folder, 'cat', 3);
    await writeImages(folder, 'dog', 3);
    const wrong = (groupBy: string, says: RegExp) =>
      assert.rejects(openDataset(folder, { groupBy }), says);
    await wrong('{track}_*', /fits none of the images' names[^]*such as cat\/0.png/);
    await wrong('(png)', /puts all images into one group[^]*only the group "png"/);
    write(folder, 'cat/7_1.png', await encodePng(noise('7_1')));
    write(folder, 'cat/7_2.png', await encodePng(noise('7_2')));
    const data = await openDataset(folder, { groupBy: '{track}_*' });
    assert.equal(data.groups?.names.length, 7);
    assert.match(data.warnings.join('\n'), /does not fit 6 names, e.g. cat\/0.png/);
  });
});
