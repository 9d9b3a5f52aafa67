import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { relaxed } from '../../src/augment/wasm/module-bytes.js';
import { everyName } from './support/pictures.js';

const script = join(dirname(fileURLToPath(import.meta.url)), 'support/variant-digest.js');

interface Answer {
  readonly variant: string;
  readonly digests: Readonly<Record<string, string>>;
}

function digestsWith(env: Record<string, string>): Answer {
  const clean = { ...process.env };
  delete clean.SAFE_AUGMENT_NO_WASM;
  delete clean.SAFE_AUGMENT_NO_RELAXED_SIMD;
  const out = execFileSync(process.execPath, [script], { env: { ...clean, ...env } });
  return JSON.parse(out.toString()) as Answer;
}

test('relaxed SIMD, plain SIMD and no WebAssembly give the same bytes', () => {
  const fast = digestsWith({});
  const plain = digestsWith({ SAFE_AUGMENT_NO_RELAXED_SIMD: '1' });
  const none = digestsWith({ SAFE_AUGMENT_NO_WASM: '1' });
  assert.deepEqual(
    [fast, plain, none].map((answer) => answer.variant),
    ['relaxed', 'plain', 'none'],
  );
  assert.deepEqual(Object.keys(fast.digests), [...everyName]);
  assert.deepEqual(plain.digests, fast.digests);
  assert.deepEqual(none.digests, fast.digests);
});

test('threads that start side by side all get the fast kernels, and leave no flag behind', async () => {
  const engine = new URL('../../src/augment/wasm/engine.js', import.meta.url).href;
  const code = `
    const { parentPort } = require('node:worker_threads');
    import(${JSON.stringify(engine)}).then(({ wasmEngine }) => parentPort.postMessage({ variant: wasmEngine().variant }));`;
  const known = knowsRelaxed();
  const answers = await Promise.all(
    Array.from(
      { length: 6 },
      () =>
        new Promise<{ variant: string }>((resolve, reject) => {
          const worker = new Worker(code, { eval: true });
          worker.once('message', resolve).once('error', reject);
        }),
    ),
  );
  assert.deepEqual(
    answers.map((answer) => answer.variant),
    answers.map(() => 'relaxed'),
  );
  assert.equal(knowsRelaxed(), known);
});

/** Whether a module with relaxed SIMD compiles in this process without more ado. */
function knowsRelaxed(): boolean {
  const { validate } = (
    globalThis as unknown as { WebAssembly: { validate(code: Uint8Array): boolean } }
  ).WebAssembly;
  return validate(Buffer.from(relaxed, 'base64'));
}
