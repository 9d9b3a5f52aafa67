import assert from 'node:assert/strict';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { readRunFile, runFiles, selectionSchema } from '../../../src/run/files/index.js';
import { cli } from '../support/run-cli.js';
import { smallData } from '../support/small-data.js';
import { smallPairs } from '../support/small-pairs.js';

let folder: string;
before(() => {
  folder = mkdtempSync(join(tmpdir(), 'few-'));
  smallPairs(folder, { train: 10, val: 1, test: 1 });
  // A folder without parts of its own: ten images and their masks.
  cpSync(join(folder, 'scenes', 'train'), join(folder, 'ten'), { recursive: true });
  cpSync(join(folder, 'scenes', 'classes.txt'), join(folder, 'ten', 'classes.txt'));
  smallData(folder, 2, 12);
});
after(() => rmSync(folder, { recursive: true, force: true }));

const configOf = (run: string) =>
  JSON.parse(readFileSync(join(folder, run, runFiles.config), 'utf8')) as {
    batch: number;
    optimiser: { name: string };
  };
const quick = ['--epochs', '2', '--threads', '1', '--workers', '0', '--set', 'model.width=8'];

test('ten images with masks are trained on as they come, and what was chosen is said', async () => {
  assert.equal(readdirSync(join(folder, 'ten', 'images')).length, 10);
  const { code, out, err } = await cli(
    ['train', 'pairs:ten', '--policy', 'all', '--out', 'a', '--size', '24x32', ...quick],
    folder,
  );
  assert.equal(code, 0, err);
  assert.match(out, /^Images with masks: using preset segmentation \(change it with --preset\)\.$/m);
  assert.match(out, /7 images for training, 1 for judging, 2 for testing; batch size 4; computing in (float32|bfloat16)$/m);
  assert.deepEqual([configOf('a').batch, configOf('a').optimiser.name], [4, 'adamw']);
});

test('and learned from, without a verdict that so few images cannot give', async () => {
  const { code, out, err } = await cli(
    ['learn', 'pairs:ten', '--out', 'b', '--size', '24x32', '--budget', '25s', ...quick.slice(2)],
    folder,
  );
  assert.equal(code, 0, err);
  assert.match(out, /batch size 4; computing in (float32|bfloat16)$/m);
  const { safe, status } = readRunFile(join(folder, 'b'), 'selection', selectionSchema);
  assert.ok(status === 'undertrained' || safe.length === 0, `${status}: ${safe.join(', ')}`);
});

test('few images in class folders, and a comparison of them', async () => {
  const { code, out, err } = await cli(
    ['compare', 'images', '--arms', 'none,all', '--seeds', '1', '--out', 'c', ...quick],
    folder,
  );
  assert.equal(code, 0, err);
  assert.match(out, /17 images for training, .*; batch size 4; computing in (float32|bfloat16)$/m);
  assert.equal(configOf('c').batch, 4);
  assert.equal(configOf(join('c', 'arms', 'none-seed0')).batch, 4);
});

test('a preset or a batch that is named is kept; one that does not fit is refused', async () => {
  const args = ['train', 'pairs:ten', '--policy', 'none', '--size', '24x32', ...quick];
  const named = await cli([...args, '--preset', 'quick', '--batch', '3', '--out', 'd'], folder);
  assert.equal(named.code, 0, named.err);
  assert.doesNotMatch(named.out, /preset segmentation/);
  assert.equal(configOf('d').batch, 3);
  const large = await cli([...args, '--batch', '8', '--out', 'e'], folder);
  assert.equal(large.code, 2, large.err);
  assert.match(large.err, /too few images for one batch[^]*at least 8 training images[^]*got: +7/);
  assert.match(large.err, /at most 7, or omit it/);
});
