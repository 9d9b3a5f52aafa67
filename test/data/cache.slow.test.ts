import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { Rng } from '../../src/core/index.js';
import { createLoader, openDataset, type Dataset } from '../../src/data/index.js';

const record = 3073;
let folder: string;
let data: string;
let cache: string;
const earlier = process.env.SAFE_AUGMENT_CACHE;

/** CIFAR-10's records with random pixels; a label in turn. */
function writeRecords(name: string, count: number, seed: number): string {
  const bytes = Buffer.alloc(count * record);
  const rng = new Rng(seed, 'records');
  for (let i = 0; i < bytes.length - 4; i += 4) bytes.writeUInt32LE(rng.uint32(), i);
  for (let i = 0; i < count; i++) bytes[i * record] = i % 10;
  const path = join(data, name);
  writeFileSync(path, bytes);
  return path;
}

before(() => {
  folder = mkdtempSync(join(tmpdir(), 'cache-'));
  data = join(folder, 'data');
  cache = join(folder, 'cache');
  mkdirSync(data);
  process.env.SAFE_AUGMENT_CACHE = cache;
  writeRecords('data_batch_1.bin', 6000, 1);
  writeRecords('test_batch.bin', 200, 2);
});
after(() => {
  if (earlier === undefined) delete process.env.SAFE_AUGMENT_CACHE;
  else process.env.SAFE_AUGMENT_CACHE = earlier;
  rmSync(folder, { recursive: true, force: true });
});

const inFile = ({ store }: Dataset): boolean => 'path' in store.buffer;
const cached = (): string[] => readdirSync(cache).sort();

function same(a: Dataset, b: Dataset): void {
  assert.equal(Buffer.compare(a.store.bytes, b.store.bytes), 0);
  const rest = (data: Dataset) => ({ ...data, store: null });
  assert.deepEqual(rest(a), rest(b));
}

test('the second time the images come from the cache, the very same', async () => {
  const plain = await openDataset(data, { cache: false });
  assert.ok(!inFile(plain));
  const first = await openDataset(data);
  assert.ok(inFile(first));
  same(first, plain);
  assert.deepEqual(
    cached()
      .map((name) => name.split('.')[1])
      .sort(),
    ['json', 'pixels'],
  );
  const second = await openDataset(data);
  same(second, plain);
});

test('worker threads map it for themselves, and writing to it changes nothing', async () => {
  const plain = await openDataset(data, { cache: false });
  const mapped = await openDataset(data);
  mapped.store.view(3).fill(7);
  const batches = async ({ store, targets }: Dataset): Promise<string[]> => {
    const loader = createLoader({ store, targets, seed: 1, workers: 2 });
    const all: string[] = [];
    const recipe = {
      kind: 'sequence' as const,
      transforms: [{ name: 'Blur' }, { name: 'HorizontalFlip' }],
      restore: 'reflect' as const,
    };
    const indices = Uint32Array.from({ length: 512 }, (_, i) => i);
    for await (const { images } of loader.epoch({ indices, batch: 64, recipe }))
      all.push(Buffer.from(images).toString('base64'));
    await loader.close();
    return all;
  };
  assert.deepEqual(await batches(mapped), await batches(plain));
  assert.equal(Buffer.compare((await openDataset(data)).store.bytes, plain.store.bytes), 0);
});

test('what is changed is decoded anew, under another content', async () => {
  const before = await openDataset(data);
  writeRecords('data_batch_1.bin', 6000, 3);
  const changed = await openDataset(data);
  assert.notEqual(changed.fingerprint, before.fingerprint);
  same(changed, await openDataset(data, { cache: false }));
  const size = { width: 30, height: 30 };
  same(await openDataset(data, { size }), await openDataset(data, { size, cache: false }));
});

test('a file is not read again while its name, size and time are the same', async () => {
  const path = join(data, 'data_batch_1.bin');
  // Whole seconds: a Date cannot hold the rest of a file's time.
  const time = new Date(1_700_000_000_000);
  utimesSync(path, time, time);
  const known = await openDataset(data);
  writeRecords('data_batch_1.bin', 6000, 4);
  utimesSync(path, time, time);
  assert.equal((await openDataset(data)).fingerprint, known.fingerprint);
  utimesSync(path, time, new Date());
  assert.notEqual((await openDataset(data)).fingerprint, known.fingerprint);
});

test('a damaged cache is not trusted', async () => {
  const plain = await openDataset(data, { cache: false });
  await openDataset(data);
  for (const name of cached()) truncateSync(join(cache, name), 100);
  same(await openDataset(data), plain);
  for (const name of cached()) if (name.endsWith('.pixels')) rmSync(join(cache, name));
  same(await openDataset(data), plain);
});

test('what has not been used for 90 days goes when other images are decoded', async () => {
  rmSync(cache, { recursive: true });
  const sized = (side: number) => openDataset(data, { size: { width: side, height: side } });
  const added = async (side: number): Promise<string[]> => {
    const before = cached();
    await sized(side);
    return cached().filter((name) => !before.includes(name));
  };
  mkdirSync(cache);
  writeFileSync(join(cache, 'notes.txt'), 'not ours');
  const [used, recent, forgotten] = [await added(33), await added(34), await added(35)];
  assert.equal(forgotten.length, 2);
  const daysOld = (names: string[], days: number): void => {
    const time = new Date(Date.now() - days * 24 * 3600 * 1000);
    for (const name of names) utimesSync(join(cache, name), time, time);
  };
  daysOld(cached(), 100);
  daysOld(recent, 80);
  await sized(33);
  const other = await added(36);
  assert.deepEqual(cached(), [...used, ...recent, ...other, 'notes.txt'].sort());
});

test('without a place for it, it goes on without a cache', async () => {
  process.env.SAFE_AUGMENT_CACHE = join(data, 'data_batch_1.bin', 'no folder');
  try {
    const opened = await openDataset(data);
    assert.ok(!inFile(opened));
    same(opened, await openDataset(data, { cache: false }));
  } finally {
    process.env.SAFE_AUGMENT_CACHE = cache;
  }
});

test('an error leaves nothing behind, and small data stay in memory', async () => {
  const before = cached();
  writeRecords('data_batch_2.bin', 100, 5);
  truncateSync(join(data, 'data_batch_2.bin'), 50 * record + 1);
  await assert.rejects(openDataset(data), { code: 'DATA_TRUNCATED' });
  rmSync(join(data, 'data_batch_2.bin'));
  assert.deepEqual(cached(), before);
  writeRecords('data_batch_1.bin', 100, 5);
  assert.ok(!inFile(await openDataset(data)));
  assert.deepEqual(cached(), before);
});

test('memory does not grow with the data set, and the start takes no time', async () => {
  writeRecords('data_batch_1.bin', 40_000, 6);
  await openDataset(data);
  const module = new URL('../../src/data/index.js', import.meta.url);
  const program = `
    const { openDataset } = await import(${JSON.stringify(fileURLToPath(module))});
    const before = process.memoryUsage().rss;
    const { items } = await openDataset(${JSON.stringify(data)});
    console.log(JSON.stringify({
      images: items.length,
      grown: process.memoryUsage().rss - before,
    }));`;
  const out = execFileSync(process.execPath, ['--input-type=module', '-e', program], {
    encoding: 'utf8',
  });
  const { images, grown } = JSON.parse(out) as {
    images: number;
    ms: number;
    grown: number;
  };
  assert.equal(images, 40_200);
  // 123 MB of pixels are there; names and labels take a few.
  assert.ok(grown < 50e6, `${Math.round(grown / 1e6)} MB`);
});
