import assert from 'node:assert/strict';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import sharp from 'sharp';
import { decodeImage, loadImage, resizeImage } from '../../src/image/index.js';
import { temporaryFolder, write } from '../data/folders.js';
import { rawTiff } from './raw-tiff.js';
import { busy, fromRaw, fromRgb, ramp, rgb, sampleHeight, sampleWidth } from './samples.js';

const folder = temporaryFolder();
const sampleSize = [sampleHeight, sampleWidth];

async function pixelsOf(file: Uint8Array): Promise<number[]> {
  const { data, channels, width, height } = await decodeImage(file);
  assert.equal(data.length, width * height * channels);
  assert.equal(channels, 3);
  return [...data];
}

describe('TIFF, GIF and AVIF', () => {
  const fewColours = rgb.map((_, i) => (i % 6 < 3 ? 200 : 30));
  const cases: [string, () => Promise<Uint8Array>, Uint8Array][] = [
    ['TIFF', () => fromRgb().tiff({ compression: 'none' }).toBuffer(), rgb],
    ['TIFF, LZW', () => fromRgb().tiff({ compression: 'lzw' }).toBuffer(), rgb],
    ['TIFF in tiles', () => fromRgb().tiff({ compression: 'deflate', tile: true }).toBuffer(), rgb],
    ['BigTIFF', () => fromRgb().tiff({ compression: 'none', bigtiff: true }).toBuffer(), rgb],
    ['GIF', () => fromRaw(fewColours, 3).gif({ dither: 0 }).toBuffer(), fewColours],
    ['AVIF', () => fromRgb().avif({ lossless: true, chromaSubsampling: '4:4:4' }).toBuffer(), rgb],
  ];
  for (const [name, make, expected] of cases)
    test(name, async () => {
      const image = await decodeImage(await make());
      assert.deepEqual([image.height, image.width], sampleSize);
      const worst = Math.max(...image.data.map((v, i) => Math.abs(v - expected[i])));
      // AVIF's lossless form goes through YCbCr in sharp; the others keep every value.
      assert.ok(worst <= (name === 'AVIF' ? 2 : 0), `${worst} levels off`);
      assert.equal(image.notes, undefined);
    });

  test('the first frame is taken, and that there are more is noted', async () => {
    const frames = new Uint8Array(2 * 6 * 5 * 3).map((_, i) => (i < 6 * 5 * 3 ? 10 : 200));
    const raw = { width: 6, height: 10, channels: 3, pageHeight: 5 } as const;
    const files = [
      sharp(frames, { raw }).gif(),
      sharp(frames, { raw }).tiff({ compression: 'none' }),
      sharp(frames, { raw }).webp({ lossless: true }),
    ];
    for (const [i, file] of files.entries()) {
      write(folder, 'frames.png', await file.toBuffer());
      const image = await decodeImage(join(folder, 'frames.png'));
      assert.deepEqual([image.height, image.width, image.notes], [5, 6, ['first-frame']], `${i}`);
      assert.ok(image.data.every((v) => v === 10));
      const small = await loadImage(join(folder, 'frames.png'), { width: 3, height: 3 });
      assert.deepEqual(small.notes, ['first-frame']);
    }
  });

  test('a transparent GIF is composited on white', async () => {
    const rgba = new Uint8Array(4 * 4).map((_, i) => (i % 4 === 3 ? (i < 8 ? 0 : 255) : 40));
    const file = await fromRaw(rgba, 4, 2, 2).gif().toBuffer();
    assert.deepEqual(await pixelsOf(file), [...Array(6).fill(255), ...Array(6).fill(40)]);
  });

  test('a damaged file is named', async () => {
    const files = [
      await busy().tiff({ compression: 'lzw' }).toBuffer(),
      await busy().gif().toBuffer(),
      await busy().avif().toBuffer(),
    ];
    for (const file of files)
      await assert.rejects(decodeImage(file.subarray(0, file.length >> 1)), {
        code: 'IMAGE_BROKEN',
      });
  });
});

