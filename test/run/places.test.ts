import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { test } from 'node:test';
import { placed } from '../../src/run/folder/places.js';
import { temporaryFolder } from '../data/folders.js';

test('data and the table of labels are those of the directory that a run was started in', () => {
  const folder = temporaryFolder();
  mkdirSync(join(folder, 'photos'));
  writeFileSync(join(folder, 'all.csv'), 'file,label\n');
  const out = join(folder, 'runs', 'photos');
  const config = {
    data: 'table:photos',
    model: { weights: 'auto' },
    labels: { file: 'all.csv', labelColumn: 'x' },
  };
  const moved = placed(config, out, { directory: relative(out, folder) });
  assert.equal(moved.data, `table:${join(folder, 'photos')}`);
  assert.deepEqual(moved.labels, { file: join(folder, 'all.csv'), labelColumn: 'x' });
  // Relative to the data: found there by the reader.
  const beside = { ...config, labels: { file: 'labels.csv' } };
  assert.deepEqual(placed(beside, out, { directory: relative(out, folder) }).labels, beside.labels);
});
