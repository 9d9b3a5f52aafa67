import assert from 'node:assert/strict';
import { test } from 'node:test';
import { UserError } from '../../../src/core/index.js';
import { createLoader, PixelStore } from '../../../src/data/index.js';

// Memory that is never touched takes no room: the stores here are large by their size alone.

const size = { width: 8192, height: 8192 };
const store = PixelStore.allocate(2, size);
const targets = { kind: 'class', classes: Int32Array.of(0, 1) } as const;
const indices = Uint32Array.from({ length: 64 }, (_, i) => i % 2);

for (const [what, batch, workers] of [
  ['one batch of more than 4 GiB', 32, 0],
  ['batches that do together', 8, 1],
] as const)
  test(`${what}: refused before their memory is taken, with the remedies`, async () => {
    const loader = createLoader({ store, targets, seed: 1, workers });
    const before = process.memoryUsage.rss();
    try {
      await assert.rejects(loader.epoch({ indices, batch }).next(), (error) => {
        assert.ok(error instanceof UserError, String(error));
        assert.equal(error.code, 'LOADER_TOO_LARGE');
        assert.match(error.message, /at most \d\.\d GB[^]*8192x8192: 6\.0 GB[^]*--size.*--batch/);
        return true;
      });
    } finally {
      await loader.close();
    }
    assert.ok(process.memoryUsage.rss() - before < 2 ** 28);
  });
