import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { drawPolicy, parsePolicy, type Recipe } from '../../src/augment/index.js';
import { exportPolicy } from '../../src/commands/export.js';
import { keepersOf, recommend, type Keeper } from '../../src/commands/learn/recommend.js';
import { recipeAt, type TrainingRecipe } from '../../src/commands/train/phases.js';
import { recipeFor } from '../../src/commands/train/policy-recipe.js';
import { resolveTrainConfig } from '../../src/config/index.js';
import {
  halfKnown,
  paddingOf,
  policyFileSchema,
  trainingManifestSchema,
  type Selection,
} from '../../src/run/files/index.js';
import { halfKnown as halfOfGrades } from '../../src/safe/grades/harm-growth.js';
import { selection } from '../report/small-run.js';
import { brief, config, runWithPolicies, size } from './policies-run.js';

const policyFor = (...keepers: (string | Keeper)[]) =>
  recommend({
    keepers: keepers.map((k) => (typeof k === 'string' ? { spec: { name: k } } : k)),
    size,
    restore: 'reflect',
  });

test('crop and flip come first where they keep the labels, then one of all else, or nothing', () => {
  const { root } = policyFor('RandomCrop', 'HorizontalFlip', 'CLAHE', 'GaussNoise', 'CenterCrop');
  assert.deepEqual(brief(root), ['PaddedCrop', 'HorizontalFlip', [[[], 'CLAHE', 'GaussNoise']]]);
  assert.deepEqual(brief(policyFor('CLAHE').root), [[[[], 'CLAHE']]]);
  assert.deepEqual(brief(policyFor().root), []);
});

test('blurs of small images are left out', () => {
  assert.deepEqual(brief(policyFor('Blur', 'GaussianBlur', 'ToGray').root), [[[[], 'ToGray']]]);
  const photographs = { height: 48, width: 64 };
  const keepers = [{ spec: { name: 'Blur' } }];
  const { root } = recommend({ keepers, size: photographs, restore: 'reflect' });
  assert.deepEqual(brief(root), [[[[], 'Blur']]]);
});

test('at most one of the others is drawn for an image, and sometimes none', () => {
  const policy = policyFor('HorizontalFlip', 'CLAHE', 'GaussNoise', 'ToGray');
  const counts = new Map<string, number>();
  for (let index = 0; index < 400; index++) {
    const steps = drawPolicy(policy, size, { seed: 1, purpose: 'test', epoch: 0, index });
    const others = steps.map(({ name }) => name).filter((name) => name !== 'HorizontalFlip');
    assert.ok(others.length <= 1);
    const drawn = others[0] ?? 'none';
    counts.set(drawn, (counts.get(drawn) ?? 0) + 1);
  }
  for (const name of ['none', 'CLAHE', 'GaussNoise', 'ToGray'])
    assert.ok(Math.abs(counts.get(name)! - 100) < 40, `${name}: ${counts.get(name)}`);
});

test('the crop reaches as far as crops and shifts keep the labels, and never further than usual', () => {
  const padding = (...keepers: (string | Keeper)[]): unknown => {
    const { root } = policyFor(...keepers);
    const [first] = root.kind === 'compose' ? root.members : [];
    return first?.kind === 'transform' && first.name === 'PaddedCrop' && first.options.padding;
  };
  // A window of 25 of 32 pixels moves by up to 3.5.
  assert.equal(padding('RandomCrop'), 0.109375);
  assert.equal(padding({ spec: { name: 'RandomCrop', options: { scale: 0.5 } } }), 0.125);
  // Narrowed to the whole image but one pixel: nothing to move.
  assert.equal(padding({ spec: { name: 'RandomCrop', options: { scale: 0.99 } } }), false);
  assert.equal(padding('ShiftScaleRotate'), 0.0625);
  const shift = { shiftLimit: 0.04, scaleLimit: 0, rotateLimit: 0 };
  const narrowed = { spec: { name: 'ShiftScaleRotate', options: shift }, narrowed: 'shiftLimit' };
  assert.ok(Math.abs(Number(padding(narrowed)) - 0.04) < 1e-9);
  // What the crop does already is not drawn once more.
  assert.deepEqual(brief(policyFor(narrowed).root), ['PaddedCrop']);
});

