import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { describe, test } from 'node:test';
import { promisify } from 'node:util';
import type { Recipe } from '../../../src/augment/transform.js';
import { UserError } from '../../../src/core/index.js';
import { createLoader } from '../../../src/data/index.js';
import { collect, indices, joint, store, targets, withLoader } from './small-loader.js';

const run = promisify(execFile);
const index = new URL('../../../src/data/index.js', import.meta.url).href;

/** Runs a program that sets up a loader with sleeping workers and then ends as `ending` says. */
async function end(ending: string): Promise<string> {
  const program = `
    import { createLoader, PixelStore } from ${JSON.stringify(index)};
    const store = PixelStore.allocate(64, { width: 8, height: 8 });
    const loader = createLoader({ store, targets: { kind: 'class', classes: new Int32Array(64) }, seed: 1, workers: 2 });
    const indices = Uint32Array.from({ length: 64 }, (_, i) => i);
    const epoch = loader.epoch({ indices, batch: 1 });
    await epoch.next();
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 200);
    ${ending}`;
  const { stdout } = await run(process.execPath, ['--input-type=module', '--eval', program], {
    timeout: 20_000,
  });
  return stdout.trim();
}

describe('a process with a loader ends', () => {
  test('when nothing is left to do, though the loader was not closed', async () => {
    assert.equal(await end(`console.log('end');`), 'end');
  });

  test('by process.exit while workers sleep', async () => {
    assert.equal(await end(`console.log('exit'); process.exit(0);`), 'exit');
  });

  test('after close', async () => {
    assert.equal(await end(`await loader.close(); console.log('closed');`), 'closed');
  });
});

describe('loader: ends', () => {
  test('stays usable after break, after a half-read epoch and with other shapes', async () => {
    await withLoader({ workers: 2 }, async (loader) => {
      const expected = await collect(loader, { recipe: joint });
      for await (const b of loader.epoch({ indices, batch: 4, recipe: joint }))
        if (b.number === 2) break;
      const half = loader.epoch({ indices, batch: 32 });
      await half.next();
      assert.deepEqual(await collect(loader, { recipe: joint }), expected);
      assert.deepEqual(await half.next(), { done: true, value: undefined });
    });
  });

  test('an error of a worker comes out of next() as it was thrown, at its batch', async () => {
    const broken: Recipe = {
      kind: 'sequence',
      transforms: [{ name: 'Blurr' }],
      restore: 'reflect',
    };
    for (const workers of [0, 2])
      await withLoader({ workers }, async (loader) => {
        await assert.rejects(collect(loader, { recipe: broken }), (error) => {
          assert.ok(error instanceof UserError);
          assert.equal(error.code, 'TRANSFORM_UNKNOWN');
          assert.match(error.message, /Blurr/);
          assert.notEqual(error.problem.got, undefined);
          return true;
        });
        assert.equal((await collect(loader)).length, 7);
      });
  });

  test('a worker that ends by itself is an error, not a wait without end', async () => {
    await withLoader({ workers: 1 }, async (loader) => {
      const { pool } = loader as unknown as { pool: { workers: { terminate(): void }[] } };
      const epoch = loader.epoch({ indices, batch: 1, recipe: joint });
      await epoch.next();
      pool.workers[0].terminate();
      await assert.rejects(async () => {
        for await (const batch of epoch) assert.ok(batch.count);
      }, /a loader worker ended unexpectedly/);
    });
  });

  test('close ends a wait, may be called twice, and refuses further epochs', async () => {
    const loader = createLoader({ store, targets, seed: 1 });
    const waiting = assert.rejects(
      loader.epoch({ indices, batch: 50, recipe: joint }).next(),
      /closed|given up/,
    );
    await loader.close();
    await loader.close();
    await waiting;
    await assert.rejects(loader.epoch({ indices, batch: 4 }).next(), /closed/);
  });
});
