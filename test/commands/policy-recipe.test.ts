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

/** A run folder with a policy file. */
function runWith(name: string, policy: object): string {
  const run = join(folder, name);
  mkdirSync(run);
  writeFileSync(join(run, 'config.json'), JSON.stringify({ data: 'images' }));
  writeFileSync(join(run, 'policy.json'), JSON.stringify(policy));
  return run;
}

const setOf = (...names: string[]) => ({
  size: names.length,
  p: 0.5,
  restore: 'reflect',
  transforms: names.map((name) => ({ name })),
});
const before1 = {
  ...{ version: 1, data: 'images', height: 8, width: 8 },
  ...{ safe: setOf('Blur'), safeV2: setOf('Blur') },
};

test('the sets of what keeps the labels are trained with by name', () => {
  const keep = { ...setOf('Blur', 'ToGray'), except: { b: ['ToGray'] } };
  const from = runWith('graded', { ...before1, keep, keepV2: setOf('ToGray') });
  const of = (policy: string) =>
    recipeFor(resolveTrainConfig({ flags: { data: 'images', policy, from } }), target);
  assert.deepEqual(of('keep'), {
    ...{ kind: 'subset', size: 2, p: 0.5, restore: 'reflect' },
    ...{ transforms: [{ name: 'Blur' }, { name: 'ToGray' }], except: { 1: ['ToGray'] } },
  });
  assert.deepEqual(of('keep-v2').kind === 'subset' && of('keep-v2'), {
    ...{ kind: 'subset', size: 1, p: 0.5, restore: 'reflect' },
    transforms: [{ name: 'ToGray' }],
  });
  assert.throws(() => resolveTrainConfig({ flags: { data: 'images', policy: 'keep' } }), /--from/);
});

test('a run judged by an earlier version has no such set, and the error says what to do', () => {
  const from = runWith('old', before1);
  const config = resolveTrainConfig({ flags: { data: 'images', policy: 'keep-v2', from } });
  assert.throws(() => recipeFor(config, target), {
    code: 'POLICY_OLD',
    message:
      /has no set keep-v2[\s\S]*judge again, without training: remove .*selection\.json, then safe-augment learn --resume --out .*old/,
  });
});
