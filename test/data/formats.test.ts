import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import sharp from 'sharp';
import { openDataset } from '../../src/data/index.js';
import { encodePng } from '../../src/image/index.js';
import { rawBmp } from '../image/raw-bmp.js';
import { fromRaw } from '../image/samples.js';
import { noise, temporaryFolder, write, writeImages } from './folders.js';

/** Class folders of the size of `noise`, 12 x 16. */
async function classFolders(): Promise<string> {
  const folder = temporaryFolder();
  for (const name of ['a', 'b']) await writeImages(folder, name, 2);
  return folder;
}

describe('formats in class folders', () => {
  test('every format that is read, also under the name of another', async () => {
    const folder = await classFolders();
    const { data, ...raw } = noise('photo');
    const photo = () => sharp(data, { raw });
    const row = Array<number>(48).fill(60);
    const bmp = rawBmp({ width: 16, height: 12, bits: 24, rows: Array<number[]>(12).fill(row) });
    const files: [string, Uint8Array][] = [
      ['a/one.tif', await photo().tiff().toBuffer()],
      ['a/two.GIF', await photo().gif().toBuffer()],
      ['a/three.avif', await photo().avif().toBuffer()],
      ['b/four.bmp', bmp],
      ['b/five.jpg', bmp],
      ['b/six.ppm', Buffer.concat([Buffer.from('P6 16 12 255\n'), data])],
      ['b/seven', Buffer.concat([Buffer.from('P5 16 12 255\n'), data.subarray(0, 192)])],
    ];
    for (const [name, file] of files) write(folder, name, file);
    const set = await openDataset(folder);
    assert.equal(set.items.length, 4 + files.length);
    const pixels = (name: string): Uint8Array =>
      set.store.view(set.items.findIndex((item) => item.name === name));
    assert.deepEqual([...pixels('b/six.ppm')], [...data]);
    assert.ok(pixels('b/four.bmp').every((value) => value === 60));
    assert.deepEqual(
      set.warnings.filter((text) => /read|left out/.test(text)),
      [],
    );
  });

  test('16 bits and several frames are each said once', async () => {
    const folder = await classFolders();
    const deep = new Uint16Array(16 * 12).map((_, i) => 300 + i);
    for (const i of [1, 2, 3])
      write(
        folder,
        `b/deep${i}.png`,
        await fromRaw(deep, 1, 16, 12).toColourspace('grey16').png().toBuffer(),
      );
    const { data } = noise('frames', { width: 16, height: 24 });
    const raw = { width: 16, height: 24, channels: 3, pageHeight: 12 } as const;
    write(folder, 'a/moving.gif', await sharp(data, { raw }).gif().toBuffer());
    for (const size of [undefined, { width: 8, height: 8 }]) {
      const { warnings } = await openDataset(folder, { size });
      const found = warnings.filter((text) => /bits|frames/.test(text));
      assert.deepEqual(found, [
        '3 images have more than 8 bits, each read by the range of its own values (lowest 0, highest 255): b/deep1.png, ...',
        '1 image has several frames or pages, of which the first is read: a/moving.gif',
      ]);
    }
    const set = await openDataset(folder);
    const first = set.store.view(set.items.findIndex(({ name }) => name === 'b/deep1.png'));
    assert.deepEqual([first[0], first[first.length - 1]], [0, 255]);
  });

  test('images that are not read are named with their count and what to do', async () => {
    const folder = await classFolders();
    for (let i = 0; i < 5; i++) write(folder, `a/phone${i}.HEIC`, 'any');
    write(folder, 'b/new.jxl', 'any');
    write(folder, 'b/notes.txt', 'any');
    const { warnings, items } = await openDataset(folder);
    assert.equal(items.length, 4);
    const text = warnings.join('\n');
    assert.match(text, /left out 5 HEIC images, .*phone0\.HEIC, .*, and 2 more; convert to PNG/);
    assert.match(text, /left out 1 JPEG XL image, .*new\.jxl; /);
    assert.match(text, /ignored 1 file that is not an image/);
  });

  test('a class of nothing else says so', async () => {
    const folder = await classFolders();
    for (let i = 0; i < 3; i++) write(folder, `c/phone${i}.heic`, 'any');
    await assert.rejects(openDataset(folder), {
      code: 'DATA_EMPTY_CLASS',
      message: /3 files, HEIC among them[^]*remedy: +convert to PNG or JPEG/,
    });
  });

  test('a HEIC under the name of a JPEG is named as what it is', async () => {
    const folder = await classFolders();
    const start = '\0\0\0\x18ftypheic\0\0\0\0mif1heic';
    write(folder, 'a/phone.jpg', Buffer.from(start, 'latin1'));
    await assert.rejects(openDataset(folder), { code: 'IMAGE_UNKNOWN', message: /got: +HEIC/ });
    const { badFiles } = await openDataset(folder, { onBadFile: 'skip' });
    assert.deepEqual(
      badFiles.map(({ name }) => name),
      ['a/phone.jpg'],
    );
  });

  test('a PNG without an ending is read as ever', async () => {
    const folder = await classFolders();
    write(folder, 'a/photo', await encodePng(noise('bare')));
    assert.equal((await openDataset(folder)).items.length, 5);
  });
});
