import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import type { PolicyNode, Recipe } from '../../src/augment/index.js';
import { exportPolicy } from '../../src/commands/export.js';
import { hasLongTrainings } from '../../src/commands/learn/judge-by-harm.js';
import { recommendLong, type Keeper } from '../../src/commands/learn/recommend.js';
import {
  epochsOfPhases,
  growthOf,
  recipeAt,
  type TrainingRecipe,
} from '../../src/commands/train/phases.js';
import { recipeFor } from '../../src/commands/train/policy-recipe.js';
import { resolveLearnConfig, resolveTrainConfig } from '../../src/config/index.js';
import {
  policyFileSchema,
  recommendedAt,
  trainingManifestSchema,
  type Selection,
} from '../../src/run/files/index.js';
import { selection } from '../report/small-run.js';
import { brief, runWithPolicies, size } from './policies-run.js';

// `recommended` in trainings of a hundred epochs and more.

const harm = { value: 0, low: 0, high: 0.1 };
const graded: Selection = {
  ...selection,
  keep: ['HorizontalFlip', 'CLAHE'],
  keepV2: ['HorizontalFlip', 'CLAHE'],
};

const added = (name: string, harmless: boolean, options = {}) => ({
  ...{ name, options, harm, harmless },
});
const turned = { shiftLimit: 0, scaleLimit: 0, rotateLimit: 15 };

const hasLong = (side: number, model: object, kind: 'class' | 'labels' | 'mask' = 'class') =>
  hasLongTrainings({
    config: resolveLearnConfig({ flags: { data: 'data', model } }),
    prepared: {
      data: { size: { height: side, width: side }, store: { channels: 3 }, targets: { kind } },
      split: { train: new Uint32Array(100) },
    },
  });

test('small images are trained for long, and any from scratch; photographs are fine-tuned, and masks stay out', () => {
  assert.equal(hasLong(32, {}), true);
  assert.equal(hasLong(32, {}, 'labels'), true);
  assert.equal(hasLong(32, {}, 'mask'), false);
  // From 64 px on the network comes with weights ...
  assert.equal(hasLong(64, {}), false);
  assert.equal(hasLong(160, { name: 'efficientnet-lite0' }), false);
  assert.equal(hasLong(160, { name: 'resnet18', weights: 'resnet18.safetensors' }), false);
  // ... unless another is asked for, or none of its weights.
  assert.equal(hasLong(64, { name: 'resnet-small' }), true);
  assert.equal(hasLong(160, { weights: 'none' }), true);
  assert.equal(hasLong(160, { weights: 'none' }, 'mask'), false);
});

test('long trainings draw two of the rest and what common recipes add, as far as it was harmless', () => {
  const ranges = {
    keepers: ['HorizontalFlip', 'GaussNoise'].map((name): Keeper => ({ spec: { name } })),
    ...{ size, padding: 1 / 8, restore: 'reflect' as const },
  };
  const additions = [
    added('ShiftScaleRotate', true, turned),
    added('Equalize', false),
    added('RandomErasing', true, { scale: [0.02, 0.16] }),
  ];
  const policy = recommendLong(ranges, { additions })!;
  const one = [[[], 'GaussNoise', 'ShiftScaleRotate']];
  assert.deepEqual(brief(policy.root), ['PaddedCrop', 'HorizontalFlip', one, one, 'RandomErasing']);
  const last = policy.root.kind === 'compose' ? policy.root.members.at(-1) : undefined;
  assert.deepEqual(last, {
    ...{ kind: 'transform', name: 'RandomErasing', p: 1 },
    options: { scale: [0.02, 0.16] },
  });
  assert.equal(recommendLong(ranges, { additions: [added('Equalize', false)] }), undefined);
  assert.equal(recommendLong(ranges, {}), undefined);
});

