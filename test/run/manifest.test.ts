import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import type { Recipe } from '../../src/augment/index.js';
import { UserError } from '../../src/core/index.js';
import {
  comparisonManifestSchema,
  manifestSchema,
  readRunFile,
  runFiles,
  startedManifestSchema,
  trainingManifestSchema,
  trainingResultSchema,
} from '../../src/run/files/index.js';

let folder: string;
before(() => (folder = mkdtempSync(join(tmpdir(), 'manifest-'))));
after(() => rmSync(folder, { recursive: true, force: true }));

const plan = {
  epochs: 3,
  validateEvery: 1,
  imagesPerSecond: 90.5,
  seconds: 12,
  reason: 'as given',
};
const manifest = {
  ...{ version: 1, command: 'safe-augment learn photos', created: '2026-01-01T00:00:00Z' },
  ...{ versions: {}, seed: 0, threads: 1, workers: 1, split: { train: 80 } },
  hardware: { cpu: 'x', cores: 2, memoryBytes: 1, device: 'cpu' },
  data: {
    ...{ source: 'photos', kind: 'folder', classes: ['a', 'b'], images: 100 },
    ...{ height: 32, width: 32, fingerprint: 'f' },
  },
};

/** A run folder's manifest with these keys, read back. */
function read<S extends Parameters<typeof readRunFile>[2]>(schema: S, more: object) {
  writeFileSync(join(folder, runFiles.manifest), JSON.stringify({ ...manifest, ...more }));
  return readRunFile(folder, 'manifest', schema);
}

const damaged = (at: string) => (error: Error) =>
  error instanceof UserError &&
  error.code === 'RUN_DAMAGED' &&
  String(error.problem.where).endsWith(`, ${at}`);

test('a run is resumed only by a whole plan', () => {
  assert.deepEqual(read(startedManifestSchema, { plan }).plan, plan);
  assert.throws(() => read(startedManifestSchema, {}), damaged('plan'));
  const without = { ...plan, epochs: undefined };
  assert.throws(() => read(startedManifestSchema, { plan: without }), damaged('plan.epochs'));
  assert.throws(() => read(comparisonManifestSchema, { plan }), damaged('plan.imagesPerEpoch'));
  // The report of an old run needs none.
  assert.equal(read(manifestSchema, {}).data.source, 'photos');
});

test('a training goes on with the recipe it was started with', () => {
  const recipes: Recipe[] = [
    { kind: 'none' },
    {
      kind: 'subset',
      transforms: [{ name: 'Blur', options: { size: [3, 7] } }],
      size: 1,
      p: 0.5,
      restore: 'reflect',
      except: { 0: ['Blur'] },
    },
    {
      kind: 'policy',
      restore: 'reflect',
      policy: {
        version: 1,
        restore: 'reflect',
        size: { width: 32, height: 32 },
        root: {
          ...{ kind: 'someOf', n: 1, replace: false, order: 'listed', weights: [1], p: 1 },
          members: [
            {
              ...{ kind: 'compose', p: 0.5 },
              members: [{ kind: 'transform', name: 'Blur', options: {}, p: 1 }],
            },
          ],
        },
      },
    },
  ];
  for (const recipe of recipes)
    assert.deepEqual(read(trainingManifestSchema, { plan, recipe }).recipe, recipe);
  // Older ones have kept none.
  assert.equal(read(trainingManifestSchema, { plan }).recipe, undefined);
  const other = { kind: 'sequence', transforms: [], restore: 'none' };
  assert.throws(
    () => read(trainingManifestSchema, { plan, recipe: other }),
    damaged('recipe.kind'),
  );
});

test('what no run can have is refused where it stands', () => {
  const data = manifest.data;
  const cases: [object, string][] = [
    [{ height: 2 ** 32 }, 'data.height'],
    [{ width: 0 }, 'data.width'],
    [{ normalisation: { mean: [0.5, 0.5], std: [1, 1, 1] } }, 'data.normalisation.mean'],
    [{ normalisation: { mean: [0.5], std: [-1e308] } }, 'data.normalisation.std.0'],
  ];
  for (const [more, at] of cases)
    assert.throws(() => read(manifestSchema, { data: { ...data, ...more } }), damaged(at), at);
  const node = { kind: 'someOf', members: [], n: 1e9, replace: true, order: 'random', p: 1 };
  const policy = { version: 1, restore: 'reflect', root: node };
  const recipe = { kind: 'policy', restore: 'reflect', policy };
  assert.throws(
    () => read(trainingManifestSchema, { plan, recipe }),
    damaged('recipe.policy.root.n'),
  );
});

test('results have a number for every one of their figures', () => {
  const interval = { value: 0.5, low: 0.4, high: 0.6 };
  const figures = [{ key: 'top1', label: 'top-1', better: 'higher', share: true }];
  const results = (metrics: object) => ({
    ...{ version: 1, command: 'train', task: 'classification', policy: 'none', figures },
    test: { images: 2, metrics, first: interval, perImage: '' },
    ...{
      heldOut: { images: 2, metrics: { top1: 1 } },
      best: null,
      epochs: 1,
      images: 1,
      seconds: 1,
    },
  });
  const readResults = (metrics: object) => {
    writeFileSync(join(folder, runFiles.results), JSON.stringify(results(metrics)));
    return readRunFile(folder, 'results', trainingResultSchema);
  };
  assert.equal(readResults({ top1: 0.5 }).test.images, 2);
  assert.throws(() => readResults({}), damaged('test.metrics.top1'));
});
