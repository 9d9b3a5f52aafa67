import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { describe, test } from 'node:test';
import { Rng } from '../../src/core/index.js';
import { resizeImage, resizeMask, type Fit, type Image, type Size } from '../../src/image/index.js';

// What a network could tell a flip by, were it not in the image itself.

function noise(rng: Rng, { width, height }: Size, channels: 1 | 3): Image {
  const data = Uint8Array.from({ length: width * height * channels }, () => rng.int(0, 255));
  return { width, height, channels, data };
}

/** Mirrored left to right, or turned upside down. */
function mirrored(image: Image, side: 'across' | 'down'): Image {
  const { width, height, channels, data } = image;
  const result = new Uint8Array(data.length);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const from = side === 'across' ? y * width + (width - 1 - x) : (height - 1 - y) * width + x;
      for (let c = 0; c < channels; c++)
        result[(y * width + x) * channels + c] = data[from * channels + c];
    }
  return { ...image, data: result };
}

type Case = readonly [width: number, height: number, toWidth: number, toHeight: number];

const stretched: readonly Case[] = [
  [32, 32, 64, 64],
  [28, 28, 64, 64],
  [31, 47, 64, 96],
  [100, 75, 128, 128],
  [150, 159, 160, 160],
  [159, 160, 160, 160],
  [1, 2, 5, 7],
  [2, 40, 3, 33],
  [90, 200, 96, 96],
  [300, 91, 160, 96],
  [161, 163, 160, 160],
];
const cases: Record<Fit, readonly Case[]> = {
  stretch: stretched,
  pad: stretched,
  // What is left out is even here. Of an odd number one more is left out on one side, which no result shows.
  crop: [
    [28, 28, 64, 64],
    [100, 76, 128, 128],
    [90, 200, 96, 96],
    [300, 90, 160, 96],
  ],
};

describe('a mirrored image gives the mirrored result', () => {
  for (const fit of ['stretch', 'crop', 'pad'] satisfies Fit[])
    for (const [width, height, toWidth, toHeight] of cases[fit])
      test(`${fit}, ${width}x${height} to ${toWidth}x${toHeight}`, async () => {
        const [from, to] = [
          { width, height },
          { width: toWidth, height: toHeight },
        ];
        const rng = new Rng('mirrored', from.width, from.height);
        for (const channels of [1, 3] as const) {
          const image = noise(rng, from, channels);
          const size = { ...to, fit };
          const result = await resizeImage(image, size);
          for (const side of ['across', 'down'] as const) {
            const other = mirrored(await resizeImage(mirrored(image, side), size), side);
            const furthest = other.data.reduce(
              (most, v, i) => Math.max(most, Math.abs(v - result.data[i])),
              0,
            );
            // libvips, which shrinks, rounds its weights.
            const allowed = from.width > to.width || from.height > to.height ? 1 : 0;
            assert.ok(furthest <= allowed, `${channels} channels, ${side}: ${furthest}`);
          }
        }
      });
});

test('an enlarged image is what Lanczos-3 gives, pixels taken for squares', async () => {
  const rng = new Rng('lanczos');
  const image = noise(rng, { width: 13, height: 9 }, 3);
  const { data } = await resizeImage(image, { width: 32, height: 21 });
  const kernel = (x: number): number => {
    if (x === 0) return 1;
    if (Math.abs(x) >= 3) return 0;
    const t = Math.PI * x;
    return (3 * Math.sin(t) * Math.sin(t / 3)) / (t * t);
  };
  /** Weights of all pixels of a line for one of a longer line. */
  const weights = (i: number, from: number, to: number): number[] => {
    const all = Array.from({ length: from }, (_, k) => kernel(((i + 0.5) * from) / to - 0.5 - k));
    const sum = all.reduce((a, b) => a + b);
    return all.map((w) => w / sum);
  };
  let worst = 0;
  for (let y = 0; y < 21; y++)
    for (let x = 0; x < 32; x++)
      for (let c = 0; c < 3; c++) {
        let value = 0;
        weights(y, 9, 21).forEach((wy, j) =>
          weights(x, 13, 32).forEach((wx, i) => {
            value += wy * wx * image.data[(j * 13 + i) * 3 + c];
          }),
        );
        const wanted = Math.min(255, Math.max(0, value));
        worst = Math.max(worst, Math.abs(data[(y * 32 + x) * 3 + c] - wanted));
      }
  assert.ok(worst < 0.52, `off by ${worst}`);
});

test('an enlarged flat image stays flat', async () => {
  for (const value of [0, 1, 128, 254, 255]) {
    const data = new Uint8Array(5 * 7).fill(value);
    const result = await resizeImage(
      { width: 5, height: 7, channels: 1, data },
      { width: 33, height: 19 },
    );
    assert.ok(result.data.every((v) => v === value));
  }
});

test('an edge lies where the mask has it', async () => {
  // Dark up to column 10 of 32, at any scale.
  for (const scale of [1.25, 2, 3, 4.5]) {
    const side = 32 * scale;
    const dark = (x: number): boolean => x < 10;
    const image: Image = {
      ...{ width: 32, height: 32, channels: 1 },
      data: Uint8Array.from({ length: 1024 }, (_, i) => (dark(i % 32) ? 0 : 200)),
    };
    const mask = {
      ...{ width: 32, height: 32 },
      data: Uint8Array.from({ length: 1024 }, (_, i) => (dark(i % 32) ? 0 : 1)),
    };
    const size = { width: side, height: side };
    const { data } = await resizeImage(image, size);
    const wanted = resizeMask(mask, size).data;
    const wrong = data.filter((v, i) => v > 100 !== (wanted[i] === 1)).length / side;
    // The pixel that holds the edge may go either way.
    assert.ok(wrong <= (Number.isInteger(10 * scale) ? 0 : 1), `${wrong} columns at ${scale}`);
  }
});

test('runs of earlier versions get the bytes that they had', async () => {
  const image = noise(new Rng('earlier'), { width: 21, height: 33 }, 3);
  const hashes = await Promise.all(
    (['stretch', 'crop', 'pad'] satisfies Fit[]).map(async (fit) => {
      const size = { width: 48, height: 24, fit, earlier: true };
      const { data } = await resizeImage(image, size);
      return createHash('sha256').update(data).digest('hex').slice(0, 12);
    }),
  );
  assert.deepEqual(hashes, ['efd6d793d1fd', 'ccc7b337963a', '858c3b9aa89e']);
});
