import assert from 'node:assert/strict';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import sharp, { type Sharp } from 'sharp';
import { decodeMask } from '../../src/image/index.js';
import { temporaryFolder, write } from '../data/folders.js';
import { rawBmp } from './raw-bmp.js';
import { rawTiff } from './raw-tiff.js';
import { fromRaw } from './samples.js';

const folder = temporaryFolder();
const width = 4;
const height = 3;
const labels = [0, 1, 2, 2, 1, 0, 0, 1, 2, 2, 2, 0];

async function valuesOf(file: Uint8Array): Promise<number[]> {
  write(folder, 'mask', file);
  const mask = await decodeMask(join(folder, 'mask'));
  assert.deepEqual([mask.width, mask.height], [width, height]);
  return [...mask.data];
}

const grey = (values: readonly number[]): Sharp =>
  fromRaw(Uint8Array.from(values), 1, width, height).toColourspace('b-w');

/** The indices of a GIF of one frame that are put as they are: codes of 9 bits, cleared before they would grow. */
function rawGif(palette: readonly (readonly number[])[], values: readonly number[]): Buffer {
  const bits: number[] = [];
  const put = (code: number): void => {
    for (let i = 0; i < 9; i++) bits.push((code >> i) & 1);
  };
  put(256);
  for (const value of values) put(value);
  put(257);
  const bytes = Array.from({ length: Math.ceil(bits.length / 8) }, (_, i) =>
    [0, 1, 2, 3, 4, 5, 6, 7].reduce((sum, k) => sum + ((bits[8 * i + k] ?? 0) << k), 0),
  );
  const colours = Array.from({ length: 256 }, (_, i) => palette[i] ?? [0, 0, 0]).flat();
  const screen = [width, 0, height, 0, 0xf7, 0, 0];
  const comment = [0x21, 0xfe, 2, 0x68, 0x69, 0];
  const frame = [0x2c, 0, 0, 0, 0, width, 0, height, 0, 0, 8, bytes.length, ...bytes, 0, 0x3b];
  return Buffer.concat([
    Buffer.from('GIF89a'),
    Buffer.from([...screen, ...colours, ...comment, ...frame]),
  ]);
}

const colours = [
  [0, 0, 0],
  [128, 0, 0],
  [0, 128, 0],
];

