import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { UserError } from '../../src/core/index.js';
import { decodeImage } from '../../src/image/index.js';
import { rawBmp, type RawBmp } from './raw-bmp.js';

async function pixelsOf(file: Uint8Array): Promise<number[]> {
  const { data, channels, width, height } = await decodeImage(file);
  assert.equal(data.length, width * height * channels);
  assert.equal(channels, 3);
  return [...data];
}

const red = [255, 0, 0];
const green = [0, 255, 0];
const blue = [0, 0, 255];
const white = [255, 255, 255];
const black = [0, 0, 0];

describe('BMP', () => {
  const palette = [black, red, green, blue];
  const cases: [string, RawBmp, number[][]][] = [
    [
      '24 bits, from below',
      {
        width: 2,
        height: 2,
        bits: 24,
        rows: [
          [0, 0, 255, 0, 255, 0],
          [255, 0, 0, 255, 255, 255],
        ],
      },
      [blue, white, red, green],
    ],
    [
      '24 bits, from the top',
      {
        width: 1,
        height: -2,
        bits: 24,
        rows: [
          [0, 0, 255],
          [255, 0, 0],
        ],
      },
      [red, blue],
    ],
    [
      '32 bits, the fourth byte no alpha',
      { width: 2, height: 1, bits: 32, rows: [[0, 0, 255, 0, 255, 0, 0, 9]] },
      [red, blue],
    ],
    [
      '32 bits with masks',
      {
        width: 2,
        height: 1,
        bits: 32,
        compression: 3,
        masks: [0xff000000, 0xff0000, 0xff00],
        rows: [[0, 0, 0, 255, 0, 255, 0, 0]],
      },
      [red, blue],
    ],
    [
      '16 bits of 5 each',
      { width: 2, height: 1, bits: 16, rows: [[0x00, 0x7c, 0x1f, 0x00]] },
      [red, blue],
    ],
    [
      '16 bits with masks of 5, 6, 5',
      {
        width: 2,
        height: 1,
        bits: 16,
        compression: 3,
        masks: [0xf800, 0x7e0, 0x1f],
        rows: [[0xe0, 0x07, 0xff, 0xff]],
      },
      [green, white],
    ],
    ['8 bits', { width: 3, height: 1, bits: 8, palette, rows: [[3, 1, 2]] }, [blue, red, green]],
    ['4 bits', { width: 3, height: 1, bits: 4, palette, rows: [[0x12, 0x30]] }, [red, green, blue]],
    [
      '1 bit, an odd width',
      { width: 9, height: 1, bits: 1, palette: [black, white], rows: [[0b10100000, 0b10000000]] },
      [white, black, white, ...Array<number[]>(5).fill(black), white],
    ],
    [
      'the header of OS/2',
      {
        width: 2,
        height: 1,
        bits: 4,
        core: true,
        palette: Array<number[]>(16).fill(green),
        rows: [[0x0f]],
      },
      [green, green],
    ],
    [
      'run lengths, with literal values, jumps and ends of rows',
      // Below: 2 of red, then the end of the row. Above: three literal values, padded. Then a jump over one, and the end.
      {
        width: 4,
        height: 3,
        bits: 8,
        compression: 1,
        palette,
        rows: [
          [2, 1, 0, 0],
          [0, 3, 1, 2, 3, 0, 0, 0],
          [0, 2, 1, 0, 1, 2, 0, 1],
        ],
      },
      [black, green, black, black, red, green, blue, black, red, red, black, black],
    ],
  ];
  for (const [name, given, expected] of cases)
    test(name, async () => {
      assert.deepEqual(await pixelsOf(rawBmp(given)), expected.flat());
    });

  test('what cannot be is named, before memory is taken', async () => {
    const image = { width: 2, height: 1, bits: 8, palette, rows: [[1, 2]] };
    const cut = rawBmp({ width: 9000, height: 9000, bits: 24, rows: [[0, 0, 0]] });
    const cases: [Buffer, RegExp][] = [
      [cut, /bytes instead of/],
      [rawBmp({ ...image, rows: [[1, 7]] }), /index 7 of 4 colours/],
      [rawBmp({ ...image, compression: 1, rows: [[9, 1]] }), /beyond the edge/],
      [rawBmp({ ...image, compression: 1, rows: [[2, 1]] }), /cannot be decoded/],
      [rawBmp({ ...image, compression: 4 }), /compression 4 of 8 bits/],
      [rawBmp({ ...image, width: 0 }), /size of 0/],
      [rawBmp(image).subarray(0, 20), /cannot be decoded/],
    ];
    const before = process.memoryUsage.rss();
    for (const [file, message] of cases)
      await assert.rejects(decodeImage(file), { code: 'IMAGE_BROKEN', message });
    assert.ok(process.memoryUsage.rss() - before < 1e8);
    await assert.rejects(decodeImage(rawBmp({ ...image, width: 30_000, height: 30_000 })), {
      code: 'IMAGE_TOO_LARGE',
    });
  });
});

