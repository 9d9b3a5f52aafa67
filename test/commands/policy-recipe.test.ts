import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { recipeFor } from '../../src/commands/train/policy-recipe.js';
import { resolveTrainConfig } from '../../src/config/index.js';

let folder: string;
before(() => {
  folder = mkdtempSync(join(tmpdir(), 'recipe-'));
});
after(() => rmSync(folder, { recursive: true, force: true }));

const target = { classes: ['a', 'b'], size: { height: 8, width: 8 } };
const own = { version: 1, restore: 'none', root: { kind: 'transform', name: 'Blur' } };

function recipeOf(name: string, text?: string): ReturnType<typeof recipeFor> {
  const policy = join(folder, name);
  if (text !== undefined) writeFileSync(policy, text);
  return recipeFor(resolveTrainConfig({ flags: { data: 'images', policy } }), target);
}

test('a policy may begin with a byte order mark', () => {
  const plain = recipeOf('plain.json', JSON.stringify(own));
  assert.deepEqual(recipeOf('marked.json', `\uFEFF${JSON.stringify(own)}`), plain);
});

test('a policy that is no file, or a file that holds no policy, is named', () => {
  mkdirSync(join(folder, 'folder.json'));
  assert.throws(() => recipeOf('folder.json'), { code: 'POLICY', message: /got: +a folder/ });
  for (const [name, text] of Object.entries({
    'empty.json': '',
    'null.json': 'null',
    'list.json': '[]',
    'members.json': '{"__version__": "2.0.8", "transform": {"transforms": [null]}}',
  }))
    assert.throws(() => recipeOf(name, text), { code: 'POLICY', message: new RegExp(name) });
  assert.throws(() => recipeOf('missing.json'), { code: 'POLICY_MISSING' });
});
