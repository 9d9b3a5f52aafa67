import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { enginePackageName, findEnginePackage } from '../../src/core/index.js';

const top = realpathSync(mkdtempSync(join(tmpdir(), 'layouts-')));
after(() => rmSync(top, { recursive: true, force: true }));
const name = enginePackageName();

/** A package with nothing but its package.json. @returns its folder */
function put(folder: string, facts: { name: string; version: string }): string {
  mkdirSync(join(top, folder), { recursive: true });
  writeFileSync(join(top, folder, 'package.json'), JSON.stringify(facts));
  return join(top, folder);
}
const program = { name: 'safe-augment', version: '1.2.3' };
const engine = { name, version: '1.2.3' };

test('the platform package is found where npm hoists it', () => {
  const from = put('hoisted/node_modules/safe-augment', program);
  const at = put(`hoisted/node_modules/${name}`, engine);
  assert.deepEqual(findEnginePackage(from), { name, version: '1.2.3', folder: join(at, 'lib') });
});

test('of two installations each finds its own engine', () => {
  const outer = put('twice/node_modules/safe-augment', program);
  put(`twice/node_modules/${name}`, engine);
  const inner = put('twice/node_modules/other/node_modules/safe-augment', program);
  put(`twice/node_modules/other/node_modules/safe-augment/node_modules/${name}`, {
    name,
    version: '1.0.0',
  });
  assert.equal(findEnginePackage(outer)?.version, '1.2.3');
  assert.equal(findEnginePackage(inner)?.version, '1.0.0');
});

test('pnpm links it beside the package in the store, not beside the link that programs see', () => {
  const store = 'pnpm/node_modules/.pnpm';
  const from = put(`${store}/safe-augment@1.2.3/node_modules/safe-augment`, program);
  const at = put(`${store}/${name}@1.2.3/node_modules/${name}`, engine);
  symlinkSync(at, join(top, store, 'safe-augment@1.2.3/node_modules', name));
  symlinkSync(from, join(top, 'pnpm/node_modules/safe-augment'));
  assert.equal(findEnginePackage(from)?.folder, join(at, 'lib'));
});

test('one that belongs to somebody else, beside the program that is run, is not taken', () => {
  const from = put('apart/a/node_modules/safe-augment', program);
  put(`apart/b/node_modules/${name}`, engine);
  assert.equal(findEnginePackage(from), undefined);
});
