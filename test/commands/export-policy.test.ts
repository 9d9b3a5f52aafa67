import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import {
  exportAlbumentationsFile,
  fromAlbumentations,
  policyOfSubset,
} from '../../src/augment/index.js';
import { program } from '../../src/cli/program.js';
import { exportPolicy, policyExport } from '../../src/commands/export.js';
import { selection } from '../report/small-run.js';

const folder = mkdtempSync(join(tmpdir(), 'export-'));
const subset = (names: string[], except?: Record<string, string[]>) => ({
  size: Math.min(3, names.length),
  p: 0.5,
  restore: 'reflect',
  transforms: names.map((name) => ({ name })),
  ...(except && { except }),
});

/** A run folder with these sets. */
function runWith(name: string, sets: object): string {
  const run = join(folder, name);
  mkdirSync(run);
  const policy = { version: 1, data: 'photos', height: 24, width: 32, ...sets };
  writeFileSync(join(run, 'policy.json'), JSON.stringify(policy));
  writeFileSync(join(run, 'selection.json'), JSON.stringify(selection));
  return run;
}

const run = runWith('run', {
  safe: subset([]),
  safeV2: subset([]),
  keep: subset(['HorizontalFlip', 'CLAHE'], { six: ['HorizontalFlip'] }),
  keepV2: subset(['Blur']),
});

test('a set without content is refused with those that have some, unless the format can switch off', () => {
  assert.throws(() => exportPolicy({ run, format: 'torchvision', set: 'safe-v2' }), {
    code: 'EXPORT_EMPTY',
    message: /--set keep or keep-v2: safe-augment export .*run --format torchvision --set keep\b/,
  });
  assert.match(exportPolicy({ run, format: 'ultralytics', set: 'safe-v2' }), /^fliplr: 0\.0/m);
  assert.match(exportPolicy({ run, format: 'json', set: 'safe' }), /"transforms": \[\]/);
});

test('what breaks the labels of a class is left out, and said', () => {
  const { text, omitted } = policyExport({ run, format: 'torchvision', set: 'keep' });
  assert.deepEqual(
    omitted.map(({ name }) => name),
    ['HorizontalFlip', 'CLAHE'],
  );
  assert.match(omitted[0].difference, /six/);
  assert.doesNotMatch(text, /RandomHorizontalFlip/);
});

test('a file that exists stays; .json gets what albumentations.load reads', () => {
  const out = join(folder, 'policy.json');
  exportPolicy({ run, format: 'albumentations', set: 'keep-v2', out });
  assert.equal(fromAlbumentations(JSON.parse(readFileSync(out, 'utf8'))).restore, 'reflect');
  // The same again changes nothing, so that a stopped or repeated script goes on.
  exportPolicy({ run, format: 'albumentations', set: 'keep-v2', out });
  const another = `${readFileSync(out, 'utf8')} `;
  writeFileSync(out, another);
  assert.throws(() => exportPolicy({ run, format: 'albumentations', set: 'keep-v2', out }), {
    code: 'OUTPUT_EXISTS',
  });
  assert.equal(readFileSync(out, 'utf8'), another);
  assert.match(exportPolicy({ run, format: 'albumentations', set: 'keep-v2' }), /^"""/);
});

test('what Albumentations lacks does nothing in its place, so that the chances of the rest stay', () => {
  const size = { height: 16, width: 16 };
  const policy = policyOfSubset(
    { ...subset(['HorizontalFlip', 'Perspective']), restore: 'reflect' },
    size,
  );
  const { text, omitted } = exportAlbumentationsFile({ policy, size }, '2.0');
  assert.match(text, /"n": 2,[^]*"HorizontalFlip",\s+"p": 0.5[^]*"NoOp",\s+"p": 0.5/);
  assert.deepEqual(
    omitted.map(({ name }) => name),
    ['Perspective'],
  );
});

test('an unknown format proposes the closest', async () => {
  const args = ['node', 'safe-augment', 'export', run, '--format', 'ultralitics'];
  await assert.rejects(program(true).parseAsync(args), /Did you mean ultralytics\?/);
});
