import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import {
  applyStepsToMask,
  createTransform,
  Rng,
  thesisNames,
  transformNames,
} from '../../../src/augment/index.js';
import type { Params } from '../../../src/augment/index.js';
import { fixtures, goldenMask, goldenPicture, shortHash } from '../support/golden.js';
import { picture } from '../support/pictures.js';

type Case = [
  name: string,
  params: Params,
  target: 'image' | 'mask',
  height: number,
  width: number,
  channels: 1 | 3,
  /** The bytes as a hash, or all of them. */
  exact: 'same' | 'near',
  text: string,
];
interface Fixture {
  library: string;
  version: string;
  cases: Case[];
}

function readFixture(file: string): string {
  return gunzipSync(readFileSync(join(fixtures, file))).toString();
}

// Made by test/fixtures/augment/make_wide.py from the real ones.
const made = ['albumentations', 'torchvision'].map(
  (library) => JSON.parse(readFixture(`wide-${library}.json.gz`)) as Fixture,
);

function resultOf([name, params, target, height, width, channels]: Case): Uint8Array {
  const transform = createTransform({ name });
  if (target === 'image')
    return transform.apply(goldenPicture(width, height, channels), params).data;
  const { fill = null } = params;
  const border =
    fill === null
      ? ({ mode: 'reflect' } as const)
      : ({ mode: 'fill', value: Number(fill) } as const);
  return transform.applyMask(goldenMask(width, height), params, border).data;
}

/** OpenCV's vectors take so many pixels of a row at a time; it rounds the colours of the others to the nearest. */
const vector = 32;

for (const { library, version, cases } of made)
  for (const name of new Set(cases.map(([n]) => n)))
    test(`${name} gives the bytes of ${library} ${version}`, () => {
      for (const given of cases) {
        if (given[0] !== name) continue;
        const [, params, target, height, width, channels, exact, text] = given;
        const where = `${target} ${height}x${width}x${channels} ${JSON.stringify(params)}`;
        const result = resultOf(given);
        if (exact === 'same') {
          assert.equal(shortHash(result), text, where);
          continue;
        }
        const expected = Buffer.from(text, 'base64');
        assert.equal(result.length, expected.length, where);
        result.forEach((value, i) => {
          const column = Math.floor(i / channels) % width;
          const most = channels === 3 && column >= width - (width % vector) ? 1 : 0;
          const off = Math.abs(value - expected[i]);
          assert.ok(off <= most, `${where}: ${off} levels off at ${i}`);
        });
      }
    });

test('everything beyond the fifteen has golden cases of a real library', () => {
  const operations = JSON.parse(readFixture('torchvision.json.gz')) as Fixture;
  const tried = new Set<string>(
    [...made, operations].flatMap(({ cases }) => cases.map(([n]) => n)),
  );
  const beyond = transformNames.filter((name) => !thesisNames.includes(name));
  assert.equal(beyond.length, 13);
  assert.deepEqual(
    beyond.filter((name) => !tried.has(name)),
    [],
  );
});

const size = { width: 40, height: 30 };

function draws(name: string, options: Params = {}): Params[] {
  const transform = createTransform({ name, options });
  return Array.from({ length: 2000 }, (_, i) => transform.sample(new Rng(i, name), size));
}

const values = (all: readonly Params[], key: string): number[] => all.map((p) => Number(p[key]));
const ends = (all: readonly number[]): [number, number] => [Math.min(...all), Math.max(...all)];

test('RandomErasing and RandomResizedCrop draw areas and shapes within their limits', () => {
  for (const [name, low, high, narrow, wide] of [
    ['RandomErasing', 0.02, 0.33, 1 / 3.3, 1 / 0.3],
    ['RandomResizedCrop', 0.08, 1, 3 / 4, 4 / 3],
  ] as const) {
    const drawn = draws(name);
    // Sides are whole pixels: half a pixel either way.
    for (const p of drawn) {
      const [width, height] = [Number(p.width), Number(p.height)];
      assert.ok((width + 0.5) * (height + 0.5) >= low * 1200 - 1e-9, JSON.stringify(p));
      assert.ok((width - 0.5) * (height - 0.5) <= high * 1200, JSON.stringify(p));
      assert.ok((width + 0.5) / (height - 0.5) >= narrow, JSON.stringify(p));
      assert.ok((width - 0.5) / (height + 0.5) <= wide, JSON.stringify(p));
      assert.ok(Number(p.x) + width <= size.width && Number(p.y) + height <= size.height);
    }
    const areas = drawn.map((p) => (Number(p.width) * Number(p.height)) / 1200);
    const [least, most] = ends(areas);
    assert.ok(least < low * 1.2 && most > 0.85 * high, `${name}: ${least} to ${most}`);
    const mean = areas.reduce((a, b) => a + b, 0) / areas.length;
    // Large windows of long shapes do not fit and are drawn again.
    assert.ok(mean > 0.75 * ((low + high) / 2) && mean < 1.02 * ((low + high) / 2), `${mean}`);
  }
  // What fits nowhere: no rectangle, and the largest window in the middle.
  const strip = { width: 200, height: 2 };
  const crop = createTransform({ name: 'RandomResizedCrop', options: { scale: [1, 1] } });
  assert.deepEqual(crop.sample(new Rng(1), strip), {
    ...{ x: 98, y: 0, width: 3, height: 2 },
    ...{ outWidth: 200, outHeight: 2 },
  });
  const erasing = createTransform({ name: 'RandomErasing', options: { scale: [1, 1] } });
  const params = erasing.sample(new Rng(1), size);
  assert.ok(erasing.isIdentity(params, size));
});

