import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { UserError } from '../../src/core/index.js';
import { decodeImage } from '../../src/image/index.js';
import { busy, fromRaw, fromRgb, sampleHeight, ramp, rgb, sampleWidth } from './samples.js';

const folder = mkdtempSync(join(tmpdir(), 'image-'));
after(() => rmSync(folder, { recursive: true, force: true }));

const bytes = (data: Uint8Array): number[] => [...data];
const grey = ramp(new Uint8Array(sampleWidth * sampleHeight), sampleWidth, 1, 3);
const tripled = bytes(grey).flatMap((v) => [v, v, v]);

const wide = ramp(new Uint16Array(sampleWidth * sampleHeight * 3), sampleWidth, 3, 450);
const wideGrey = ramp(new Uint16Array(sampleWidth * sampleHeight), sampleWidth, 1, 2000);
const fewColours = new Uint8Array(sampleWidth * sampleHeight * 3).map((_, i) =>
  i % 6 < 3 ? 200 : 30,
);
const greyAlpha = new Uint8Array(sampleWidth * sampleHeight * 2).map((_, i) =>
  i % 2 === 0 ? 90 : 0,
);

describe('decodeImage: every form becomes 8-bit RGB', () => {
  const exact: [string, () => Promise<Uint8Array>, number[]][] = [
    ['RGB PNG', () => fromRgb().png().toBuffer(), bytes(rgb)],
    ['interlaced PNG', () => fromRgb().png({ progressive: true }).toBuffer(), bytes(rgb)],
    ['lossless WebP', () => fromRgb().webp({ lossless: true }).toBuffer(), bytes(rgb)],
    ['greyscale PNG', () => fromRaw(grey, 1).toColourspace('b-w').png().toBuffer(), tripled],
    [
      'palette PNG',
      () => fromRaw(fewColours, 3).png({ palette: true, dither: 0, colours: 4 }).toBuffer(),
      [...fewColours],
    ],
    [
      '16-bit RGB PNG: by its range',
      () => fromRaw(wide, 3).toColourspace('rgb16').png().toBuffer(),
      byRange(wide),
    ],
    [
      '16-bit greyscale PNG: by its range',
      () => fromRaw(wideGrey, 1).toColourspace('grey16').png().toBuffer(),
      byRange(wideGrey).flatMap((v) => [v, v, v]),
    ],
    ['opaque alpha', () => fromRaw(withAlpha(255), 4).png().toBuffer(), bytes(rgb)],
    [
      'fully transparent: white',
      () => fromRaw(withAlpha(0), 4).png().toBuffer(),
      bytes(rgb).map(() => 255),
    ],
    [
      'transparent greyscale: white',
      () => fromRaw(greyAlpha, 2).toColourspace('b-w').png().toBuffer(),
      tripled.map(() => 255),
    ],
  ];
  for (const [form, make, expected] of exact)
    test(form, async () => {
      const image = await decodeImage(await make());
      assert.deepEqual([image.width, image.height, image.channels], [sampleWidth, sampleHeight, 3]);
      assert.deepEqual(bytes(image.data), expected);
    });

  test('half transparency mixes with white', async () => {
    const { data } = await decodeImage(await fromRaw(withAlpha(128), 4).png().toBuffer());
    data.forEach((value, i) => {
      const expected = (rgb[i] * 128 + 255 * 127) / 255;
      assert.ok(Math.abs(value - expected) <= 1, `${i}: ${value}, expected ${expected}`);
    });
  });

  test('JPEG, its greyscale and its CMYK form are near the original', async () => {
    // CMYK inks cannot show every colour: there and back costs some levels.
    const forms = [
      { form: fromRgb().jpeg({ quality: 100, chromaSubsampling: '4:4:4' }), tolerance: 4 },
      { form: fromRgb().toColourspace('cmyk').jpeg({ quality: 100 }), tolerance: 32 },
    ];
    for (const { form, tolerance } of forms) {
      const image = await decodeImage(await form.toBuffer());
      assert.deepEqual([image.width, image.height, image.channels], [sampleWidth, sampleHeight, 3]);
      const worst = Math.max(...image.data.map((v, i) => Math.abs(v - rgb[i])));
      assert.ok(worst <= tolerance, `up to ${worst} grey levels off`);
    }
    const jpeg = await fromRaw(grey, 1).toColourspace('b-w').jpeg({ quality: 100 }).toBuffer();
    const { data } = await decodeImage(jpeg);
    assert.ok(data.every((v, i) => Math.abs(v - tripled[i]) <= 4));
  });

  test('the EXIF orientation is applied, also to the size from the header', async () => {
    const turned = await fromRgb().withMetadata({ orientation: 6 }).png().toBuffer();
    const image = await decodeImage(turned);
    assert.deepEqual([image.width, image.height], [sampleHeight, sampleWidth]);
    // Orientation 6: turned by 90 degrees clockwise; the lower left corner comes to the upper left.
    assert.deepEqual(bytes(image.data.subarray(0, 3)), bytes(pixel(0, sampleHeight - 1)));
  });

  test('the content decides, not the ending', async () => {
    const path = join(folder, 'really-a-png.jpg');
    writeFileSync(path, await fromRgb().png().toBuffer());
    assert.deepEqual(bytes((await decodeImage(path)).data), bytes(rgb));
  });
});

