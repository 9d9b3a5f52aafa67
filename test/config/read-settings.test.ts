import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { resolveLearnConfig } from '../../src/config/index.js';
import { UserError } from '../../src/core/index.js';

let folder: string;
before(() => (folder = mkdtempSync(join(tmpdir(), 'settings-'))));
after(() => rmSync(folder, { recursive: true, force: true }));

const bomb = ['a: &a [x, x, x, x, x, x, x, x, x]']
  .concat([...'bcdefgh'].map((name, i) => `${name}: &${name} [${`*${'abcdefgh'[i]},`.repeat(9)}]`))
  .join('\n');

const cases: [name: string, text: string, RegExp][] = [
  ['an alias that was never given', 'data: *x\n', /not valid YAML/],
  ['an alias inside what it stands for', 'epochs: &a [*a]\n', /settings without end/],
  ['aliases that unfold without end', bomb, /not valid YAML/],
  ['40,000 keys', Array.from({ length: 40_000 }, (_, i) => `k${i}: 1\n`).join(''), /too large/],
  ['deep nesting', `data: ${'['.repeat(500)}${']'.repeat(500)}\n`, /without end|not valid/],
  [
    'many unknown settings',
    Array.from({ length: 900 }, (_, i) => `k${i}: 1\n`).join(''),
    /90\d problems[^]*and 8\d\d more/,
  ],
];

for (const [name, text, expected] of cases)
  test(`${name}: one clear message, within seconds`, () => {
    const file = join(folder, 'f.yaml');
    writeFileSync(file, text);
    const start = performance.now();
    assert.throws(
      () => resolveLearnConfig({ file }),
      (error: Error) => error instanceof UserError && expected.test(error.message),
    );
    assert.ok(performance.now() - start < 10_000);
  });

test('a pipe is not waited for', { skip: process.platform === 'win32' }, () => {
  const file = join(folder, 'pipe');
  execFileSync('mkfifo', [file]);
  assert.throws(() => resolveLearnConfig({ file }), /Cannot read the configuration file/);
});

test('anchors that are used a few times are fine', () => {
  const file = join(folder, 'f.yaml');
  writeFileSync(file, 'data: photos\nseed: &n 5\nepochs: *n\n');
  assert.equal(resolveLearnConfig({ file }).epochs, 5);
});
