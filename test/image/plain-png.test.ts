import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { deflateSync } from 'node:zlib';
import sharp from 'sharp';
import { decodePlainPng } from '../../src/image/plain-png.js';
import { busy, fromRaw, fromRgb, sampleHeight, ramp, rgb, sampleWidth } from './samples.js';

const grey = ramp(new Uint8Array(sampleWidth * sampleHeight), sampleWidth, 1, 3);

/** A PNG whose lines all use one filter type, written by hand; checksums are left 0. */
function filtered(type: number): Uint8Array {
  const stride = sampleWidth * 3;
  const lines = Buffer.alloc(sampleHeight * (stride + 1));
  const at = (x: number, y: number): number => (x < 0 || y < 0 ? 0 : rgb[y * stride + x]);
  for (let y = 0; y < sampleHeight; y++) {
    lines[y * (stride + 1)] = type;
    for (let x = 0; x < stride; x++) {
      const [a, b, c] = [at(x - 3, y), at(x, y - 1), x < 3 ? 0 : at(x - 3, y - 1)];
      const p = a + b - c;
      const nearest = [a, b, c].sort((m, n) => Math.abs(p - m) - Math.abs(p - n))[0];
      const predicted = [0, a, b, Math.floor((a + b) / 2), nearest, 0][type];
      lines[y * (stride + 1) + 1 + x] = at(x, y) - predicted;
    }
  }
  const header = Buffer.alloc(13);
  header.writeUInt32BE(sampleWidth, 0);
  header.writeUInt32BE(sampleHeight, 4);
  header.set([8, 2, 0, 0, 0], 8);
  const data = deflateSync(lines);
  return Buffer.concat([
    Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'),
    chunk('IHDR', header),
    // Data may be cut anywhere.
    chunk('IDAT', data.subarray(0, 20)),
    chunk('IDAT', data.subarray(20)),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

function chunk(type: string, content: Uint8Array): Buffer {
  const head = Buffer.alloc(8);
  head.writeUInt32BE(content.length, 0);
  head.write(type, 4, 'latin1');
  return Buffer.concat([head, content, Buffer.alloc(4)]);
}

describe('decodePlainPng', () => {
  ['none', 'sub', 'up', 'average', 'paeth'].forEach((name, type) =>
    test(`undoes the filter ${name}`, () => {
      const image = decodePlainPng(filtered(type));
      assert.ok(image);
      assert.deepEqual([image.width, image.height, image.channels], [sampleWidth, sampleHeight, 3]);
      assert.deepEqual([...image.data], [...rgb]);
    }),
  );

  test('agrees with libpng on files with mixed filters, RGB and greyscale', async () => {
    for (const source of [busy(), fromRgb(), busy(1, 1), busy(1, 40), busy(40, 1)])
      for (const adaptiveFiltering of [true, false]) {
        const png = await source.clone().png({ adaptiveFiltering }).toBuffer();
        assert.deepEqual(
          [...(decodePlainPng(png)?.data ?? [])],
          [...(await sharp(png).raw().toBuffer())],
        );
      }
    const png = await fromRaw(grey, 1).toColourspace('b-w').png().toBuffer();
    const expected = [...grey].flatMap((v) => [v, v, v]);
    assert.deepEqual([...(decodePlainPng(png)?.data ?? [])], expected);
  });

  test('leaves all other kinds to the general decoder', async () => {
    const others = [
      fromRgb().png({ palette: true }),
      fromRgb().png({ progressive: true }),
      fromRgb().ensureAlpha().png(),
      fromRgb().toColourspace('rgb16').png(),
      fromRgb().withMetadata({ orientation: 6 }).png(),
      fromRgb().withIccProfile('p3').png(),
    ];
    for (const other of others) assert.equal(decodePlainPng(await other.toBuffer()), undefined);
  });

  test('leaves damaged files to the general decoder, which words the problem', async () => {
    const png = await busy().png().toBuffer();
    for (const share of [0.001, 0.01, 0.5, 0.999])
      assert.equal(decodePlainPng(png.subarray(0, Math.floor(share * png.length))), undefined);
    const flipped = Buffer.from(png);
    flipped[300] ^= 0xff;
    assert.equal(decodePlainPng(flipped), undefined);
    const wrongFilter = filtered(5);
    assert.equal(decodePlainPng(wrongFilter), undefined);
  });
});
