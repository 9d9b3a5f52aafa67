import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

const tests = join(dirname(fileURLToPath(import.meta.url)), '..');

// What processors with narrower vectors run; with wider ones than this processor has, the same test as without.
for (const lanes of ['4', '8'])
  for (const name of ['convolution', 'depthwise', 'bfloat16', 'operators', 'image-figures'])
    test(`vectors of ${lanes} values: ${name}`, () => {
      const env: NodeJS.ProcessEnv = { ...process.env, SAFE_AUGMENT_LANES: lanes };
      delete env.NODE_TEST_CONTEXT;
      const file = join(tests, `${name}.test.js`);
      const { status, stdout } = spawnSync(process.execPath, [file], { env, encoding: 'utf8' });
      assert.equal(status, 0, stdout.slice(-4000));
      assert.match(stdout, /# pass [1-9]/);
    });
