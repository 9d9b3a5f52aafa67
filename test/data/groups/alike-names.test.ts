import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { encodePng, type Image } from '../../../src/image/index.js';
import { openDataset } from '../../../src/data/index.js';
import { Rng } from '../../../src/core/index.js';
import { alikeNames } from '../../../src/data/groups/alike-names.js';
import { noise, temporaryFolder, write } from '../folders.js';

/** Large cells in the same places, with so much of another picture in them. */
function likeness(of: string, own: string, share: number): Image {
  const [subject, other] = [blocks(of), blocks(own)];
  const data = subject.data.map((v, at) => (1 - share) * v + share * other.data[at]);
  return { ...subject, data: Uint8Array.from(data) };
}

function blocks(key: string): Image {
  const rng = new Rng('blocks', key);
  const cells = Array.from({ length: 16 }, () => rng.int(0, 256));
  const image = noise(key);
  const { width, height, channels } = image;
  const data = Uint8Array.from({ length: width * height * channels }, (_, at) => {
    const [x, y] = [Math.floor(at / channels) % width, Math.floor(at / channels / width)];
    return cells[4 * Math.floor((4 * y) / height) + Math.floor((4 * x) / width)];
  });
  return { ...image, data };
}

interface Asked {
  tracks?: number;
  frames?: number;
  /** Of a frame that is its own. */
  own?: number;
  name?(track: number, frame: number): string;
}

async function classesOf({ tracks = 15, frames = 4, own = 0.5, name }: Asked): Promise<string> {
  const folder = temporaryFolder();
  const nameOf = name ?? ((track: number, frame: number) => `${track}_${frame}`);
  for (const c of ['a', 'b', 'c'])
    for (let track = 0; track < tracks; track++)
      for (let frame = 0; frame < frames; frame++) {
        const image = likeness(`${c} ${track}`, `${c} ${track} ${frame}`, own);
        write(folder, `${c}/${nameOf(track, frame)}.png`, await encodePng(image));
      }
  return folder;
}

const groupsOf = async (folder: string, options = {}): Promise<number | undefined> =>
  (await openDataset(folder, { nearDuplicates: 'apart', ...options })).groups?.names.length;

describe('images that are named alike', () => {
  test('are one subject where they look alike too, and the warning says so', async () => {
    const folder = await classesOf({});
    const { groups, warnings } = await openDataset(folder);
    assert.equal(groups?.names.length, 45);
    assert.equal(groups.byLikeness, true);
    assert.match(
      warnings.join('\n'),
      /names begin alike look alike, such as a\/0_0.png and a\/0_1.png.*\(45 subjects in all\).*--set namesAlike=apart/,
    );
  });

  test('count one by one where they look no more alike than others', async () => {
    assert.equal(await groupsOf(await classesOf({ own: 1 })), undefined);
  });

  test('count one by one where that is set, and go by a pattern where one is given', async () => {
    const folder = await classesOf({});
    assert.equal(await groupsOf(folder, { namesAlike: 'apart' }), undefined);
    assert.equal(await groupsOf(folder, { groupBy: '{class}/*' }), 3);
  });

  test('divide at their last hyphen, underscore or space, where the first says nothing', async () => {
    const name = (track: number, frame: number): string => `IMG-p${track}_${frame}`;
    assert.equal(await groupsOf(await classesOf({ name })), 45);
    const plain = (track: number, frame: number): string => `${track}x${frame}`;
    assert.equal(await groupsOf(await classesOf({ name: plain })), undefined);
  });

  test('are kinds of things, not subjects, where they are few or many look alike', async () => {
    assert.equal(await groupsOf(await classesOf({ tracks: 3, frames: 20 })), undefined);
    // Twenty-four groups, of 60 images each.
    assert.equal(await groupsOf(await classesOf({ tracks: 8, frames: 60 })), undefined);
  });

  test('leave nearly every class images for each part', async () => {
    const folder = await classesOf({});
    for (const c of ['d', 'e'])
      for (let i = 0; i < 60; i++) {
        const image = likeness(`${c} ${i % 3}`, `${c} ${i}`, 0.5);
        write(folder, `${c}/${i % 3}_${i}.png`, await encodePng(image));
      }
    assert.equal(await groupsOf(folder), undefined);
  });

  test('must be more alike where there are no classes to compare them in', async () => {
    const found = async (own: number): Promise<boolean[]> => {
      const { items, store, targets } = await openDataset(await classesOf({ own }));
      const labels = { kind: 'labels', labels: new Uint8Array(items.length) } as const;
      return [targets, labels].map(
        (kind) => alikeNames({ items, store, targets: kind }) !== undefined,
      );
    };
    assert.deepEqual(await found(0.4), [true, true]);
    assert.deepEqual(await found(0.6), [true, false]);
  });

  test('of a test part that is one film do not count as one', async () => {
    const folder = temporaryFolder();
    for (const part of ['train', 'test'])
      for (const c of ['a', 'b'])
        for (let track = 0; track < (part === 'train' ? 15 : 1); track++)
          for (let frame = 0; frame < (part === 'train' ? 4 : 20); frame++) {
            const image = likeness(`${part} ${c} ${track}`, `${part} ${c} ${track} ${frame}`, 0.5);
            write(folder, `${part}/${c}/${track}_${frame}.png`, await encodePng(image));
          }
    assert.equal(await groupsOf(folder), undefined);
  });
});