describe('PPM and PGM', () => {
  const text = (content: string): Buffer => Buffer.from(content, 'latin1');
  const cases: [string, Buffer, number[]][] = [
    [
      'P2 with comments',
      text('P2 # grey\n3 # wide\n1\n255\n0 127\n# one more\n255'),
      [0, 0, 0, 127, 127, 127, 255, 255, 255],
    ],
    ['P3 of 15 levels', text('P3\n2 1\n15\n15 0 0  0 3 15\n'), [255, 0, 0, 0, 51, 255]],
    ['P5', text('P5\n2 1\n255\n\x07\xff'), [7, 7, 7, 255, 255, 255]],
    ['P6', text('P6 1 2 255\n\x01\x02\x03\x0a\x0b\x0c'), [1, 2, 3, 10, 11, 12]],
    [
      'P5 of 16 bits, by its range',
      text('P5\n3 1\n65535\n\x04\x00\x08\x00\x05\x00'),
      [0, 0, 0, 255, 255, 255, 64, 64, 64],
    ],
    [
      'P3 of 12 bits, by its range',
      text('P3 1 2 4095 100 200 355 151 100 100'),
      [0, 100, 255, 51, 0, 0],
    ],
  ];
  for (const [name, file, expected] of cases)
    test(name, async () => {
      const image = await decodeImage(file);
      assert.deepEqual([...image.data], expected);
      assert.deepEqual(image.notes, /range/.test(name) ? ['deep'] : undefined);
    });

  test('what cannot be is named, before memory is taken', async () => {
    const cases: [string, RegExp][] = [
      ['P6 9000 9000 255\nabc', /bytes instead of/],
      ['P3 9000 9000 255\n1 2 3', /bytes instead of at least/],
      ['P5 2 1 100\n\x01\x65', /101 where 100 is the highest/],
      ['P2 2 1 255\n1 x2', /no number/],
      ['P2 2 1 255\n1 ', /bytes instead of|cannot be decoded/],
      ['P5 0 1 255\n', /size of 0/],
      ['P5 1 1 70000\n\x01\x01', /70000 as the highest/],
      ['P5 99999999999 1 255\n', /too large/],
      ['P5 # never ends', /cannot be decoded/],
    ];
    for (const [file, message] of cases)
      await assert.rejects(decodeImage(text(file)), { code: 'IMAGE_BROKEN', message });
    await assert.rejects(decodeImage(text('P5 30000 30000 255\n')), { code: 'IMAGE_TOO_LARGE' });
  });
});

test('files with any byte changed or the end cut off give pixels or a clear error', async () => {
  const palette = [black, red, green, blue];
  const sources = [
    rawBmp({
      width: 3,
      height: 2,
      bits: 24,
      rows: [
        [1, 2, 3, 4, 5, 6, 7, 8, 9],
        [9, 8, 7, 6, 5, 4, 3, 2, 1],
      ],
    }),
    rawBmp({ width: 3, height: -1, bits: 4, palette, rows: [[0x12, 0x30]] }),
    rawBmp({
      width: 4,
      height: 2,
      bits: 8,
      compression: 1,
      palette,
      rows: [[2, 1, 0, 0, 0, 3, 1, 2, 3, 0, 0, 1]],
    }),
    rawBmp({
      width: 2,
      height: 1,
      bits: 16,
      compression: 3,
      masks: [0xf800, 0x7e0, 0x1f],
      rows: [[1, 2, 3, 4]],
    }),
    Buffer.from('P3 # c\n2 1\n255\n1 2 3 4 5 6\n'),
    Buffer.from('P5\n2 1\n4095\n\x04\x00\x08\x00', 'latin1'),
  ];
  const outcomes = { pixels: 0, error: 0 };
  const tryOne = async (file: Buffer): Promise<void> => {
    try {
      const { width, height, data } = await decodeImage(file);
      assert.equal(data.length, 3 * width * height);
      outcomes.pixels++;
    } catch (error) {
      assert.ok(error instanceof UserError, String(error));
      assert.match(error.code, /^IMAGE_(BROKEN|UNKNOWN|TOO_LARGE|EMPTY)$/);
      outcomes.error++;
    }
  };
  for (const source of sources)
    for (let at = 0; at < source.length; at++) {
      for (const value of [0, 1, 0x7f, 0x80, 0xff, source[at] ^ 0x10]) {
        const file = Buffer.from(source);
        file[at] = value;
        // A run-length image of many pixels is allowed to be small; making it takes its time.
        if (at >= 18 && at < 26 && value > 0) continue;
        await tryOne(file);
      }
      await tryOne(source.subarray(0, at));
    }
  assert.ok(outcomes.pixels > 100 && outcomes.error > 100, JSON.stringify(outcomes));
});