describe('decodeImage: what cannot be decoded is named', () => {
  const cases: [string, string, () => Promise<Uint8Array>][] = [
    ['empty.png', 'IMAGE_EMPTY', async () => new Uint8Array(0)],
    ['text.png', 'IMAGE_UNKNOWN', async () => Buffer.from('not an image at all')],
    ['half.png', 'IMAGE_BROKEN', async () => firstPart(await busy().png().toBuffer(), 0.5)],
    ['end.png', 'IMAGE_BROKEN', async () => firstPart(await busy().png().toBuffer(), 0.99)],
    ['head.png', 'IMAGE_BROKEN', async () => firstPart(await busy().png().toBuffer(), 0.002)],
    ['half.jpg', 'IMAGE_BROKEN', async () => firstPart(await busy().jpeg().toBuffer(), 0.5)],
    ['head.jpg', 'IMAGE_BROKEN', async () => firstPart(await busy().jpeg().toBuffer(), 0.02)],
    ['half.webp', 'IMAGE_BROKEN', async () => firstPart(await busy().webp().toBuffer(), 0.5)],
    [
      'flipped.png',
      'IMAGE_BROKEN',
      async () => {
        const file = await busy().png().toBuffer();
        file[300] ^= 0xff;
        return file;
      },
    ],
  ];
  for (const [name, code, make] of cases)
    test(`${name}: ${code}`, async () => {
      const path = join(folder, name);
      writeFileSync(path, await make());
      await assert.rejects(decodeImage(path), (error) => {
        assert.ok(error instanceof UserError);
        assert.equal(error.code, code);
        assert.equal(error.problem.where, path);
        assert.match(error.message, /remedy: /);
        return true;
      });
    });

  test('a missing file and a folder', async () => {
    await assert.rejects(decodeImage(join(folder, 'nowhere.png')), { code: 'IMAGE_MISSING' });
    await assert.rejects(decodeImage(folder), { code: 'IMAGE_UNKNOWN' });
  });

  test('bytes go by the name they are given', async () => {
    await assert.rejects(decodeImage(new Uint8Array(0), 'batch 3, record 7'), /batch 3, record 7/);
  });
});

/** The lowest becomes 0, the highest 255. */
function byRange(values: Uint16Array): number[] {
  const lowest = Math.min(...values);
  const range = Math.max(...values) - lowest;
  return [...values].map((v) => Math.round((255 * (v - lowest)) / range));
}

function withAlpha(alpha: number): Uint8Array {
  const data = new Uint8Array(sampleWidth * sampleHeight * 4);
  for (let i = 0; i < sampleWidth * sampleHeight; i++)
    data.set([rgb[3 * i], rgb[3 * i + 1], rgb[3 * i + 2], alpha], 4 * i);
  return data;
}

function pixel(x: number, y: number): Uint8Array {
  return rgb.subarray(3 * (y * sampleWidth + x), 3 * (y * sampleWidth + x) + 3);
}

function firstPart(file: Uint8Array, share: number): Uint8Array {
  return file.subarray(0, Math.floor(file.length * share));
}
