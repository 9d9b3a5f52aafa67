import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { totalmem } from 'node:os';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { full, ones, releaseMemory, scope, sum, TensorError } from '../../src/tensor/index.js';

const megabyte = 2 ** 20;
const resident = () => process.memoryUsage.rss() / megabyte;
const skip = process.platform === 'linux' ? false : 'the system’s own malloc is used here';

test('freed memory waits for the next tensors, and goes back when asked for', { skip }, () => {
  releaseMemory();
  const before = resident();
  scope(() => void ones([64 * megabyte]));
  assert.ok(resident() - before > 200, 'kept');
  scope(() => void ones([64 * megabyte]));
  const kept = releaseMemory() / megabyte;
  assert.ok(kept >= 256 && kept < 300, `one block of 256 MB was used twice, got ${kept}`);
  assert.ok(resident() - before < 50, 'given back');
  assert.equal(releaseMemory(), 0);
});

test('blocks of ever new sizes are not all kept', { skip }, () => {
  releaseMemory();
  for (let i = 0; i < 64; i++) scope(() => void ones([(8 + i) * megabyte]));
  // The largest alone was ever in use, 284 MB; a quarter more may wait.
  const kept = releaseMemory() / megabyte;
  assert.ok(kept >= 284 && kept < 1.3 * 284, `${kept} MB`);
});

test('few blocks in use at once, but of many sizes, wait all the same', { skip }, () => {
  releaseMemory();
  for (const size of [10, 14, 18]) scope(() => void ones([size * megabyte]));
  // 40, 56 and 72 MB: more than a quarter above the largest, and less than what always may.
  const kept = releaseMemory() / megabyte;
  assert.ok(kept >= 168 && kept < 175, `${kept} MB`);
});

test('reused memory holds nothing of what was there', () => {
  for (const size of [3, 5_000, 3_000_000]) {
    scope(() => void full([size], NaN));
    assert.equal(
      scope(() => sum(full([size], 0)).item()),
      0,
    );
  }
});

test('more than there is throws, and work goes on', () => {
  assert.throws(() => ones([2 ** 20, 2 ** 26]), TensorError);
  assert.equal(
    scope(() => sum(ones([4])).item()),
    4,
  );
});

test(
  'what the machine has not left is refused before the system ends the process',
  { skip },
  () => {
    // Linux would promise this much, and count it only once it is written.
    const floats = Math.floor((0.97 * totalmem()) / 4);
    assert.throws(() => ones([floats]), /out of memory: cannot allocate/);
  },
);

test('the engine outlives the worker that loaded it, and the process ends well', () => {
  const engine = JSON.stringify(
    fileURLToPath(new URL('../../src/tensor/index.js', import.meta.url)),
  );
  const worker = `import(${engine}).then(({ ones, keep }) => keep(ones([5_000_000])))`;
  const main = `
    const { Worker } = require('node:worker_threads');
    new Worker(${JSON.stringify(worker)}, { eval: true }).on('exit', async (code) => {
      const { ones, sum } = await import(${engine});
      console.log(code, sum(ones([5_000_000])).item());
    });`;
  const out = execFileSync(process.execPath, ['-e', main], { encoding: 'utf8' });
  assert.equal(out.trim(), '0 5000000');
});
