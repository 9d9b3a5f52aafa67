import assert from 'node:assert/strict';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import sharp from 'sharp';
import {
  decodeImage,
  decodeMask,
  loadImage,
  resizeImage,
  settleSharp,
} from '../../src/image/index.js';
import { Gate } from '../../src/image/gate.js';
import { sizeInHeader } from '../../src/image/header.js';
import { noise, temporaryFolder, write } from '../data/folders.js';
import { rawPng } from './raw-png.js';

const folder = temporaryFolder();

describe('masks with alpha', () => {
  const rgba = (alpha: number): Buffer =>
    rawPng({
      ...{ width: 2, height: 1, depth: 8, colour: 6 },
      lines: [[0, 0, 0, 255, 1, 1, 1, alpha]],
    });

  test('that is opaque give the values of the file', async () => {
    write(folder, 'rgba.png', rgba(255));
    assert.deepEqual([...(await decodeMask(join(folder, 'rgba.png'))).data], [0, 1]);
    const lines = [[3, 255, 7, 255]];
    write(folder, 'ga.png', rawPng({ width: 2, height: 1, depth: 8, colour: 4, lines }));
    assert.deepEqual([...(await decodeMask(join(folder, 'ga.png'))).data], [3, 7]);
  });

  test('that is not opaque are refused', async () => {
    for (const alpha of [0, 254]) {
      write(folder, 'through.png', rgba(alpha));
      await assert.rejects(decodeMask(join(folder, 'through.png')), {
        code: 'MASK_ALPHA',
        message: new RegExp(`alpha ${alpha} at x 1, y 0`),
      });
    }
  });

  test('a transparent colour or a colour profile changes no value', async () => {
    const raw = { width: 2, height: 1, channels: 3 } as const;
    const pixels = Buffer.from([5, 5, 5, 9, 9, 9]);
    const file = await sharp(pixels, { raw }).withIccProfile('p3').png().toBuffer();
    write(folder, 'profile.png', file);
    assert.deepEqual([...(await decodeMask(join(folder, 'profile.png'))).data], [5, 9]);
  });
});

describe('bounds', () => {
  test('more pixels than can be decoded are refused by the header alone', async () => {
    const png = rawPng({ width: 30_000, height: 30_000, depth: 8, colour: 0, lines: [[0]] });
    write(folder, 'huge.png', png);
    const before = process.memoryUsage.rss();
    for (const decode of [decodeImage, decodeMask, (path: string) => loadImage(path)])
      await assert.rejects(decode(join(folder, 'huge.png')), {
        code: 'IMAGE_TOO_LARGE',
        message: /30000x30000, by its header/,
      });
    assert.ok(process.memoryUsage.rss() - before < 1e8);
  });

  test('a large image is shrunk while it is decoded, turned as its EXIF says', async () => {
    const side = { width: 9000, height: 7500 };
    const create = { ...side, channels: 3, background: '#204060' } as const;
    const file = await sharp({ create }).withMetadata({ orientation: 6 }).jpeg().toBuffer();
    write(folder, 'large.jpg', file);
    const image = await loadImage(join(folder, 'large.jpg'), { width: 5, height: 4 });
    assert.deepEqual(image.full, { width: 7500, height: 9000 });
    assert.deepEqual([image.width, image.height, image.data.length], [5, 4, 60]);
    image.data.forEach((value, i) => assert.ok(Math.abs(value - [32, 64, 96][i % 3]) < 4));
  });

  test('any other is resized as ever', async () => {
    const { data, ...raw } = noise('resized', { width: 90, height: 70 });
    const size = { width: 31, height: 40 };
    write(folder, 'small.jpg', await sharp(data, { raw }).jpeg().toBuffer());
    const path = join(folder, 'small.jpg');
    const expected = await resizeImage(await decodeImage(path), size);
    assert.deepEqual(await loadImage(path, size), {
      ...{ ...expected, data: (await loadImage(path, size)).data },
      full: { width: 90, height: 70 },
    });
    assert.equal(Buffer.compare((await loadImage(path, size)).data, expected.data), 0);
  });

  test('headers say the size of every format', async () => {
    const { data, ...raw } = noise('header', { width: 37, height: 21 });
    const image = () => sharp(data, { raw });
    const files = [
      ['PNG', image().png()],
      ['JPEG', image().jpeg()],
      [
        'JPEG',
        image().withIccProfile('p3').withMetadata({ orientation: 1 }).jpeg({ progressive: true }),
      ],
      ['WebP', image().webp()],
      ['WebP', image().webp({ lossless: true })],
      ['WebP', image().ensureAlpha(0.5).webp()],
      ['GIF', image().gif()],
      ['TIFF', image().tiff()],
      ['TIFF', image().tiff({ bigtiff: true })],
      ['AVIF', image().avif()],
    ] as const;
    for (const [format, file] of files) {
      const bytes = await file.toBuffer();
      assert.deepEqual(sizeInHeader(bytes, format), { width: 37, height: 21 });
      assert.equal(sizeInHeader(bytes.subarray(0, format === 'GIF' ? 8 : 14), format), undefined);
    }
  });

  test('once sharp is settled, no decoder but those of the formats that are read can be reached', async () => {
    settleSharp();
    const svg = Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="2" height="2"/>');
    await assert.rejects(sharp(svg).toBuffer());
    await assert.rejects(decodeImage(svg), { code: 'IMAGE_UNKNOWN', message: /SVG/ });
    const { data, ...raw } = noise('other', { width: 4, height: 4 });
    for (const format of ['png', 'jpeg', 'webp', 'tiff', 'gif', 'avif'] as const) {
      const file = await sharp(data, { raw }).toFormat(format).toBuffer();
      assert.equal((await decodeImage(file)).width, 4, format);
    }
  });
});

test('a gate lets through what fits, in order, and what is too large alone', async () => {
  const gate = new Gate(10);
  const log: string[] = [];
  let inside = 0;
  const work = (name: string, amount: number): Promise<void> =>
    gate.pass(amount, async () => {
      inside += Math.min(amount, 10);
      assert.ok(inside <= 10, `${inside} inside`);
      await new Promise((resolve) => setTimeout(resolve, 5));
      inside -= Math.min(amount, 10);
      log.push(name);
      if (name === 'c') throw new Error('fails');
    });
  const all = [work('a', 4), work('b', 5), work('c', 100), work('d', 1), work('e', 10)];
  const ends = await Promise.allSettled(all);
  assert.deepEqual(log, ['a', 'b', 'c', 'd', 'e']);
  assert.equal(ends.filter(({ status }) => status === 'rejected').length, 1);
});

test('an image that is in memory has no other bound, and is resized', async () => {
  const size = { width: 20_000, height: 14_000 };
  const data = new Uint8Array(size.width * size.height).fill(7);
  const small = await resizeImage({ ...size, channels: 1, data }, { width: 2, height: 2 });
  assert.deepEqual([...small.data], [7, 7, 7, 7]);
});
