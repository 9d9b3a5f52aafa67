import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { applySteps, drawSteps } from '../../../src/augment/index.js';
import type { Recipe } from '../../../src/augment/transform.js';
import { UserError } from '../../../src/core/index.js';
import { createLoader, type EpochOptions, type LoaderOptions } from '../../../src/data/index.js';
import {
  collect,
  imageSize,
  indices,
  joint,
  labels,
  store,
  targets,
  withLoader,
  type BatchCopy,
} from './small-loader.js';

describe('loader: what is in a batch', () => {
  for (const workers of [0, 2])
    test(`images, labels and indices as they are without a recipe (${workers} workers)`, async () => {
      const batches = await withLoader({ workers }, (loader) => collect(loader));
      assert.deepEqual(
        batches.map((b) => b.count),
        [8, 8, 8, 8, 8, 8, 2],
      );
      assert.deepEqual(
        batches.flatMap((b) => b.indices),
        [...indices],
      );
      assert.deepEqual(
        batches.flatMap((b) => b.labels),
        [...labels],
      );
      const pixels = Buffer.concat(batches.map((b) => Buffer.from(b.images, 'base64')));
      assert.deepEqual([...pixels], [...store.bytes]);
      assert.ok(batches.every((b) => b.applied.length === 0));
    });

  test('is what drawSteps and applySteps make of each image', async () => {
    const [, batch] = await withLoader({}, (loader) =>
      collect(loader, { recipe: joint, epoch: 3, purpose: 'judging' }),
    );
    batch.indices.forEach((index, i) => {
      const key = { seed: 11, purpose: 'judging', epoch: 3, index };
      const drawn = drawSteps(joint, imageSize, key);
      const image = applySteps(store.image(index), drawn.steps, {
        restore: 'reflect',
        size: imageSize,
      });
      const bytes = Buffer.from(batch.images, 'base64').subarray(i * store.stride);
      assert.deepEqual([...bytes.subarray(0, store.stride)], [...image.data]);
      assert.deepEqual(batch.applied.slice(15 * i, 15 * (i + 1)), [...drawn.applied]);
    });
  });

  test('takes a part of the images, in the order given, or shuffled anew each epoch', async () => {
    await withLoader({}, async (loader) => {
      const some = Uint32Array.of(5, 3, 40, 8);
      const order = async (options: Partial<EpochOptions>): Promise<number[]> =>
        (await collect(loader, { indices: some, batch: 3, ...options })).flatMap((b) => b.indices);
      assert.deepEqual(await order({}), [5, 3, 40, 8]);
      const sorted = (list: number[]): number[] => list.sort((a, b) => a - b);
      assert.deepEqual(sorted(await order({ shuffle: true })), [3, 5, 8, 40]);
      const first = await order({ indices, shuffle: true, epoch: 1 });
      assert.notDeepEqual(first, await order({ indices, shuffle: true, epoch: 2 }));
      assert.deepEqual(first, await order({ indices, shuffle: true, epoch: 1 }));
    });
  });

  test('drops the last batch on request and says beforehand how many there are', async () => {
    await withLoader({}, async (loader) => {
      const epoch = loader.epoch({ indices, batch: 8, dropLast: true });
      assert.deepEqual([epoch.batches, epoch.images], [6, 48]);
      const counts = [];
      for await (const { count } of epoch) counts.push(count);
      assert.deepEqual(counts, [8, 8, 8, 8, 8, 8]);
    });
  });

  test('applies one set of steps to a whole batch with granularity batch, and may leave crops small', async () => {
    const recipe: Recipe = {
      kind: 'sequence',
      transforms: [{ name: 'RandomCrop', options: { height: 10, width: 12 } }],
      restore: 'none',
    };
    for (const workers of [0, 1]) {
      const batches: BatchCopy[] = await withLoader({ workers }, (loader) =>
        collect(loader, { recipe, granularity: 'batch' }),
      );
      for (const b of batches) {
        assert.deepEqual(b.size, { width: 12, height: 10 });
        const key = { seed: 11, purpose: 'train', epoch: 0, index: b.number };
        const { steps } = drawSteps(recipe, imageSize, key);
        const images = Buffer.from(b.images, 'base64');
        assert.equal(images.length, b.count * 360);
        b.indices.forEach((index, i) =>
          assert.deepEqual(
            [...images.subarray(360 * i, 360 * (i + 1))],
            [...applySteps(store.image(index), steps, { restore: 'none' }).data],
          ),
        );
        assert.deepEqual(b.applied, new Array<number>(b.count).fill(1));
      }
    }
  });
});

