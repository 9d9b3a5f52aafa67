import assert from 'node:assert/strict';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import sharp from 'sharp';
import { UserError } from '../../src/core/index.js';
import { decodeMask, encodeMaskPng, resizeMask } from '../../src/image/index.js';
import { temporaryFolder, write } from '../data/folders.js';
import { rawPng } from './raw-png.js';

const folder = temporaryFolder();

async function decoded(name: string, bytes: Uint8Array): Promise<number[]> {
  write(folder, name, bytes);
  return [...(await decodeMask(join(folder, name))).data];
}

async function refused(
  name: string,
  bytes: Uint8Array,
  code: string,
  says: RegExp[],
): Promise<void> {
  write(folder, name, bytes);
  await assert.rejects(decodeMask(join(folder, name)), (error) => {
    assert.ok(error instanceof UserError, String(error));
    assert.equal(error.code, code, error.message);
    for (const pattern of [...says, new RegExp(name)]) assert.match(error.message, pattern);
    return true;
  });
}

describe('masks: the values, whatever the PNG', () => {
  test('8-bit grey, as our own encoder writes it, large or small', async () => {
    for (const [width, height] of [
      [5, 3],
      [1024, 700],
    ]) {
      const data = Uint8Array.from({ length: width * height }, (_, i) => (i * 7 + (i >> 9)) % 256);
      const bytes = await encodeMaskPng({ width, height, data });
      assert.deepEqual(await decoded('grey.png', bytes), [...data]);
    }
  });

  test('a palette: the indices, not the colours', async () => {
    const palette = [9, 9, 9, 200, 0, 0, 0, 200, 0];
    const lines = [
      [0, 1, 2],
      [2, 2, 1],
    ];
    const png = rawPng({ width: 3, height: 2, depth: 8, colour: 3, lines, palette });
    assert.deepEqual(await decoded('palette.png', png), [0, 1, 2, 2, 2, 1]);
  });

  test('1, 2 and 4 bits: the values as they are, lines beginning at a byte', async () => {
    const bits = rawPng({
      width: 10,
      height: 2,
      depth: 1,
      colour: 0,
      lines: [
        [0xa5, 0x40],
        [0xff, 0x80],
      ],
    });
    assert.deepEqual(
      await decoded('bits.png', bits),
      [1, 0, 1, 0, 0, 1, 0, 1, 0, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 0],
    );
    const two = rawPng({
      width: 5,
      height: 1,
      depth: 2,
      colour: 0,
      lines: [[0b00011011, 0b11000000]],
    });
    assert.deepEqual(await decoded('two.png', two), [0, 1, 2, 3, 3]);
    const palette = Array.from({ length: 36 }, (_, i) => i);
    const four = rawPng({
      width: 3,
      height: 1,
      depth: 4,
      colour: 3,
      lines: [[0x5b, 0x20]],
      palette,
    });
    assert.deepEqual(await decoded('four.png', four), [5, 11, 2]);
  });

  test('RGB with three equal channels: one of them', async () => {
    const lines = [[4, 4, 4, 255, 255, 255]];
    const png = rawPng({ width: 2, height: 1, depth: 8, colour: 2, lines });
    assert.deepEqual(await decoded('rgb.png', png), [4, 255]);
  });

  test('interlaced 8-bit grey', async () => {
    const raw = Uint8Array.from({ length: 99 }, (_, i) => i);
    const bytes = await sharp(raw, { raw: { width: 11, height: 9, channels: 1 } })
      .toColourspace('b-w')
      .png({ progressive: true })
      .toBuffer();
    assert.deepEqual(await decoded('interlaced.png', bytes), [...raw]);
  });
});

describe('masks: what is refused, with the file and a remedy', () => {
  test('16 bits', async () => {
    const png = rawPng({ width: 1, height: 1, depth: 16, colour: 0, lines: [[0, 7]] });
    await refused('deep.png', png, 'MASK_DEPTH', [/16 bits/, /save the mask as an 8-bit/]);
  });

  test('colours instead of indices, with the place', async () => {
    const lines = [[4, 4, 4, 128, 64, 128]];
    const png = rawPng({ width: 2, height: 1, depth: 8, colour: 2, lines });
    await refused('colours.png', png, 'MASK_COLOURS', [/128, 64, 128 at x 1, y 0/]);
  });

  test('an interlaced palette', async () => {
    const raw = Uint8Array.from({ length: 64 * 3 }, (_, i) => i);
    const bytes = await sharp(raw, { raw: { width: 8, height: 8, channels: 3 } })
      .png({ palette: true, progressive: true })
      .toBuffer();
    await refused('adam7.png', bytes, 'MASK_FORMAT', [/interlaced, with a palette/]);
  });

  test('JPEG, damage, and a file that is not there', async () => {
    const raw = { raw: { width: 2, height: 2, channels: 3 } } as const;
    const jpeg = await sharp(new Uint8Array(12), raw).jpeg().toBuffer();
    await refused('mask.jpg', jpeg, 'MASK_FORMAT', [/JPEG/]);
    const whole = await encodeMaskPng({ width: 20, height: 20, data: new Uint8Array(400).fill(3) });
    await refused('cut.png', whole.subarray(0, whole.length - 20), 'IMAGE_BROKEN', []);
    await refused('empty.png', new Uint8Array(0), 'IMAGE_EMPTY', []);
    await assert.rejects(decodeMask(join(folder, 'none.png')), { code: 'IMAGE_MISSING' });
  });
});

describe('masks: resized', () => {
  test('takes the label at the centre of each pixel', () => {
    const mask = { width: 6, height: 3, data: Uint8Array.from({ length: 18 }, (_, i) => i) };
    assert.deepEqual([...resizeMask(mask, { width: 2, height: 1 }).data], [7, 10]);
    assert.equal(resizeMask(mask, { width: 6, height: 3 }), mask);
    const larger = resizeMask(
      { width: 2, height: 1, data: Uint8Array.of(3, 5) },
      { width: 4, height: 2 },
    );
    assert.deepEqual([...larger.data], [3, 3, 5, 5, 3, 3, 5, 5]);
  });
});