describe('masks in other formats than PNG', () => {
  test('TIFF: grey values, also with a colour profile', async () => {
    assert.deepEqual(
      await valuesOf(await grey(labels).tiff({ compression: 'lzw' }).toBuffer()),
      labels,
    );
    const rgb = fromRaw(Uint8Array.from(labels.flatMap((v) => [v, v, v])), 3, width, height);
    const profiled = await rgb.withIccProfile('p3').tiff({ compression: 'deflate' }).toBuffer();
    write(folder, 'profiled', profiled);
    assert.ok((await sharp(profiled).metadata()).hasProfile);
    const { data } = await sharp(profiled, { ignoreIcc: true })
      .raw()
      .toBuffer({ resolveWithObject: true });
    assert.deepEqual(
      await valuesOf(profiled),
      [...data].filter((_, i) => i % 3 === 0),
    );
  });

  test('TIFF of one bit: 0 and 1', async () => {
    const data = Buffer.from([0b01010000, 0b11000000, 0b00110000]);
    const file = rawTiff({ width, height, bits: 1, sampleFormat: 1, data });
    assert.deepEqual(await valuesOf(file), [0, 1, 0, 1, 1, 1, 0, 0, 0, 0, 1, 1]);
  });

  test('TIFF and GIF with a palette of colours: the indices', async () => {
    const palette = Array.from({ length: 256 }, (_, i) => colours[i] ?? [0, 0, 0]);
    const tiff = rawTiff({
      width,
      height,
      bits: 8,
      sampleFormat: 1,
      data: Buffer.from(labels),
      palette,
    });
    assert.deepEqual(await valuesOf(tiff), labels);
    assert.deepEqual(await valuesOf(rawGif(colours, labels)), labels);
  });

  test('GIF with a palette of greys in any order: the grey values', async () => {
    const greys = [
      [255, 255, 255],
      [0, 0, 0],
      [128, 128, 128],
    ];
    const expected = labels.map((v) => [255, 0, 128][v]);
    assert.deepEqual(await valuesOf(rawGif(greys, labels)), expected);
    const binary = labels.map((v) => (v > 0 ? 255 : 0));
    assert.deepEqual(await valuesOf(await grey(binary).gif({ dither: 0 }).toBuffer()), binary);
  });

  test('BMP: indices of colours, grey values of greys', async () => {
    const rows = [labels.slice(8), labels.slice(4, 8), labels.slice(0, 4)];
    assert.deepEqual(
      await valuesOf(rawBmp({ width, height, bits: 8, palette: colours, rows })),
      labels,
    );
    const greys = [
      [0, 0, 0],
      [9, 9, 9],
      [255, 255, 255],
    ];
    const shown = labels.map((v) => greys[v][0]);
    assert.deepEqual(
      await valuesOf(rawBmp({ width, height, bits: 8, palette: greys, rows })),
      shown,
    );
    const alike = rows.map((row) => row.flatMap((v) => [v, v, v]));
    assert.deepEqual(await valuesOf(rawBmp({ width, height, bits: 24, rows: alike })), labels);
  });

  test('PGM: the values, whatever the highest is', async () => {
    const head = Buffer.from(`P5 ${width} ${height} 2\n`);
    assert.deepEqual(await valuesOf(Buffer.concat([head, Buffer.from(labels)])), labels);
  });
});

describe('masks in other formats that are refused', () => {
  const deep = new Uint16Array(width * height).fill(3);
  const rgb = (): Sharp =>
    fromRaw(
      new Uint8Array(width * height * 3).map((_, i) => i),
      3,
      width,
      height,
    );
  const cases: [string, () => Promise<Uint8Array> | Uint8Array, string][] = [
    [
      'a TIFF of 16 bits',
      () =>
        fromRaw(deep, 1, width, height)
          .toColourspace('grey16')
          .tiff({ compression: 'none' })
          .toBuffer(),
      'MASK_DEPTH',
    ],
    [
      'a PGM of 16 bits',
      () => Buffer.concat([Buffer.from(`P5 ${width} ${height} 999\n`), Buffer.alloc(24)]),
      'MASK_DEPTH',
    ],
    ['a TIFF of colours', () => rgb().tiff({ compression: 'none' }).toBuffer(), 'MASK_COLOURS'],
    [
      'a TIFF with JPEG compression',
      () => rgb().tiff({ compression: 'jpeg' }).toBuffer(),
      'MASK_FORMAT',
    ],
    [
      'a BMP of colours',
      () => rawBmp({ width: 1, height: 1, bits: 24, rows: [[1, 2, 3]] }),
      'MASK_COLOURS',
    ],
    ['an AVIF', () => rgb().avif().toBuffer(), 'MASK_FORMAT'],
    [
      'a transparent GIF',
      () =>
        fromRaw(new Uint8Array(width * height * 4), 4, width, height)
          .gif()
          .toBuffer(),
      'MASK_ALPHA',
    ],
    ['half a GIF', () => rawGif(colours, labels).subarray(0, 800), 'IMAGE_BROKEN'],
    [
      'half a BMP',
      () => rawBmp({ width, height, bits: 8, palette: colours, rows: [labels.slice(0, 4)] }),
      'IMAGE_BROKEN',
    ],
  ];
  for (const [name, make, code] of cases)
    test(name, async () => {
      write(folder, 'refused', await make());
      await assert.rejects(decodeMask(join(folder, 'refused')), { code, message: /remedy/ });
    });
});