describe('more than 8 bits', () => {
  const values = ramp(new Uint16Array(sampleWidth * sampleHeight), sampleWidth, 1, 40).map(
    (v) => v + 900,
  );
  const highest = Math.max(...values);
  const byRange = [...values].flatMap((v) =>
    Array<number>(3).fill(Math.round((255 * (v - 900)) / (highest - 900))),
  );

  test('a TIFF of 12 bits in 16 goes by its range, in its own size and another', async () => {
    const file = await fromRaw(values, 1)
      .toColourspace('grey16')
      .tiff({ compression: 'lzw' })
      .toBuffer();
    write(folder, 'deep.tif', file);
    const image = await loadImage(join(folder, 'deep.tif'));
    assert.deepEqual([[...image.data], image.notes], [byRange, ['deep']]);
    const size = { width: 5, height: 4 };
    const { data } = await resizeImage(image, size);
    const small = await loadImage(join(folder, 'deep.tif'), size);
    assert.deepEqual([[...small.data], small.notes], [[...data], ['deep']]);
  });

  test('alpha is no part of the range', async () => {
    const rgba = new Uint16Array([
      1000, 1000, 1000, 65535, 1510, 1510, 1510, 65535, 1200, 1200, 1200, 0,
    ]);
    const file = await fromRaw(rgba, 4, 3, 1).toColourspace('rgb16').png().toBuffer();
    assert.deepEqual(await pixelsOf(file), [0, 0, 0, 255, 255, 255, 255, 255, 255]);
  });

  test('an image of one value keeps its upper bits', async () => {
    const file = await fromRaw(new Uint16Array(4).fill(0x5000), 1, 2, 2)
      .toColourspace('grey16')
      .png()
      .toBuffer();
    assert.deepEqual(await pixelsOf(file), Array(12).fill(0x50));
  });

  test('TIFFs of floating-point and 32-bit numbers go by their range; signed ones are refused', async () => {
    const floats = Buffer.from(new Float32Array([-1.5, 0, NaN, 1.5]).buffer);
    const file = rawTiff({ width: 2, height: 2, bits: 32, sampleFormat: 3, data: floats });
    assert.deepEqual(
      await pixelsOf(file),
      [0, 128, 0, 255].flatMap((v) => [v, v, v]),
    );
    const whole = Buffer.from(new Uint32Array([100_000, 151_000, 202_000, 355_000]).buffer);
    const wide = rawTiff({ width: 2, height: 2, bits: 32, sampleFormat: 1, data: whole });
    assert.deepEqual(
      await pixelsOf(wide),
      [0, 51, 102, 255].flatMap((v) => [v, v, v]),
    );
    const data = Buffer.from(new Int16Array([-5, 0, 5, 9]).buffer);
    await assert.rejects(
      decodeImage(rawTiff({ width: 2, height: 2, bits: 16, sampleFormat: 2, data })),
      {
        code: 'IMAGE_BROKEN',
        message: /short are not supported/,
      },
    );
  });
});

describe('formats that are not read are named', () => {
  const box = (brand: string): Buffer =>
    Buffer.from(`\0\0\0\x18ftyp${brand}\0\0\0\0mif1${brand}....`, 'latin1');
  const cases: [string, Buffer, string][] = [
    ['photo.jpg', box('heic'), 'HEIC'],
    ['photo.png', Buffer.from('\0\0\0\x0cJXL \r\n\x87\n', 'latin1'), 'JPEG XL'],
    ['scan', Buffer.concat([Buffer.alloc(128), Buffer.from('DICM')]), 'DICOM'],
    [
      'shot.nef',
      rawTiff({ width: 1, height: 1, bits: 8, sampleFormat: 1, data: Buffer.from([1]) }),
      'camera raw',
    ],
  ];
  for (const [name, file, format] of cases)
    test(`${name}: ${format}`, async () => {
      write(folder, name, file);
      await assert.rejects(decodeImage(join(folder, name)), {
        code: 'IMAGE_UNKNOWN',
        message: new RegExp(`got: +${format}[^]*remedy: +convert to PNG or JPEG`),
      });
    });
});