const [first, flip, crop] = selection.augmentations;
const judged = { ...first, name: 'CLAHE' };
const harm = { value: 0, low: 0, high: 0.1 };
const strength = { option: 'limit', unit: '', points: [], safeUpTo: null, options: null };
const graded: Selection = {
  ...selection,
  keep: ['HorizontalFlip', 'CLAHE', 'GaussNoise', 'Transpose'],
  keepV2: ['HorizontalFlip', 'CLAHE', 'Transpose'],
  augmentations: [
    judged,
    flip,
    crop,
    { ...judged, name: 'GaussNoise' },
    { ...judged, name: 'Transpose', except: [{ class: 'six', harm }] },
    {
      ...judged,
      name: 'RandomBrightness',
      strengths: [{ ...strength, keepsUpTo: 0.1, keepOptions: { limit: [-0.1, 0.1] } }],
    },
    { ...judged, name: 'ToGray', strengths: [{ ...strength, keepsUpTo: null, keepOptions: null }] },
  ],
};

test('keepers are the members of keep-v2 and narrowed ranges of what is not in keep; none with exceptions', () => {
  assert.deepEqual(
    keepersOf(config, graded)?.map(({ spec, narrowed }) => [spec.name, narrowed]),
    [
      ['CLAHE', undefined],
      ['HorizontalFlip', undefined],
      ['RandomBrightness', 'limit'],
    ],
  );
  assert.equal(keepersOf(config, selection), undefined);
});

test('the crop pads as far as was judged below the margin of harm, whatever its relatives say', () => {
  const judged = (...harms: number[]): number | undefined =>
    paddingOf({
      ...graded,
      harmMargin: 0.2,
      paddedCrop: harms.map((harmFitted, i) => ({ padding: (i + 1) / 32, harm, harmFitted })),
    });
  assert.equal(judged(0.07, 0.14, 0.19, 0.24), 3 / 32);
  assert.equal(judged(0.07, 0.14, 0.19, 0.19), 4 / 32);
  assert.equal(judged(0.2, 0.3), 0);
  assert.equal(paddingOf(graded), undefined);
  const withPadding = (padding?: number): unknown =>
    brief(
      recommend({ keepers: [{ spec: { name: 'RandomCrop' } }], size, restore: 'reflect', padding })
        .root,
    );
  assert.deepEqual(withPadding(3 / 32), ['PaddedCrop']);
  assert.deepEqual(withPadding(0), []);
  assert.deepEqual(withPadding(), ['PaddedCrop']);
});

test('a network that knows less than half of the task does not limit the crop, unless a pixel is too much', () => {
  const judged = (known: number, ...harms: number[]): number | undefined =>
    paddingOf({
      ...{ ...graded, harmMargin: 0.2, known },
      paddedCrop: harms.map((harmFitted, i) => ({ padding: (i + 1) / 32, harm, harmFitted })),
    });
  assert.equal(judged(0.49, 0.12, 0.24, 0.3, 0.36), 4 / 32);
  assert.equal(judged(0.5, 0.12, 0.24, 0.3, 0.36), 1 / 32);
  assert.equal(judged(0.49, 0.46, 0.57, 0.63, 0.73), 0);
  assert.equal(judged(0.49), 0);
  // The half that the run's file goes by is the one that grades ask for.
  assert.equal(halfKnown, halfOfGrades);
});

test('a flip that few images leave undecided is taken where its estimates speak for it, no other', () => {
  const left = 'undecided' as const;
  const open = { ...flip, verdict: left, grade: left, except: [] };
  const taken = (more: object, name = 'HorizontalFlip'): boolean => {
    const augmentations = [
      { ...open, harm: { value: 0.07, low: -0.1, high: 0.26 }, ...more, name },
    ];
    const of: Selection = { ...graded, harmMargin: 0.2, keep: [], keepV2: [], augmentations };
    return keepersOf(config, of)!.length > 0;
  };
  assert.ok(taken({}));
  assert.ok(!taken({}, 'VerticalFlip'));
  // Detected, as on traffic signs; or the estimate is above the margin; or a class is surely harmed.
  assert.ok(!taken({ verdict: 'unsafe' }));
  assert.ok(!taken({ harm: { value: 0.21, low: 0.1, high: 0.32 } }));
  // Or it surely costs a quarter of the margin.
  assert.ok(taken({ harm: { value: 0.12, low: 0.04, high: 0.2 } }));
  assert.ok(!taken({ harm: { value: 0.12, low: 0.06, high: 0.18 } }));
  assert.ok(!taken({ grade: 'label-breaking' }));
  assert.ok(!taken({ except: [{ class: 'six', harm }] }));
});

