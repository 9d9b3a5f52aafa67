import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import sharp from 'sharp';
import { openDataset, targetKindOf, type Dataset } from '../../../src/data/index.js';
import { encodePng } from '../../../src/image/index.js';
import { maskValuesIn } from '../../../src/cli/mask-options.js';
import { resolveLearnConfig } from '../../../src/config/index.js';
import { rawPng } from '../../image/raw-png.js';
import { blocks, writePairs } from '../pairs-folders.js';
import { noise, temporaryFolder, write } from '../folders.js';

const size = { width: 12, height: 8 };

const labelsOf = ({ targets }: Dataset, i: number): number[] =>
  targets.kind === 'mask' ? [...targets.store.view(i).subarray(0, 6)] : [];

describe('masks in colours', () => {
  const sky = [0x80, 0x80, 0x80] as const;
  const road = [0x80, 0x40, 0x80] as const;
  const car = [0x40, 0x00, 0x80] as const;
  const named = { maskValues: ['#808080', '#804080', '#400080'] };

  /** A mask whose columns have these colours in turn. */
  const colouredMask = (colours: readonly (readonly number[])[]): Promise<Buffer> => {
    const { width, height } = size;
    const data = Uint8Array.from(
      Array.from(
        { length: width * height },
        (_, i) => colours[(i % width) % colours.length],
      ).flat(),
    );
    return sharp(data, { raw: { width, height, channels: 3 } })
      .png()
      .toBuffer();
  };
  const streets = async (
    colours: readonly (readonly number[])[] = [sky, road, car],
  ): Promise<string> => {
    const folder = temporaryFolder();
    for (const i of [0, 1, 2]) {
      write(folder, `images/${i}.png`, await encodePng(noise(i, size)));
      // The first shows no colour: what masks are is not told by one of them.
      write(folder, `masks/${i}.png`, await colouredMask(i === 0 ? [sky] : colours));
    }
    return folder;
  };

  test('become classes, called by their colours', async () => {
    const folder = await streets();
    assert.equal(targetKindOf(folder, named), 'mask');
    const data = await openDataset(folder, { labels: named });
    assert.deepEqual(data.classes, named.maskValues);
    assert.deepEqual(labelsOf(data, 0), [0, 0, 0, 0, 0, 0]);
    assert.deepEqual(labelsOf(data, 1), [0, 1, 2, 0, 1, 2]);
    const { targets } = data;
    assert.ok(targets.kind === 'mask');
    assert.deepEqual([targets.coloured, targets.colours], [true, named.maskValues]);
  });

  test('are read by the colours of classes.txt, where every line has one', async () => {
    const folder = await streets();
    write(folder, 'classes.txt', 'car #400080\nvoid #808080\nroad #804080\n');
    const data = await openDataset(folder);
    assert.deepEqual(data.classes, ['car', 'road']);
    assert.deepEqual(labelsOf(data, 1), [255, 1, 0, 255, 1, 0]);
    write(folder, 'classes.txt', 'car #400080\nsky #400080\nroad #804080\n');
    await assert.rejects(openDataset(folder), { code: 'DATA_CLASSES', message: /#400080 twice/ });
  });

  test('masks of values keep them, whatever colours classes.txt has for pictures', async () => {
    const folder = temporaryFolder();
    await writePairs(folder, {
      ...{ images: 'images', labels: 'masks', count: 3, values: [0, 1] },
    });
    write(folder, 'classes.txt', 'sky #808080\nroad #804080\n');
    const data = await openDataset(folder);
    assert.ok(data.targets.kind === 'mask' && data.targets.coloured === undefined);
    assert.deepEqual(data.targets.store.view(0), blocks('images/0', [0, 1]));
  });

  test('the colours found are proposed where nothing says what they mean', async () => {
    const folder = await streets();
    const proposed = { message: /colours #400080, #804080, #808080: --mask-values '#400080,/ };
    await assert.rejects(openDataset(folder), { code: 'DATA_MASKS_AS_CLASSES', ...proposed });
    await assert.rejects(openDataset(`pairs:${folder}`), { code: 'DATA_CLASSES', ...proposed });
    await assert.rejects(openDataset(folder, { labels: { maskValues: [0, 1] } }), proposed);
    write(folder, 'classes.txt', 'sky\nroad\ncar\n');
    await assert.rejects(openDataset(folder), proposed);
  });

  test('a colour that is not named is an error with its place', async () => {
    const folder = await streets();
    await assert.rejects(openDataset(folder, { labels: { maskValues: ['#808080', '#804080'] } }), {
      code: 'MASK_LABEL',
      message: /expected: +#808080, #804080\n[^]*#400080 at x 2, y 0[^]*--mask-values '#400080,/,
    });
  });

  test('a palette counts by its colours where these are named, and by its indices otherwise', async () => {
    const folder = temporaryFolder();
    const palette = [...car, ...sky, ...road];
    const lines = Array.from({ length: size.height }, () =>
      Array.from({ length: size.width }, (_, x) => x % 3),
    );
    for (const i of [0, 1]) {
      write(folder, `images/${i}.png`, await encodePng(noise(i, size)));
      write(folder, `masks/${i}.png`, rawPng({ ...size, depth: 8, colour: 3, lines, palette }));
    }
    const byColour = await openDataset(folder, { labels: named });
    assert.deepEqual(labelsOf(byColour, 0), [2, 0, 1, 2, 0, 1]);
    const byIndex = await openDataset(folder, { labels: { maskValues: [0, 1, 2] } });
    assert.deepEqual(labelsOf(byIndex, 0), [0, 1, 2, 0, 1, 2]);
  });

  test('a photograph with a coloured PNG of its name is its mask where colours are named', async () => {
    const folder = temporaryFolder();
    for (const i of [1, 2]) {
      const picture = sharp(noise(i, size).data, { raw: { ...size, channels: 3 } });
      write(folder, `${i}.jpg`, await picture.jpeg().toBuffer());
      write(folder, `${i}.png`, await colouredMask([sky, road, car]));
    }
    const data = await openDataset(folder, { labels: named });
    assert.deepEqual(labelsOf(data, 1), [0, 1, 2, 0, 1, 2]);
  });

  for (const format of ['tiff', 'gif'] as const)
    test(`in a ${format.toUpperCase()}`, async () => {
      const folder = temporaryFolder();
      for (const i of [0, 1]) {
        write(folder, `images/${i}.png`, await encodePng(noise(i, size)));
        const mask = sharp(await colouredMask([sky, road, car]));
        const bytes =
          format === 'gif' ? mask.gif({ dither: 0 }) : mask.tiff({ compression: 'lzw' });
        write(folder, `masks/${i}.${format}`, await bytes.toBuffer());
      }
      const data = await openDataset(folder, { labels: named });
      assert.deepEqual(labelsOf(data, 0), [0, 1, 2, 0, 1, 2]);
    });

  test('transparent pixels are refused', async () => {
    const folder = await streets();
    const clear = sharp(await colouredMask([sky, road])).ensureAlpha(0.5);
    write(folder, 'masks/1.png', await clear.png().toBuffer());
    await assert.rejects(openDataset(folder, { labels: named }), {
      code: 'MASK_ALPHA',
      message: /masks\/1\.png/,
    });
  });

  test('are resized on request', async () => {
    const folder = temporaryFolder();
    for (const i of [0, 1]) {
      write(folder, `images/${i}.png`, await encodePng(noise(i, { width: 24, height: 16 })));
      write(folder, `masks/${i}.png`, await colouredMask([sky, road, car]));
    }
    const data = await openDataset(folder, { labels: { ...named, resizeMasks: true } });
    assert.deepEqual(labelsOf(data, 0), [0, 0, 1, 1, 2, 2]);
  });
});

test('--mask-values takes values, and colours in three forms', () => {
  assert.deepEqual(maskValuesIn('0,128,255'), [0, 128, 255]);
  const colours = ['#000000', '#804080'];
  for (const text of ['#000000,#804080', '000000, 804080', '0,0,0;128,64,128', '#000000;#804080'])
    assert.deepEqual(maskValuesIn(text), colours, text);
  // What is neither is left for the check of the settings to name.
  for (const text of ['0,#804080', 'red,green', '0,0;1,2,3', '0,0,256;1,2,3'])
    assert.throws(
      () =>
        resolveLearnConfig({ flags: { data: 'x', labels: { maskValues: maskValuesIn(text) } } }),
      { code: 'CONFIG_INVALID', message: /labels\.maskValues/ },
      text,
    );
});