test('Perspective moves every corner inwards, up to its part of half the sides', () => {
  const drawn = draws('Perspective', { distortionScale: 0.6 });
  assert.deepEqual(ends(values(drawn, 'topLeftX')), [0, 12]);
  assert.deepEqual(ends(values(drawn, 'topLeftY')), [0, 9]);
  assert.deepEqual(ends(values(drawn, 'bottomRightX')), [27, 39]);
  assert.deepEqual(ends(values(drawn, 'bottomRightY')), [20, 29]);
});

test('Perspective with three corners on a line shows what lies outside', () => {
  const still = { topLeftX: 0, topLeftY: 0, bottomLeftX: 0, bottomLeftY: 29, fill: 9 };
  const flat = { topRightX: 0, topRightY: 10, bottomRightX: 0, bottomRightY: 20 };
  const image = picture(40, 30, 3);
  const { data } = createTransform({ name: 'Perspective' }).apply(image, { ...still, ...flat });
  assert.ok(data.every((value) => value === 9));
});

test('Translate shifts by whole pixels up to its limit, and leaves black or a reflected border', () => {
  const drawn = draws('Translate', { limit: 0.2 });
  assert.deepEqual(ends(values(drawn, 'dx')), [-7, 7]);
  assert.deepEqual(ends(values(drawn, 'dy')), [-5, 5]);
  const image = picture(6, 1, 1);
  const [a, b, c, d, e] = image.data;
  const moved = (fill: number | null): number[] => [
    ...createTransform({ name: 'Translate' }).apply(image, { dx: 2, dy: 0, fill }).data,
  ];
  assert.deepEqual(moved(7), [7, 7, a, b, c, d]);
  assert.deepEqual(moved(null), [c, b, a, b, c, d]);
  assert.notEqual(e, undefined);
});

test('masks of RandomErasing stay: what was labelled is still there', () => {
  const mask = goldenMask(20, 20);
  const params = { x: 2, y: 3, width: 9, height: 9, value: 0 };
  assert.deepEqual(createTransform({ name: 'RandomErasing' }).applyMask(mask, params), mask);
});

test('narrower ranges of the wide set shrink towards doing nothing', () => {
  const half = (name: string, k = 0): Params =>
    createTransform({ name }).magnitudes(size)[k].at(0.5);
  assert.deepEqual(half('HueSaturationValue').hueShiftLimit, [-10, 10]);
  assert.deepEqual(half('HueSaturationValue', 1), {
    ...{ hueShiftLimit: [0, 0], satShiftLimit: [-15, 15], valShiftLimit: [0, 0] },
  });
  assert.deepEqual(half('Translate'), { limitX: [-0.05, 0.05], limitY: [-0.05, 0.05], fill: 0 });
  assert.deepEqual(half('Shear').limitY, [-5, 5]);
  assert.equal(half('Perspective').distortionScale, 0.25);
  assert.deepEqual(half('RandomErasing').scale, [0.01, 0.165]);
  assert.deepEqual(half('Sharpness').magnitudes, [0, 0.45]);
  assert.deepEqual(half('Posterize').magnitudes, [0, 2]);
  assert.deepEqual(half('Solarize').magnitudes, [0, 127.5]);
  assert.deepEqual(half('GaussianBlur').sigmaLimit, [0.25, 1.5]);
  assert.deepEqual(half('ImageCompression').qualityRange, [88, 100]);
  assert.deepEqual(half('RandomResizedCrop').scale, [0.54, 1]);
  for (const name of ['Equalize', 'AutoContrast'])
    assert.deepEqual(createTransform({ name }).magnitudes(size), []);
});

test('where a transform paints the outside, masks that reflect otherwise may have a label of their own', () => {
  const mask = goldenMask(20, 20);
  const size = { width: 20, height: 20 };
  const labelsOf = (fill: number | null, painted?: number): Uint8Array => {
    const steps = [{ name: 'Translate', params: { dx: 4, dy: 0, fill } }];
    return applyStepsToMask(mask, steps, { restore: 'none', size, painted }).data;
  };
  const left = (data: Uint8Array): number[] => [...data.subarray(0, 4)];
  const reflected = [mask.data[4], mask.data[3], mask.data[2], mask.data[1]];
  assert.deepEqual(left(labelsOf(0, 255)), [255, 255, 255, 255]);
  assert.deepEqual(left(labelsOf(null, 255)), reflected);
  assert.deepEqual(left(labelsOf(0)), reflected);
});
