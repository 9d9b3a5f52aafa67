import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { sourceHash } from '../../src/augment/wasm/module-bytes.js';
import { packageRoot } from '../../src/core/index.js';

test('the module was made from the sources in scripts/wasm', async () => {
  const path = join(packageRoot(), 'scripts/wasm/source-hash.mjs');
  const source = (await import(pathToFileURL(path).href)) as { sourceHash(): string };
  assert.equal(sourceHash, source.sourceHash(), 'run node scripts/wasm/build.mjs');
});
