import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MixedSource, type Portions } from '../../src/train/index.js';

/** A source whose portions are named by pass and number, and that knows what of it was begun and left. */
function source(name: string, images: number, perPass: number) {
  const log: string[] = [];
  const portions: Portions<string> = {
    images,
    perPass,
    pass: (number) => ({
      waited: () => 0.5,
      async *[Symbol.asyncIterator]() {
        log.push(`begin ${number}`);
        try {
          for (let i = 0; i < perPass; i++) yield `${name}${number}.${i}`;
        } finally {
          log.push(`end ${number}`);
        }
      },
    }),
  };
  return { portions, log };
}

async function batchesOf(mixed: MixedSource<string>, epoch: number, most = Infinity) {
  const all: (readonly string[])[] = [];
  for await (const { parts } of mixed.epoch(epoch)) {
    all.push(parts);
    if (all.length === most) break;
  }
  return all;
}

test('every batch has a portion of each source, and an epoch has its number of batches', async () => {
  const large = source('a', 6, 5);
  const small = source('b', 2, 2);
  const mixed = new MixedSource([large.portions, small.portions], 3);
  assert.equal(mixed.images, 24);
  assert.deepEqual(await batchesOf(mixed, 0), [
    ['a0.0', 'b0.0'],
    ['a0.1', 'b0.1'],
    ['a0.2', 'b1.0'],
  ]);
  // The small source's passes go on counting, so that none is drawn twice alike.
  assert.deepEqual(await batchesOf(mixed, 1), [
    ['a1.0', 'b2.0'],
    ['a1.1', 'b2.1'],
    ['a1.2', 'b3.0'],
  ]);
  assert.deepEqual(
    small.log,
    [0, 1, 2, 3].flatMap((n) => [`begin ${n}`, `end ${n}`]),
  );
  assert.deepEqual(large.log, ['begin 0', 'end 0', 'begin 1', 'end 1']);
});

test('an epoch depends on its number alone, and one that is left leaves its sources', async () => {
  const fresh = source('a', 1, 4);
  const later = await batchesOf(new MixedSource([fresh.portions], 4), 7);
  const { portions, log } = source('a', 1, 4);
  const mixed = new MixedSource([portions], 4);
  await batchesOf(mixed, 6, 2);
  assert.deepEqual(log, ['begin 6', 'end 6']);
  assert.deepEqual(await batchesOf(mixed, 7), later);
});

test('what the consumer waited is that of all sources', async () => {
  const mixed = new MixedSource([source('a', 1, 2).portions, source('b', 1, 1).portions], 2);
  const epoch = mixed.epoch(0);
  for await (const { count } of epoch) assert.equal(count, 2);
  assert.equal(epoch.waited(), 1.5);
});
