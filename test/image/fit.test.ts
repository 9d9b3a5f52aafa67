import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import sharp from 'sharp';
import {
  loadImage,
  measureImage,
  resizeImage,
  resizeMask,
  scaledSize,
  type Image,
  type Mask,
  type Size,
} from '../../src/image/index.js';
import { busy } from './samples.js';

/** Columns are told apart by their value: 10 a column. */
function columns(width: number, height: number): { image: Image; mask: Mask } {
  const values = Uint8Array.from({ length: width * height }, (_, i) => i % width);
  const data = Uint8Array.from({ length: width * height * 3 }, (_, i) => 10 * values[(i / 3) | 0]);
  return { image: { width, height, channels: 3, data }, mask: { width, height, data: values } };
}

const firstRow = ({ data, width }: Image): number[] =>
  [...data.subarray(0, 3 * width)].filter((_, i) => i % 3 === 0);

describe('how an image comes to a size of another aspect ratio', () => {
  test('crop takes the middle, and nothing is scaled where a side fits', async () => {
    const { image, mask } = columns(9, 4);
    const size = { width: 4, height: 4, fit: 'crop' } as const;
    assert.deepEqual(firstRow(await resizeImage(image, size)), [20, 30, 40, 50]);
    assert.deepEqual([...resizeMask(mask, size).data.subarray(0, 4)], [2, 3, 4, 5]);
  });

  test('pad reflects the image about its border pixel, the mask alike', async () => {
    const { image, mask } = columns(4, 12);
    const size = { width: 12, height: 12, fit: 'pad' } as const;
    const expected = [2, 3, 2, 1, 0, 1, 2, 3, 2, 1, 0, 1];
    // Four columns in the middle of twelve: 4 before and 4 behind.
    const row = [...resizeMask(mask, size).data.subarray(0, 12)];
    assert.deepEqual(row.slice(4, 8), [0, 1, 2, 3]);
    assert.deepEqual(row, [2, 3, 2, 1, ...expected.slice(4)]);
    assert.deepEqual(
      firstRow(await resizeImage(image, size)),
      row.map((value) => 10 * value),
    );
  });

  test('a single column is repeated', () => {
    const mask = { width: 1, height: 4, data: Uint8Array.of(1, 2, 3, 4) };
    const padded = resizeMask(mask, { width: 4, height: 4, fit: 'pad' });
    assert.deepEqual([...padded.data.subarray(0, 8)], [1, 1, 1, 1, 2, 2, 2, 2]);
  });

  test('stretch is what a size alone means', async () => {
    const image: Image = { ...(await pixels(30, 50)), channels: 3 };
    const size = { width: 16, height: 16 };
    assert.deepEqual(
      await resizeImage(image, { ...size, fit: 'stretch' }),
      await resizeImage(image, size),
    );
  });

  test('an image of that size comes back as it is, whatever the fit', async () => {
    const { image, mask } = columns(8, 8);
    for (const fit of ['crop', 'pad', 'stretch'] as const) {
      const size = { width: 8, height: 8, fit };
      assert.equal(await resizeImage(image, size), image);
      assert.equal(resizeMask(mask, size), mask);
    }
  });

  test('every size is reached, and masks stay where their images are', async () => {
    const sizes = [1, 2, 17, 31, 64];
    for (const width of sizes)
      for (const height of sizes)
        for (const fit of ['crop', 'pad', 'stretch'] as const) {
          // Left half dark and of class 0, right half bright and of class 1.
          const half = (i: number): number => (2 * (i % width) >= width ? 1 : 0);
          const mask = {
            width,
            height,
            data: Uint8Array.from({ length: width * height }, (_, i) => half(i)),
          };
          const image: Image = {
            width,
            height,
            channels: 1,
            data: mask.data.map((value) => 255 * value),
          };
          const size = { width: 24, height: 16, fit };
          const [resized, labels] = [await resizeImage(image, size), resizeMask(mask, size)];
          assert.deepEqual([resized.data.length, labels.data.length], [24 * 16, 24 * 16]);
          const agree = labels.data.filter(
            (value, i) => (resized.data[i] >= 128 ? 1 : 0) === value,
          );
          // The border between both halves may fall into a pixel, which are few in the smallest images.
          if (width >= 17 && height >= 17)
            assert.ok(agree.length >= 0.9 * 24 * 16, `${width}x${height} ${fit}: ${agree.length}`);
        }
  });

  test('scaledSize is the whole image at the same scale', () => {
    const image = { width: 400, height: 200 };
    const size = { width: 100, height: 100 };
    assert.deepEqual(scaledSize(image, { ...size, fit: 'crop' }), { width: 200, height: 100 });
    assert.deepEqual(scaledSize(image, { ...size, fit: 'pad' }), { width: 100, height: 50 });
    assert.deepEqual(scaledSize(image, size), size);
    assert.deepEqual(scaledSize({ width: 9000, height: 3 }, { ...size, fit: 'pad' }), {
      width: 100,
      height: 1,
    });
  });
});

