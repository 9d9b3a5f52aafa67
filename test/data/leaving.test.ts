import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { describe, it } from 'node:test';
import { promisify } from 'node:util';

const run = promisify(execFile);
const index = new URL('../../src/data/index.js', import.meta.url).href;

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
  it('when nothing is left to do, though the loader was not closed', async () => {
    assert.equal(await end(`console.log('end');`), 'end');
  });

  it('by process.exit while workers sleep', async () => {
    assert.equal(await end(`console.log('exit'); process.exit(0);`), 'exit');
  });

  it('after close', async () => {
    assert.equal(await end(`await loader.close(); console.log('closed');`), 'closed');
  });
});
