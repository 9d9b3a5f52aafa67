import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import sharp from 'sharp';
import { InternalError } from '../../src/core/index.js';
import {
  decodeImage,
  encodeMaskPng,
  encodePng,
  resizeImage,
  writePng,
  type Image,
} from '../../src/image/index.js';
import { sampleHeight, ramp, rgb, sampleWidth } from './samples.js';

const folder = mkdtempSync(join(tmpdir(), 'image-'));
after(() => rmSync(folder, { recursive: true, force: true }));

const size = { width: sampleWidth, height: sampleHeight };
const image: Image = { ...size, channels: 3, data: rgb };
const greyData = ramp(new Uint8Array(sampleWidth * sampleHeight), sampleWidth, 1, 2);
const grey: Image = { ...size, channels: 1, data: greyData };

describe('encodePng', () => {
  test('is lossless for RGB and greyscale', async () => {
    assert.deepEqual([...(await decodeImage(await encodePng(image))).data], [...rgb]);
    const decoded = await decodeImage(await encodePng(grey));
    assert.deepEqual(
      [...decoded.data],
      [...greyData].flatMap((v) => [v, v, v]),
    );
  });

  test('keeps class indices of masks as grey values', async () => {
    const png = await encodeMaskPng({ ...size, data: greyData });
    assert.equal((await sharp(png).metadata()).channels, 1);
    const { data } = await sharp(png).extractChannel(0).raw().toBuffer({ resolveWithObject: true });
    assert.deepEqual([...data], [...greyData]);
  });

  test('refuses data of another length', async () => {
    await assert.rejects(encodePng({ ...image, width: 5 }), InternalError);
  });

  test('writes a whole file and nothing beside it', async () => {
    const path = join(folder, 'out.png');
    await writePng(path, image);
    assert.deepEqual([...(await decodeImage(path)).data], [...rgb]);
    assert.deepEqual(readdirSync(folder), ['out.png']);
  });
});

describe('resizeImage', () => {
  test('gives exactly the size asked for, in both channel counts', async () => {
    for (const input of [image, grey]) {
      const before = input.data.slice();
      const resized = await resizeImage(input, { width: 7, height: 20 });
      assert.deepEqual([resized.width, resized.height], [7, 20]);
      assert.equal(resized.channels, input.channels);
      assert.equal(resized.data.length, 7 * 20 * input.channels);
      assert.deepEqual(input.data, before);
    }
  });

  test('keeps a constant image constant, and an image of that size as it is', async () => {
    const flat: Image = { ...size, channels: 3, data: new Uint8Array(rgb.length).fill(77) };
    const resized = await resizeImage(flat, { width: 31, height: 5 });
    assert.ok(resized.data.every((v) => v === 77));
    assert.equal(await resizeImage(image, size), image);
  });

  test('averages when it gets smaller (no aliasing)', async () => {
    const checkers = new Uint8Array(64 * 64 * 3).map((_, i) => {
      const p = Math.floor(i / 3);
      return ((p % 64) + Math.floor(p / 64)) % 2 === 0 ? 0 : 200;
    });
    const small = await resizeImage(
      { width: 64, height: 64, channels: 3, data: checkers },
      { width: 8, height: 8 },
    );
    assert.ok(small.data.every((v) => Math.abs(v - 100) < 20));
  });
});
