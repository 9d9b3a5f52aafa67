import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { transformNames } from '../../src/augment/index.js';

const script = join(dirname(fileURLToPath(import.meta.url)), 'variant-digest.js');

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
  const relaxed = digestsWith({});
  const plain = digestsWith({ SAFE_AUGMENT_NO_RELAXED_SIMD: '1' });
  const none = digestsWith({ SAFE_AUGMENT_NO_WASM: '1' });
  assert.deepEqual(
    [relaxed, plain, none].map((answer) => answer.variant),
    ['relaxed', 'plain', 'none'],
  );
  assert.deepEqual(Object.keys(relaxed.digests), [...transformNames]);
  assert.deepEqual(plain.digests, relaxed.digests);
  assert.deepEqual(none.digests, relaxed.digests);
});

test('threads that start side by side all get the fast kernels, and leave no flag behind', async () => {
  const engine = new URL('../../src/augment/wasm/engine.js', import.meta.url).href;
  // A module of one function that calls i8x16.relaxed_swizzle: valid only where relaxed SIMD is on.
  const probe = [
    0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, 1, 6, 1, 0x60, 1, 0x7f, 1, 0x7f, 3, 2, 1, 0, 10, 18, 1, 16, 0,
    0x20, 0, 0xfd, 15, 0x20, 0, 0xfd, 15, 0xfd, 0x80, 2, 0xfd, 22, 0, 11,
  ];
  const code = `
    const { parentPort } = require('node:worker_threads');
    import(${JSON.stringify(engine)}).then(({ wasmEngine }) => parentPort.postMessage({ variant: wasmEngine().variant }));`;
  const validBefore = validates(probe);
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
  assert.ok(answers.filter((answer) => answer.variant === 'relaxed').length >= 5);
  assert.equal(validates(probe), validBefore);
});

function validates(code: readonly number[]): boolean {
  const { validate } = (
    globalThis as unknown as { WebAssembly: { validate(code: Uint8Array): boolean } }
  ).WebAssembly;
  return validate(Uint8Array.from(code));
}
