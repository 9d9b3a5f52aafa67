import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { plantedSets, truthOf, writePlanted } from '../../bench/planted/index.js';
import { resolveLearnConfig } from '../../src/config/index.js';
import { learn } from '../../src/commands/learn/learn.js';

const settings = {
  epochs: 18,
  budget: null,
  batch: 16,
  threads: 1,
  workers: 0,
  seed: 3,
  model: { width: 16 },
  judging: { fraction: 0.35 },
} as const;

test('one network gives two data sets verdicts of their own: opposite ones where their truths are', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'planted-several-'));
  try {
    // Textures under one light may be turned upside down, which landscapes under a sky may not. The positive controls of both are
    // recognised by far: processors round differently, and training follows other ways. With 450 images one of them left VerticalFlip
    // on the textures undecided: J had grown by chance from a quarter of the training to its end.
    const sets = ['fixed-light', 'horizon'].map((name) =>
      plantedSets.find((s) => s.name === name)!,
    );
    const data = sets.map((set) => join(folder, set.name));
    for (const [i, set] of sets.entries())
      await writePlanted(set, data[i], { images: 700, seed: 3 });
    const out = join(folder, 'run');
    const config = resolveLearnConfig({ flags: { ...settings, data, out } });
    const hooks = { onEvent: () => {}, signal: new AbortController().signal };
    const result = await learn(config, hooks);
    const verdicts = result.sets.map(
      ({ selection }) => new Map(selection.augmentations.map((a) => [a.name, a.verdict])),
    );
    let found = 0;
    let known = 0;
    for (const [i, set] of sets.entries())
      for (const [name, { truth }] of Object.entries(truthOf(set))) {
        if (truth === 'unsafe')
          assert.notEqual(verdicts[i].get(name), 'safe', `${name} on ${set.name}`);
        if (truth !== 'safe') continue;
        known++;
        if (verdicts[i].get(name) === 'safe') found++;
      }
    const told = JSON.stringify(verdicts.map((v) => Object.fromEntries(v)));
    assert.ok(found >= 0.7 * known, told);
    assert.deepEqual(
      verdicts.map((v) => v.get('VerticalFlip')),
      ['safe', 'unsafe'],
      told,
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