test('what reaches further takes the place of a narrower range that was judged in full', () => {
  const narrowed = (option: 'rotateLimit' | 'scaleLimit'): Keeper => ({
    spec: { name: 'ShiftScaleRotate', options: { ...turned, rotateLimit: 3 } },
    narrowed: option,
  });
  const taken = (keepers: Keeper[], ...additions: ReturnType<typeof added>[]): unknown[] => {
    const ranges = { keepers, ...{ size, padding: 0, restore: 'reflect' as const } };
    const { root } = recommendLong(ranges, { additions })!;
    const [first] = root.kind === 'compose' ? root.members : [];
    return first.kind === 'oneOf' ? first.members.slice(1) : [];
  };
  const full = { kind: 'transform', name: 'ShiftScaleRotate', options: turned, p: 1 };
  const wide = added('ShiftScaleRotate', true, turned);
  assert.deepEqual(taken([narrowed('rotateLimit')], wide), [full]);
  // Another part of it stays, and its full range, of which the addition is a part.
  assert.equal(taken([narrowed('scaleLimit')], wide).length, 2);
  assert.equal(taken([{ spec: { name: 'ShiftScaleRotate' } }], wide).length, 2);
});

test('changes of brightness and contrast are taken in full where they are surely harmless', () => {
  const [any] = selection.augmentations;
  const narrow: Keeper = {
    spec: { name: 'RandomBrightness', options: { limit: 0.05 } },
    narrowed: 'limit',
  };
  const drawn = (value: number, more: object = {}, name = 'RandomBrightness'): unknown => {
    const of = {
      ...any,
      params: { limit: [-0.2, 0.2] },
      harm: { value, low: value - 0.1, high: value + 0.1 },
      ...more,
    };
    const policy = recommendLong(
      { keepers: [narrow], ...{ size, padding: 0, restore: 'reflect' as const } },
      {
        ...{ additions: [added('Shear', true)], harmMargin: 0.2, known: 0.8 },
        augmentations: [{ ...of, name }],
        ...('known' in more && { known: 0.3 }),
      },
    )!;
    const [first] = policy.root.kind === 'compose' ? policy.root.members : [];
    return (
      first.kind === 'oneOf' &&
      first.members.map((m) => m.kind === 'transform' && [m.name, m.options])
    );
  };
  const shear = ['Shear', {}];
  const full = [false, ['RandomBrightness', { limit: [-0.2, 0.2] }], shear];
  const asBefore = [false, ['RandomBrightness', { limit: 0.05 }], shear];
  assert.deepEqual(drawn(0.09), full);
  assert.deepEqual(drawn(0.11), asBefore);
  // Where little is known, only what surely costs half of it is left.
  assert.deepEqual(drawn(0.55, { known: true }), full);
  assert.deepEqual(drawn(0.65, { known: true }), asBefore);
  assert.deepEqual(drawn(0.1, { except: [{ class: 'six', harm }] }), asBefore);
  assert.deepEqual(drawn(0.1, {}, 'CLAHE'), asBefore);
});

test('in the run of an older version a long training has another first phase, and the same last one', () => {
  const phase = (name: string): Recipe => ({
    ...{ kind: 'subset', size: 1, p: 1, restore: 'reflect' },
    transforms: [{ name }],
  });
  const [first, last, long] = [phase('CLAHE'), phase('ToGray'), phase('Shear')];
  const recipe: TrainingRecipe = {
    kind: 'phases',
    phases: [
      { share: 0.9, recipe: first },
      { share: 0.1, recipe: last },
    ],
    long: { epochs: 100, recipe: long },
  };
  assert.deepEqual(
    [0, 98].map((epoch) => recipeAt(recipe, epoch, 99)),
    [first, last],
  );
  assert.deepEqual(
    [0, 89, 90, 99].map((epoch) => recipeAt(recipe, epoch, 100)),
    [long, long, last, last],
  );
  assert.deepEqual(
    [99, 100].map((epochs) => epochsOfPhases(recipe, epochs)),
    [
      [89, 10],
      [90, 10],
    ],
  );
});

