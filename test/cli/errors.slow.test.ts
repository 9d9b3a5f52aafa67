import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { cli } from './support/run-cli.js';
import { smallData } from './support/small-data.js';

let folder: string;
let data: string;
before(() => {
  folder = mkdtempSync(join(tmpdir(), 'cli-'));
  data = smallData(folder, 2, 24);
  smallData(folder, 2, 3, 'few');
  mkdirSync(join(folder, 'one', 'cat'), { recursive: true });
  mkdirSync(join(folder, 'empty'));
  mkdirSync(join(folder, 'other'));
  writeFileSync(join(folder, 'other', 'letter.txt'), 'dear reader');
  writeFileSync(join(folder, 'bad.yaml'), 'epochs: many\nbatch: -3\ncolour: blue\n');
  writeFileSync(join(folder, 'broken.yaml'), 'epochs: [1,\n');
});
after(() => rmSync(folder, { recursive: true, force: true }));

const cases: [name: string, args: string[], expected: RegExp[]][] = [
  ['an unknown command', ['lern', 'x'], [/unknown command 'lern'/, /Did you mean learn/]],
  ['an unknown option', ['learn', 'x', '--bugdet', '1m'], [/Did you mean --budget/]],
  ['no data', ['learn'], [/data: expected a folder, or KIND:DIR/]],
  ['a missing folder', ['learn', 'nowhere'], [/does not exist/, /where: {4}nowhere/, /remedy/]],
  ['a folder without images', ['learn', 'empty', '--out', 'o'], [/where: {4}.*empty/, /remedy/]],
  ['an unknown kind', ['learn', 'cifar11:x'], [/cifar11/, /cifar10/]],
  [
    'problems of a configuration, all at once',
    ['learn', 'x', '--config', 'bad.yaml'],
    [/3 problems/, /epochs/, /batch/, /colour: unknown setting/],
  ],
  ['a configuration that is no YAML', ['learn', 'x', '--config', 'broken.yaml'], [/broken.yaml/]],
  ['a bad budget', ['learn', 'x', '--budget', 'soon'], [/budget/, /'20m'/]],
  ['an option that is no number', ['learn', 'x', '--lr', 'fast'], [/--lr/, /expected a number/]],
  ['a setting without a value', ['learn', 'x', '--set', 'batch'], [/--set/, /PATH=VALUE/]],
  [
    'settings given one by one',
    ['learn', 'x', '--set', 'schedule.warmup=3', '--set', 'model.depth=9', '--thesis-tpr', '0.1'],
    [/3 problems/, /schedule\.warmup: .*got 3/, /model\.depth: unknown/, /thesis\.fpr/],
  ],
  ['controls off without delta', ['learn', 'x', '--no-controls'], [/delta: expected a number/]],
  [
    'the thesis’s rule without thresholds',
    ['learn', 'x', '--rule', 'thesis'],
    [/thesis: .*tpr, fpr/],
  ],
  [
    'a place for the run that contains other files',
    ['learn', 'images', '--out', 'other'],
    [/contains other files/, /letter\.txt/, /--out/],
  ],
  ['nothing to resume', ['learn', 'images', '--resume', '--out', 'o'], [/no run to resume/]],
  [
    'fewer images than the batch',
    ['learn', 'images', '--epochs', '1', '--batch', '64', '--out', 'o'],
    [/too few images for one batch/, /--batch/],
  ],
  [
    'too few images of a class to hold any out',
    ['learn', 'few', '--epochs', '1', '--set', 'judging.fraction=0.05', '--out', 'o'],
    [
      /class "/,
      /at least 4 images in each class, with judging\.fraction 0\.05 and testShare 0\.2/,
      /--set judging\.fraction=0\.4/,
      /testShare/,
    ],
  ],
  ['a device that is not there', ['learn', 'images', '--device', 'mps', '--out', 'o'], [/mps/]],
  [
    'a misspelt transform',
    ['apply', '--transform', 'Blurr', 'a.png', 'b.png'],
    [/Unknown transform "Blurr"/, /did you mean "Blur"/],
  ],
  [
    'parameters that are no JSON',
    ['apply', '--transform', 'Blur', '--params', '{ksize: 3}', join('images', 'x'), 'b.png'],
    [/--params|does not exist|x/],
  ],
  ['a folder that is no run', ['report', 'empty'], [/not contain a finished run/, /--resume/]],
  [
    'export of what is no run',
    ['export', 'empty', '--format', 'json'],
    [/not contain a finished run/],
  ],
  [
    'an unknown format',
    ['export', 'empty', '--format', 'xml'],
    [/albumentations, torchvision, json/],
  ],
];

for (const [name, args, expected] of cases)
  test(`${name}: exit code 2, one clear message, no stack trace`, async () => {
    const { code, err } = await cli(args, folder);
    assert.equal(code, 2, err);
    for (const pattern of expected) assert.match(err, pattern);
    assert.doesNotMatch(err, /\n\s+at .*\(|node:internal/);
  });

test('a run that fails at its start leaves nothing behind', () => {
  assert.deepEqual(
    readdirSync(folder).filter(
      (name) => name === 'o' && readdirSync(join(folder, name)).length > 0,
    ),
    [],
  );
  assert.ok(data.endsWith('images'));
});

test('help and version end with 0', async () => {
  const help = await cli(['--help'], folder);
  assert.equal(help.code, 0);
  for (const command of [
    'learn',
    'train',
    'compare',
    'predict',
    'download',
    'apply',
    'preview',
    'export',
    'check',
    'report',
  ])
    assert.match(help.out, new RegExp(`^  ${command} `, 'm'));
  assert.equal((await cli(['--version'], folder)).code, 0);
});

test('a reader that has stopped reading is no error', async () => {
  const { code, err } = await cli(['learn', '--help'], folder, undefined, true);
  assert.equal(code, 0, err);
  assert.equal(err, '');
});