async function pixels(width: number, height: number): Promise<Size & { data: Uint8Array }> {
  const data = await busy(width, height).raw().toBuffer();
  return { width, height, data: new Uint8Array(data) };
}

describe('files', () => {
  let folder: string;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'fit-'));
  });
  after(() => rmSync(folder, { recursive: true, force: true }));
  const path = (name: string): string => join(folder, name);

  test('are measured as they are seen, whatever their format', async () => {
    const picture = busy(40, 30);
    await picture.clone().png().toFile(path('a.png'));
    await picture.clone().jpeg().toFile(path('a.jpg'));
    await picture.clone().webp().toFile(path('a.webp'));
    await picture.clone().tiff().toFile(path('a.tif'));
    await picture.clone().gif().toFile(path('a.gif'));
    await picture.clone().withMetadata({ orientation: 6 }).jpeg().toFile(path('turned.jpg'));
    await picture.clone().withMetadata({ orientation: 3 }).jpeg().toFile(path('upside-down.jpg'));
    writeFileSync(
      path('a.ppm'),
      Buffer.concat([Buffer.from('P6 40 30 255\n'), Buffer.alloc(3600)]),
    );
    for (const name of ['a.png', 'a.jpg', 'a.webp', 'a.tif', 'a.gif', 'a.ppm', 'upside-down.jpg'])
      assert.deepEqual(await measureImage(path(name)), { width: 40, height: 30 }, name);
    assert.deepEqual(await measureImage(path('turned.jpg')), { width: 30, height: 40 });
    const { width, height } = await loadImage(path('turned.jpg'));
    assert.deepEqual([width, height], [30, 40]);
  });

  test('a header behind much else is found; what is no image has no size', async () => {
    // A comment of 65,535 bytes pushes the frame out of what is read first.
    const jpeg = await busy(40, 30).jpeg().toBuffer();
    const comment = Buffer.alloc(65537, 32);
    comment.set([0xff, 0xfe, 0xff, 0xff]);
    writeFileSync(
      path('late.jpg'),
      Buffer.concat([jpeg.subarray(0, 2), comment, jpeg.subarray(2)]),
    );
    assert.deepEqual(await measureImage(path('late.jpg')), { width: 40, height: 30 });
    writeFileSync(path('text.png'), 'no image');
    writeFileSync(path('empty.png'), '');
    for (const name of ['text.png', 'empty.png', 'missing.png', '.'])
      assert.equal(await measureImage(path(name)), undefined, name);
  });

  test('are brought to a size as their pixels would be', async () => {
    await busy(50, 30).png().toFile(path('wide.png'));
    const whole = await loadImage(path('wide.png'));
    for (const fit of ['crop', 'pad', 'stretch'] as const) {
      const size = { width: 16, height: 16, fit };
      const { full, data } = await loadImage(path('wide.png'), size);
      assert.deepEqual(full, { width: 50, height: 30 });
      assert.deepEqual(data, (await resizeImage(whole, size)).data);
    }
  });

  test('of more than 64 megapixels too', async () => {
    const size = { width: 9000, height: 7600 };
    const background = '#306090';
    await sharp({ create: { ...size, channels: 3, background }, limitInputPixels: false })
      .png({ compressionLevel: 1 })
      .toFile(path('huge.png'));
    for (const fit of ['crop', 'pad', 'stretch'] as const) {
      const { full, width, height, data } = await loadImage(path('huge.png'), {
        width: 32,
        height: 32,
        fit,
      });
      assert.deepEqual([full, width, height], [size, 32, 32]);
      assert.deepEqual([data.length, data[0], data[3 * 32 * 32 - 1]], [3 * 32 * 32, 0x30, 0x90]);
    }
  });
});
