import assert from 'node:assert/strict';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { thesisNames, transformNames } from '../../src/augment/index.js';
import { resolveLearnConfig } from '../../src/config/index.js';

const namesWith = (augmentations: unknown): string[] =>
  resolveLearnConfig({ flags: { data: 'photos', augmentations } }).augmentations.map((a) => a.name);

test('wide and thesis are sets of augmentations, by themselves or in a list', () => {
  assert.equal(transformNames.length, 28);
  assert.deepEqual(namesWith('wide'), [...transformNames]);
  assert.deepEqual(namesWith(['wide']), [...transformNames]);
  assert.deepEqual(namesWith('thesis'), [...thesisNames]);
  assert.deepEqual(namesWith(['thesis', 'GaussianBlur']), [...thesisNames, 'GaussianBlur']);
  // What is listed with options keeps them, at its place.
  const options = { limit: 0.3 };
  const mixed = namesWith([{ name: 'Translate', options }, 'wide']);
  assert.deepEqual(mixed, ['Translate', ...transformNames.filter((n) => n !== 'Translate')]);
  // One after the other they are no doubles; a name listed twice is one.
  assert.deepEqual(namesWith(['thesis', 'wide']), [...transformNames]);
  assert.throws(() => namesWith(['wide', 'Blur', 'Blur']), /Blur is listed twice/);
});

test('a settings file may name a set', () => {
  const path = join(mkdtempSync(join(tmpdir(), 'sets-')), 'settings.yaml');
  writeFileSync(path, 'augmentations: wide\n');
  const { augmentations } = resolveLearnConfig({ file: path, flags: { data: 'photos' } });
  assert.equal(augmentations.length, 28);
});

test('a list that names no set keeps its problems and their places', () => {
  assert.throws(() => namesWith(['Blur', 7]), /augmentations\[1\]/);
  assert.throws(() => namesWith(7), /augmentations/);
  assert.throws(() => namesWith('Wide'), /augmentations/);
});
