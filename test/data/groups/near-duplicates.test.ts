import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import sharp, { type Sharp } from 'sharp';
import { Rng } from '../../../src/core/index.js';
import { PixelStore } from '../../../src/data/index.js';
import { linked, nearDuplicates } from '../../../src/data/groups/near-duplicates.js';
import type { Image } from '../../../src/image/index.js';

const side = 48;

/** A picture of blots: smooth, as photographs are, and another for each key. */
function picture(key: string | number): Image {
  const rng = new Rng('picture', key);
  const blots = Array.from({ length: 8 }, () => ({
    x: rng.uniform(0, side),
    y: rng.uniform(0, side),
    r: rng.uniform(4, 16),
    colour: [0, 1, 2].map(() => rng.uniform(-120, 120)),
  }));
  const data = new Uint8Array(side * side * 3);
  for (let y = 0; y < side; y++)
    for (let x = 0; x < side; x++)
      for (let c = 0; c < 3; c++) {
        const light = blots.reduce(
          (sum, b) => sum + b.colour[c] * Math.exp(-((x - b.x) ** 2 + (y - b.y) ** 2) / b.r ** 2),
          120,
        );
        data[(y * side + x) * 3 + c] = Math.max(0, Math.min(255, light));
      }
  return { width: side, height: side, channels: 3, data };
}

const opened = ({ data, width, height }: Image) =>
  sharp(Buffer.from(data), { raw: { width, height, channels: 3 } });

async function imageOf(picture: Sharp): Promise<Image> {
  const { data, info } = await picture.raw().toBuffer({ resolveWithObject: true });
  return { width: info.width, height: info.height, channels: 3, data: new Uint8Array(data) };
}

const changes: Record<string, (image: Image) => Promise<Image>> = {
  'the same pixels': (image) => Promise.resolve(image),
  'JPEG, quality 75': async (image) =>
    imageOf(sharp(await opened(image).jpeg({ quality: 75 }).toBuffer())),
  'half the size, and back': async (image) =>
    imageOf(
      sharp(await opened(image).resize(24, 24).png().toBuffer())
        .resize(side, side)
        .removeAlpha(),
    ),
  '5 % brighter': (image) => imageOf(opened(image).linear(1.05, 0)),
  '5 % darker': (image) => imageOf(opened(image).linear(0.95, 0)),
};

describe('near-duplicates', () => {
  for (const [what, change] of Object.entries(changes))
    test(`are found: ${what}`, async () => {
      const images = Array.from({ length: 12 }, (_, i) => picture(i));
      const copies = await Promise.all(images.slice(0, 6).map(change));
      const found = await nearDuplicates(PixelStore.of([...images, ...copies]));
      assert.deepEqual(
        found,
        copies.map((_, i) => [i, 12 + i]),
      );
    });

  test('other pictures and plain ones are not', async () => {
    const plain = (grey: number): Image => ({
      ...picture(0),
      data: new Uint8Array(side * side * 3).fill(grey),
    });
    const mirrored = await imageOf(opened(picture(1)).flop());
    const images = Array.from({ length: 150 }, (_, i) => picture(i));
    const all = [...images, mirrored, plain(0), plain(0), plain(9)];
    assert.deepEqual(await nearDuplicates(PixelStore.of(all)), []);
  });

  test('small images and grey ones', async () => {
    const small = (key: number): Image => {
      const rng = new Rng('small', key);
      return {
        width: 6,
        height: 5,
        channels: 1,
        data: Uint8Array.from({ length: 30 }, () => rng.int(0, 256)),
      };
    };
    const images = Array.from({ length: 40 }, (_, i) => small(i % 39));
    assert.deepEqual(await nearDuplicates(PixelStore.of(images)), [[0, 39]]);
  });

  test('ten thousand thumbnails take less than 3 s', { timeout: 60_000 }, async () => {
    const store = PixelStore.allocate(10_000, { width: 32, height: 32 });
    const rng = new Rng('many');
    for (let i = 0; i < store.count; i++) {
      const level = rng.int(0, 200);
      store.view(i).forEach((_, at, own) => (own[at] = level + ((at * (i % 97)) % 55)));
    }
    const start = process.cpuUsage();
    await nearDuplicates(store);
    const { user } = process.cpuUsage(start);
    assert.ok(user < 3e6, `${user / 1e6} s`);
  });
});

test(
  'ten thousand copies, and as many that are nearly alike, take no longer',
  { timeout: 60_000 },
  async () => {
    for (const noise of [0, 12]) {
      const store = PixelStore.allocate(10_000, { width: 32, height: 32 });
      const rng = new Rng('alike', noise);
      const picture = Uint8Array.from({ length: 32 * 32 * 3 }, (_, at) => 40 + ((at * 7) % 97));
      for (let i = 0; i < store.count; i++)
        store.view(i).forEach((_, at, own) => (own[at] = picture[at] + rng.int(0, noise + 1)));
      const start = process.cpuUsage();
      const pairs = await nearDuplicates(store);
      const { user } = process.cpuUsage(start);
      assert.ok(user < 6e6, `${user / 1e6} s`);
      assert.ok(pairs.length < 700_000, `${pairs.length} pairs`);
      const groups = new Set(linked(pairs, store.count)).size;
      assert.ok(noise === 0 ? groups === 1 : groups < store.count / 4, `${groups} groups`);
    }
  },
);

describe('groups of near-duplicates', () => {
  test('are what hangs together', () => {
    assert.deepEqual(
      [...linked([[0, 2], [2, 5], [3, 4]], 6)], // prettier-ignore
      [0, 1, 0, 3, 3, 0],
    );
  });

  test('do not swallow a film: beyond 30 images a group is near in all pairs', () => {
    const frames = 200;
    const film = Array.from({ length: frames - 1 }, (_, i) => [i, i + 1] as const);
    const sizes = new Map<number, number>();
    for (const group of linked(film, frames)) sizes.set(group, (sizes.get(group) ?? 0) + 1);
    assert.ok(Math.max(...sizes.values()) <= 30);
    const same = Array.from({ length: 50 }, (_, i) =>
      Array.from({ length: 49 - i }, (_, j) => [i, i + 1 + j] as const),
    ).flat();
    assert.deepEqual([...new Set(linked(same, 50))], [0]);
  });
});
