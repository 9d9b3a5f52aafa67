import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { ownMark } from '../../src/core/index.js';
import { readCached, writeCached } from '../../src/data/cache/dataset-cache.js';
import { Place } from '../../src/data/cache/place.js';
import { decodeAll } from '../../src/data/decode-all.js';
import { openDataset, PixelStore, type Dataset, type ListedImage } from '../../src/data/index.js';
import { noise, temporaryFolder, writeImages, write } from './folders.js';

const size = { width: 640, height: 480 };
const earlier = process.env.SAFE_AUGMENT_CACHE;
const folder = temporaryFolder();
const cache = join(folder, 'cache');
const data = join(folder, 'data');
let plain: Dataset;

before(async () => {
  process.env.SAFE_AUGMENT_CACHE = cache;
  for (const name of ['a', 'b']) await writeImages(data, name, 12, { width: 8, height: 8 });
  plain = await openDataset(data, { size, cache: false });
});
after(() => {
  if (earlier === undefined) delete process.env.SAFE_AUGMENT_CACHE;
  else process.env.SAFE_AUGMENT_CACHE = earlier;
});

function same(a: Dataset, b: Dataset): void {
  const rest = (data: Dataset) => ({ ...data, store: null });
  assert.deepEqual(rest(a), rest(b));
  for (let i = 0; i < b.store.count; i++)
    assert.equal(Buffer.compare(a.store.view(i), b.store.view(i)), 0, `image ${i}`);
}

const file = (ending: string): string => {
  const name = readdirSync(cache).find((own) => own.endsWith(ending));
  assert.ok(name !== undefined, ending);
  return join(cache, name);
};

test('changed pixels and a changed index are never used', async () => {
  same(await openDataset(data, { size }), plain);
  const pixels = readFileSync(file('.pixels'));
  const index = readFileSync(file('.json'), 'utf8');
  const entry = JSON.parse(index) as { targets: { classes: number[] }; parts: number[] };
  const flipped = Buffer.from(pixels);
  for (const at of [0, 1000, 5_000_000, pixels.length - 1]) flipped[at] ^= 0xff;
  const labels = { ...entry.targets, classes: entry.targets.classes.map((_, i) => (i ? 99 : -7)) };
  const parts = entry.parts.map(() => 0).reverse();
  for (const [ending, bytes] of [
    ['.pixels', flipped],
    ['.pixels', Buffer.alloc(pixels.length)],
    ['.json', JSON.stringify({ ...entry, targets: labels })],
    ['.json', JSON.stringify({ ...entry, parts: [...parts.slice(1), 2] })],
    ['.json', index.slice(0, -20)],
    ['.json', 'null'],
  ] as const) {
    writeFileSync(file(ending), bytes);
    same(await openDataset(data, { size }), plain);
    assert.equal(Buffer.compare(readFileSync(file('.pixels')), pixels), 0, 'written again');
  }
});

test('what killed processes reserved goes at once, what others reserve stays', async () => {
  const { pid } = spawnSync(process.execPath, ['--version']);
  const left = join(cache, `${ownMark().replace(/^\d+/, String(pid))}-0-1700000000000.tmp`);
  const index = join(cache, `abc.json.${pid}.tmp`);
  const alive = join(cache, `${ownMark()}-7-1700000000000.tmp`);
  for (const path of [left, index, alive]) writeFileSync(path, 'x');
  await openDataset(data, { size });
  assert.deepEqual([left, index, alive].map(existsSync), [false, false, true]);
  rmSync(alive);
});

test('a reservation that fails leaves nothing, and memory takes its place', () => {
  const empty = join(folder, 'no room');
  // More than a file system allows for one file: it fails without filling the disk.
  const place = new Place(empty, { mostBytes: 2 ** 62 });
  const count = 2 ** 30;
  assert.throws(() => place.allocate(count, { width: 2 ** 15, height: 2 ** 15 }, 3), {
    code: 'DATA_TOO_LARGE',
  });
  assert.deepEqual(readdirSync(empty), []);
});

test('many images take several buffers, in memory as in files', async () => {
  const images = Array.from({ length: 11 }, (_, i) => noise(i));
  const [{ width, height }] = images;
  const perBuffer = 3;
  const mostBytes = perBuffer * width * height * 3 + 1;
  const listed = images.map((image, i): ListedImage => ({
    name: `${i}`,
    label: 0,
    split: 'train',
    load: () => Promise.resolve(image),
  }));
  const several = join(folder, 'several');
  for (const at of [undefined, several]) {
    const place = new Place(at, { leastBytes: 1, mostBytes });
    const { store } = await decodeAll(listed, { size: images[0] }, place);
    assert.equal(store.buffers.length, 4);
    // As worker threads get it.
    const other = new PixelStore(structuredClone(store.handle()));
    images.forEach(({ data }, i) => assert.equal(Buffer.compare(other.view(i), data), 0));
    const kept = store.compact(Uint8Array.of(1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 1));
    assert.equal(kept.buffers.length, 2);
    [0, 4, 8, 10].forEach((from, i) =>
      assert.equal(Buffer.compare(kept.view(i), images[from].data), 0),
    );
    if (at === undefined) continue;
    const whole = { ...plain, items: images.slice(0, 4).map((_, i) => plain.items[i]) };
    const targets = { kind: 'class', classes: Int32Array.of(0, 1, 0, 1) } as const;
    const rest = { ...whole, targets, store: kept, size: kept.size, originals: undefined };
    const written = await writeCached(several, 'key', data, rest, place);
    const files = readdirSync(several).sort();
    assert.deepEqual(
      files
        .map((name) => name.slice(64))
        .filter(Boolean)
        .sort(),
      ['-1.pixels', '.pixels'],
    );
    const read = await readCached(several, 'key', data);
    assert.ok(read !== undefined);
    for (let i = 0; i < 4; i++) assert.equal(Buffer.compare(read.store.view(i), kept.view(i)), 0);
    assert.equal(written.store.buffers.length, 2);
    const second = join(several, files.find((name) => name.endsWith('-1.pixels')) ?? '');
    const bytes = readFileSync(second);
    bytes[5] ^= 1;
    writeFileSync(second, bytes);
    assert.equal(await readCached(several, 'key', data), undefined);
  }
});

test('links in circles and runs among the data end, and do not keep the cache from its use', async () => {
  mkdirSync(join(data, 'runs/x'), { recursive: true });
  write(data, 'runs/x/run.lock', JSON.stringify({ token: 't', place: 'here' }));
  const first = await openDataset(data, { size });
  write(data, 'runs/x/events.jsonl', 'more');
  same(await openDataset(data, { size }), first);
  assert.deepEqual(first.classes, ['a', 'b']);
  rmSync(join(data, 'runs'), { recursive: true });
});