test('phases end at the nearest whole epoch', () => {
  const phase = (name: string): Recipe => ({
    ...{ kind: 'subset', size: 1, p: 1, restore: 'reflect' },
    transforms: [{ name }],
  });
  const [first, last] = [phase('CLAHE'), phase('ToGray')];
  const recipe: TrainingRecipe = {
    kind: 'phases',
    phases: [
      { share: 0.9, recipe: first },
      { share: 0.1, recipe: last },
    ],
  };
  const lastEpochs = (epochs: number): number =>
    Array.from({ length: epochs }, (_, epoch) => recipeAt(recipe, epoch, epochs)).filter(
      (own) => own === last,
    ).length;
  assert.deepEqual([1, 4, 5, 10, 60].map(lastEpochs), [0, 0, 0, 1, 6]);
  assert.equal(recipeAt(recipe, 9, 10), last);
  assert.equal(recipeAt(first, 9, 10), first);
});

let folder: string;
before(() => {
  folder = mkdtempSync(join(tmpdir(), 'recommend-'));
});
after(() => rmSync(folder, { recursive: true, force: true }));

const runWith = (name: string, of: Selection): Promise<string> =>
  runWithPolicies(join(folder, name), of);

test('a run keeps the policy, and training with it ends on the safe set', async () => {
  const from = await runWith('graded', graded);
  const file = policyFileSchema.parse(JSON.parse(readFileSync(join(from, 'policy.json'), 'utf8')));
  assert.deepEqual(
    file.keepV2?.transforms.map(({ name }) => name),
    ['HorizontalFlip', 'Transpose', 'CLAHE'],
  );
  assert.deepEqual(file.keep?.except, { six: ['Transpose'] });
  assert.deepEqual(file.keepNarrowed?.transforms.at(-1), {
    name: 'RandomBrightness',
    options: { limit: [-0.1, 0.1] },
  });
  const flags = { data: 'images', policy: 'recommended', from };
  const recipe = recipeFor(resolveTrainConfig({ flags }), { classes: ['five', 'six'], size });
  assert.ok(recipe.kind === 'phases');
  const [first, last] = recipe.phases;
  assert.deepEqual([first.share, last.share], [0.9, 0.1]);
  assert.ok(first.recipe.kind === 'policy' && last.recipe.kind === 'subset');
  assert.deepEqual(brief(first.recipe.policy.root), [
    'HorizontalFlip',
    [[[], 'CLAHE', 'RandomBrightness']],
  ]);
  assert.deepEqual(last.recipe.transforms, [{ name: 'HorizontalFlip' }]);
  // A resumed training reads it from its manifest.
  const kept: unknown = JSON.parse(JSON.stringify(recipe));
  assert.deepEqual(trainingManifestSchema.shape.recipe.parse(kept), recipe);
});

test('a safe set without members leaves the last epochs as they are', async () => {
  const from = await runWith('nothing-safe', { ...graded, safe: [], safeV2: [] });
  const flags = { data: 'images', policy: 'recommended', from };
  const recipe = recipeFor(resolveTrainConfig({ flags }), { classes: ['five', 'six'], size });
  assert.deepEqual(recipe.kind === 'phases' && recipe.phases[1].recipe, { kind: 'none' });
});

test('it is exported for other tools, without its last epochs; runs of earlier versions say what to do', async () => {
  const run = await runWith('exported', graded);
  const json = exportPolicy({ run, format: 'json', set: 'recommended' });
  assert.deepEqual(brief(parsePolicy(JSON.parse(json)).root), [
    'HorizontalFlip',
    [[[], 'CLAHE', 'RandomBrightness']],
  ]);
  assert.match(exportPolicy({ run, format: 'albumentations', set: 'recommended' }), /OneOf/);
  assert.match(exportPolicy({ run, format: 'torchvision', set: 'recommended' }), /RandomChoice/);
  assert.match(exportPolicy({ run, format: 'json', set: 'keep' }), /"Transpose"/);
  const old = await runWith('old', selection);
  assert.throws(() => exportPolicy({ run: old, format: 'json', set: 'recommended' }), {
    code: 'POLICY_OLD',
    message: /judge again/,
  });
});