test('a first phase that grows draws the first of its steps for all images, the next for some', () => {
  const transform = (name: string): PolicyNode => ({
    ...{ kind: 'transform', name, options: {}, p: 1 },
  });
  const members = (of: Recipe): PolicyNode[] => {
    assert.ok(of.kind === 'policy' && of.policy.root.kind === 'compose');
    return of.policy.root.members;
  };
  const phase = (name: string): Recipe & { kind: 'policy' } => ({
    ...{ kind: 'policy', restore: 'reflect' },
    policy: { version: 1, restore: 'reflect', root: transform(name) },
  });
  const [first, last] = [phase('CLAHE'), phase('ToGray')];
  const steps = [
    transform('Shear'),
    { ...transform('Posterize'), p: 0.5 },
    transform('RandomErasing'),
  ];
  const recipe: TrainingRecipe = {
    kind: 'phases',
    phases: [
      { share: 0.9, recipe: first },
      { share: 0.1, recipe: last },
    ],
    grows: { recipe: phase('PaddedCrop'), steps },
  };
  const least = [transform('PaddedCrop'), transform('Shear')];
  assert.equal(recipeAt(recipe, 0, 10), last);
  assert.equal(recipeAt(recipe, 0, 10, 0.49), last);
  assert.deepEqual(members(recipeAt(recipe, 0, 10, 1)), least);
  assert.deepEqual(members(recipeAt(recipe, 0, 10, 1.5)), [
    transform('PaddedCrop'),
    transform('Shear'),
    { ...transform('Posterize'), p: 0.25 },
  ]);
  assert.deepEqual(members(recipeAt(recipe, 8, 10, 3)), [transform('PaddedCrop'), ...steps]);
  assert.equal(recipeAt(recipe, 9, 10, 3), last);
});

let folder: string;
before(() => {
  folder = mkdtempSync(join(tmpdir(), 'recommend-long-'));
});
after(() => rmSync(folder, { recursive: true, force: true }));

const runWith = (name: string, of: Selection): Promise<string> =>
  runWithPolicies(join(folder, name), of);

test('a run keeps what long trainings draw, and exports it for as many epochs', async () => {
  const additions = [added('Shear', true), added('RandomErasing', true)];
  const from = await runWith('long', { ...graded, additions });
  const file = policyFileSchema.parse(JSON.parse(readFileSync(join(from, 'policy.json'), 'utf8')));
  const { recommended } = file;
  assert.ok(recommended?.long);
  assert.equal(recommended.long.epochs, 100);
  assert.equal(recommendedAt(recommended, 99), recommended.policy);
  assert.equal(recommendedAt(recommended, 100), recommended.long.policy);
  const exported = (epochs?: number): string =>
    exportPolicy({ run: from, format: 'torchvision', set: 'recommended', epochs });
  assert.doesNotMatch(exported(), /shear/i);
  assert.equal(exported(99), exported());
  assert.match(exported(100), /shear/i);
  const training = resolveTrainConfig({ flags: { data: 'images', policy: 'recommended', from } });
  const recipe = recipeFor(training, { classes: ['six'], size });
  // A training goes there by steps, but not where larger images are fine-tuned.
  const growsAt = (side: number, pretrained: boolean): boolean => {
    const at = { height: side, width: side };
    return growthOf(recipeFor(training, { classes: ['six'], size: at, pretrained })) !== undefined;
  };
  assert.deepEqual([growsAt(32, true), growsAt(64, false)], [true, true]);
  assert.equal(growsAt(64, true), false);
  assert.ok(recipe.kind === 'phases' && recipe.grows !== undefined && recipe.long === undefined);
  assert.deepEqual(growthOf(recipe), {
    ...{ least: 0, leastKnown: 2, most: recipe.grows.steps.length },
    share: recipe.phases[0].share,
  });
  const kinds = recipe.grows.steps.map((step) =>
    step.kind === 'transform' ? step.name : step.kind,
  );
  assert.deepEqual(kinds, ['oneOf', 'oneOf', 'RandomErasing', 'oneOf']);
  // A manifest keeps it, so that a resumed training does the same.
  const kept = trainingManifestSchema.shape.recipe.parse(JSON.parse(JSON.stringify(recipe)));
  assert.deepEqual(kept, JSON.parse(JSON.stringify(recipe)));
  const without = policyFileSchema.parse(
    JSON.parse(readFileSync(join(await runWith('short', graded), 'policy.json'), 'utf8')),
  );
  assert.equal(without.recommended?.long, undefined);
});
