import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { plantedSets, truthOf, writePlanted } from '../../bench/planted/index.js';
import { rowOf } from '../../bench/planted/row.js';
import { runPlanted } from '../../bench/planted/run.js';
import { summarise } from '../../bench/planted/summary.js';
import { isTransformName, transformNames } from '../../src/augment/index.js';
import { openDataset } from '../../src/data/index.js';

// The whole table lies in docs/results/planted; `npm run bench -- planted` makes it.

const settings = {
  epochs: 14,
  budget: null,
  batch: 16,
  threads: 1,
  workers: 0,
  model: { width: 16 },
  judging: { fraction: 0.35 },
} as const;

// Drawn so that positive controls are recognised by far: processors round differently, and training follows other ways.
const drawn = { textures: 3, 'dark-or-bright': 5 };

for (const [name, seed] of Object.entries(drawn))
  test(`${name}: no unsafe augmentation is called safe, and the safe ones are found`, async () => {
    const folder = mkdtempSync(join(tmpdir(), 'planted-'));
    try {
      const set = plantedSets.find((s) => s.name === name)!;
      const run = await runPlanted(set, folder, { images: 700, seed, settings });
      const row = rowOf(set, seed, run);
      const { falseSafe, recall, undecidedShare } = summarise([row]);
      const told = JSON.stringify(row.verdicts, null, 1);
      assert.equal(falseSafe, 0, told);
      assert.ok(recall >= 0.7, told);
      assert.ok(undecidedShare <= 0.3, told);
      // A darker image is one of the set, under the wrong label: nothing to recognise, and harmful.
      if (name === 'dark-or-bright') {
        const darker = run.selection.augmentations.find((a) => a.name === 'RandomBrightness')!;
        assert.equal(darker.verdict, 'unsafe');
        assert.match(darker.reason, /harms the task: .*J above delta .* was not detected/);
      }
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });

test('every planted set is determined by its seed, is read as it was written, and says why', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'planted-'));
  try {
    for (const set of plantedSets) {
      const images = 2 * set.classes.length;
      const [a, b, c] = ['a', 'b', 'c'].map((part) => join(folder, set.name, part));
      await writePlanted(set, a, { images, seed: 1 });
      await writePlanted(set, b, { images, seed: 1 });
      await writePlanted(set, c, { images, seed: 2 });
      const [one, same, other] = await Promise.all([a, b, c].map((d) => openDataset(d)));
      assert.equal(one.fingerprint, same.fingerprint, set.name);
      assert.notEqual(one.fingerprint, other.fingerprint, set.name);
      assert.deepEqual([...one.classes].sort(), [...set.classes].sort());
      assert.equal(one.items.length, images);
      const truth = JSON.parse(readFileSync(join(a, 'truth.json'), 'utf8')) as {
        augmentations: Record<string, { truth: string; reason: string }>;
      };
      assert.deepEqual(Object.keys(truth.augmentations), [...transformNames]);
      for (const known of Object.values(truth.augmentations)) assert.ok(known.reason.length > 5);
      assert.deepEqual(
        Object.keys(set.truth).filter((k) => !isTransformName(k)),
        [],
      );
    }
    const all = plantedSets.flatMap((set) => Object.values(truthOf(set)));
    assert.ok(all.filter((k) => k.truth === 'safe').length > 40);
    assert.ok(all.filter((k) => k.truth === 'unsafe').length > 40);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
