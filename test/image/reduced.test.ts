import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import sharp, { type Sharp } from 'sharp';
import {
  decodeImage,
  loadImage,
  resizeImage,
  type FittedSize,
  type Image,
} from '../../src/image/index.js';
import { Rng } from '../../src/core/index.js';

let folder: string;
before(() => {
  folder = mkdtempSync(join(tmpdir(), 'reduced-'));
});
after(() => rmSync(folder, { recursive: true, force: true }));
const path = (name: string): string => join(folder, name);

/** Edges, a slope and a little noise, as photographs have them; no symmetry. */
function picture(width: number, height: number): Sharp {
  const rng = new Rng(1, 'reduced');
  const data = new Uint8Array(width * height * 3);
  for (let y = 0, i = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const inside = (x - width / 3) ** 2 + (y - height / 4) ** 2 < (height / 5) ** 2;
      const grain = rng.int(0, 16);
      data[i++] = (inside ? 200 : 40) + grain;
      data[i++] = (200 * x) / width + grain;
      data[i++] = (200 * y) / height + grain;
    }
  return sharp(data, { raw: { width, height, channels: 3 } });
}

const size = { width: 96, height: 96, fit: 'crop', reduced: true } as const;

/** Mean and greatest difference from what all pixels give, in grey levels. */
async function differenceOf(name: string, wanted: FittedSize = size): Promise<[number, number]> {
  const got = await loadImage(path(name), wanted);
  const expected: Image = await resizeImage(await decodeImage(path(name)), wanted);
  assert.deepEqual([got.width, got.height], [expected.width, expected.height]);
  const differences = [...got.data].map((value, i) => Math.abs(value - expected.data[i]));
  return [differences.reduce((a, b) => a + b) / differences.length, Math.max(...differences)];
}

describe('JPEG files of many times the size', () => {
  before(async () => {
    const large = await picture(1803, 1602).toBuffer();
    const of = () => sharp(large, { raw: { width: 1803, height: 1602, channels: 3 } });
    await of().jpeg().toFile(path('plain.jpg'));
    await of().withMetadata({ orientation: 6 }).jpeg().toFile(path('turned.jpg'));
    await of().greyscale().jpeg().toFile(path('grey.jpg'));
    await of().toColourspace('cmyk').jpeg().toFile(path('cmyk.jpg'));
    await of().jpeg({ progressive: true }).toFile(path('progressive.jpg'));
    await of().png().toFile(path('plain.png'));
    await picture(1200, 900).jpeg().toFile(path('half.jpg'));
    await picture(800, 767).jpeg().toFile(path('small.jpg'));
  });

  for (const name of ['plain', 'turned', 'grey', 'cmyk', 'progressive', 'half'])
    test(`are decoded at a fraction, nearly alike: ${name}`, async () => {
      const [mean, most] = await differenceOf(`${name}.jpg`);
      assert.ok(mean > 0 && mean < 0.8, `mean ${mean}`);
      assert.ok(most < 16, `at most ${most}`);
    });

  test('keep their own size, as they are seen', async () => {
    assert.deepEqual((await loadImage(path('plain.jpg'), size)).full, {
      width: 1803,
      height: 1602,
    });
    assert.deepEqual((await loadImage(path('turned.jpg'), size)).full, {
      width: 1602,
      height: 1803,
    });
  });

  test('without the wish, of other formats, and below eight times, all pixels are read', async () => {
    for (const [name, reduced] of [
      ['plain.jpg', false],
      ['plain.png', true],
      ['small.jpg', true],
    ] as const) {
      const wanted = { ...size, reduced };
      const whole = await resizeImage(await decodeImage(path(name)), wanted);
      assert.deepEqual((await loadImage(path(name), wanted)).data, whole.data, name);
    }
  });

  test('that are cut off are as broken as ever', async () => {
    const bytes = await picture(1600, 1600).jpeg().toBuffer();
    writeFileSync(path('cut.jpg'), bytes.subarray(0, bytes.length / 2));
    await assert.rejects(loadImage(path('cut.jpg'), size), {
      code: 'IMAGE_BROKEN',
      message: /cut\.jpg/,
    });
  });

  test('come to any fit', async () => {
    for (const fit of ['pad', 'stretch'] as const) {
      const wanted = { ...size, fit };
      const [mean] = await differenceOf('plain.jpg', wanted);
      assert.ok(mean > 0 && mean < 0.8, `${fit}: ${mean}`);
    }
  });
});