describe('loader: the seed alone determines the bytes', () => {
  for (const granularity of ['image', 'batch'] as const)
    test(`0, 1 and 4 workers, granularity ${granularity}`, async () => {
      const run = (workers: number, seed = 11) =>
        withLoader({ workers, prefetch: workers === 4 ? 1 : 3, seed }, async (loader) => {
          const options = { recipe: joint, shuffle: true, granularity } as const;
          return [
            await collect(loader, { ...options, epoch: 0 }),
            await collect(loader, { ...options, epoch: 1 }),
          ];
        });
      const alone = await run(0);
      assert.deepEqual(await run(1), alone);
      assert.deepEqual(await run(4), alone);
      assert.notDeepEqual(alone[0], alone[1]);
      assert.notDeepEqual(await run(0, 12), alone);
    });
});

describe('loader: keeping ahead', () => {
  test('fills its slots while the consumer blocks the thread, and no more than these', async () => {
    await withLoader({ workers: 1, prefetch: 3 }, async (loader) => {
      const epoch = loader.epoch({ indices, batch: 8, recipe: joint });
      await epoch.next();
      const { ring } = epoch as unknown as { ring: { stateOf(b: number): string } };
      const ahead = [1, 2, 3];
      // No turn of the event loop from here on, as in a training step.
      const from = performance.now();
      while (ahead.some((b) => ring.stateOf(b) !== 'ready') && performance.now() < from + 10_000)
        Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 20);
      assert.deepEqual(
        [...ahead, 4].map((b) => ring.stateOf(b)),
        ['ready', 'ready', 'ready', 'pending'],
      );
    });
  });

  test('reports images, seconds and the share spent waiting', async () => {
    await withLoader({ workers: 1 }, async (loader) => {
      const epoch = loader.epoch({ indices, batch: 25 });
      assert.equal(epoch.stats().imagesPerSecond, 0);
      for await (const batch of epoch) {
        assert.equal(batch.count, 25);
        Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 50);
      }
      const stats = epoch.stats();
      assert.deepEqual([stats.images, stats.batches], [50, 2]);
      assert.ok(stats.seconds >= 0.1 && stats.waitSeconds <= stats.seconds - 0.09);
      assert.equal(stats.waitShare, stats.waitSeconds / stats.seconds);
      assert.equal(stats.imagesPerSecond, 50 / stats.seconds);
      assert.deepEqual(epoch.stats(), stats);
    });
  });

  test('lets timers and signals through however busy the consumer is', async () => {
    await withLoader({ workers: 1 }, async (loader) => {
      let fired = false;
      setTimeout(() => (fired = true), 1);
      for await (const batch of loader.epoch({ indices, batch: 1 })) {
        const until = performance.now() + 1;
        while (performance.now() < until);
        if (batch.number === 40) assert.ok(fired);
      }
    });
  });

  test('several loaders work side by side', async () => {
    await withLoader({}, (train) =>
      withLoader({ seed: 2 }, async (judging) => {
        const a = train.epoch({ indices, batch: 4, recipe: joint });
        const b = judging.epoch({ indices, batch: 4 });
        for (let i = 0; i < 5; i++) {
          const [x, y] = [await a.next(), await b.next()];
          assert.deepEqual([...(x.value?.indices ?? [])], [...(y.value?.indices ?? [])]);
        }
      }),
    );
  });
});

describe('loader: mistakes', () => {
  const cases: [string, Partial<EpochOptions>, RegExp][] = [
    ['LOADER_TOO_FEW', { batch: 64, dropLast: true }, /at least 64[^]*got: +50[^]*--batch/],
    ['LOADER_NO_IMAGES', { indices: new Uint32Array(0) }, /got: +none/],
    ['LOADER_OPTION', { batch: 0 }, /batch[^]*integer >= 1/],
    ['LOADER_OPTION', { batch: 2.5 }, /got: +2.5/],
    ['LOADER_RESTORE', { recipe: { ...joint, restore: 'none' } }, /granularity batch/],
  ];
  for (const [code, options, says] of cases)
    test(`${code} ${JSON.stringify(options).slice(0, 40)}`, () =>
      withLoader({ workers: 0 }, async (loader) => {
        assert.throws(
          () => loader.epoch({ indices, batch: 8, ...options }),
          (error) => error instanceof UserError && error.code === code && says.test(error.message),
        );
      }));

  test('LOADER_OPTION for workers and prefetch', () => {
    const make = (options: Partial<LoaderOptions>) => () =>
      createLoader({ store, targets, seed: 1, ...options });
    assert.throws(make({ workers: -1 }), { code: 'LOADER_OPTION' });
    assert.throws(make({ prefetch: 0 }), { code: 'LOADER_OPTION' });
    assert.throws(
      make({ targets: { kind: 'class', classes: labels.slice(1) } }),
      /49 labels for 50 images/,
    );
  });
});
