import assert from 'node:assert/strict';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { checkRun } from '../../../src/commands/check/check.js';
import { readRecipe } from '../../../src/commands/check/recipe-file.js';
import { broken, gradedRun } from './graded-run.js';

function file(content: unknown, name = 'recipe.json'): string {
  const path = join(mkdtempSync(join(tmpdir(), 'recipe-')), name);
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content));
  return path;
}

const defaultsIn = (path: string) => readRecipe(path).tasks.classification!.defaults;

test('a list of our own, in YAML', () => {
  const path = file(
    'tool: ours\ndefaults:\n  - {name: HorizontalFlip, p: 0.5, off: "flip: no"}\n  - {name: RandomContrast, options: {limit: 0.1}}\n',
    'recipe.yaml',
  );
  const run = gradedRun([{ name: 'HorizontalFlip', ...broken }, { name: 'RandomContrast' }]);
  const { breaks, recipes } = checkRun({ run, recipes: [path] });
  assert.equal(breaks, true);
  const [{ tool, defaults, recipe }] = recipes;
  assert.deepEqual([tool, recipe], ['ours', path]);
  assert.deepEqual(
    defaults.map((d) => [d.name, d.p, d.standing, d.off]),
    [
      ['HorizontalFlip', 0.5, 'breaks-labels', 'flip: no'],
      ['RandomContrast', 1, 'safe', 'remove it'],
    ],
  );
});

const compose = (...transforms: object[]) => ({
  __version__: '2.0.8',
  transform: { __class_fullname__: 'Compose', p: 1, transforms },
});

test('a pipeline of Albumentations: what prepares images is left out, what ours does not do is kept', () => {
  const path = file(
    compose(
      { __class_fullname__: 'HorizontalFlip', p: 0.5 },
      {
        __class_fullname__: 'OneOf',
        p: 0.5,
        transforms: [
          { __class_fullname__: 'Blur', p: 0.5, blur_limit: [3, 7] },
          { __class_fullname__: 'ElasticTransform', p: 0.5, alpha: 1 },
        ],
      },
      {
        __class_fullname__: 'RandomBrightnessContrast',
        p: 0.2,
        brightness_limit: [-0.1, 0.1],
        contrast_limit: [-0.2, 0.2],
        brightness_by_max: true,
        ensure_safe_range: false,
      },
      { __class_fullname__: 'albumentations.Normalize', p: 1, mean: [0, 0, 0], std: [1, 1, 1] },
      { __class_fullname__: 'albumentations.pytorch.transforms.ToTensorV2', p: 1 },
    ),
  );
  const found = defaultsIn(path).map(({ name, p, how, operations }) => [
    name,
    p,
    how,
    ...operations.flatMap(({ same }) => same.map(({ transform, options }) => [transform, options])),
  ]);
  assert.deepEqual(found, [
    ['HorizontalFlip', 0.5, 'one', ['HorizontalFlip', {}]],
    ['Blur', 0.25, 'one', ['Blur', { blurLimit: [3, 7] }]],
    ['ElasticTransform', 0.25, 'one'],
    [
      'RandomBrightnessContrast',
      0.2,
      'together',
      ['RandomContrast', { limit: [-0.2, 0.2] }],
      ['RandomBrightness', { limit: [-0.1, 0.1] }],
    ],
  ]);
});

test('policies of ours: each transform with its share of the images', () => {
  const node = (name: string, p: number) => ({ kind: 'transform', name, options: {}, p });
  const root = {
    kind: 'someOf',
    n: 1,
    members: [
      node('Blur', 0.5),
      { kind: 'oneOf', members: [node('ToGray', 0.75), node('CLAHE', 0.25)] },
    ],
  };
  const policy = file({ version: 1, restore: 'none', root });
  const shares = (path: string) => defaultsIn(path).map(({ name, p }) => [name, p]);
  assert.deepEqual(shares(policy), [
    ['Blur', 0.25],
    ['ToGray', 0.375],
    ['CLAHE', 0.125],
  ]);
  const names = ['Blur', 'ToGray', 'CLAHE', 'HorizontalFlip'];
  const subset = { size: 2, p: 0.5, restore: 'none', transforms: names };
  assert.deepEqual(
    shares(file(subset)),
    names.map((name) => [name, 0.25]),
  );
  const run = { version: 1, data: 'photos', height: 8, width: 8, safe: subset };
  const safeV2 = { ...subset, transforms: ['Blur'] };
  assert.deepEqual(shares(file({ ...run, safeV2 })), [['Blur', 0.5]]);
});

test('mistakes name the file, the place and what would do', () => {
  const message = (content: unknown): RegExp | string => {
    const path = file(content);
    try {
      readRecipe(path);
    } catch (error) {
      assert.match(String(error), new RegExp(`where: +${path}`));
      return (error as Error).message;
    }
    return 'no mistake';
  };
  assert.match(String(message({ tool: 'x', defaults: [{ nam: 'Blur' }] })), /defaults\.0/);
  assert.match(
    String(message({ tool: 'x', defaults: [{ name: 'HorizontalFlop' }] })),
    /did you mean "HorizontalFlip"/,
  );
  const strong = [{ name: 'Blur', options: { blurLimt: 3 } }];
  assert.match(String(message({ tool: 'x', defaults: strong })), /blurLimt/);
  assert.match(String(message({ tool: 'x', defaults: [] })), /defaults/);
  assert.match(String(message({ anything: 1 })), /does not say what a tool does/);
  assert.match(String(message('[1, 2]')), /a mapping at its top level/);
  assert.match(String(message('{')), /Cannot read the recipe/);
});

test('names that nothing here resembles are kept, and not judged', () => {
  const path = file({ tool: 'x', defaults: [{ name: 'Mosaic' }] });
  const run = gradedRun([{ name: 'Blur' }]);
  const [{ defaults }] = checkRun({ run, recipes: [path] }).recipes;
  assert.deepEqual([defaults[0].standing, defaults[0].words], ['not-judged', 'not judged']);
});
