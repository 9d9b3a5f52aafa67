import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import {
  readEvents,
  readRunFile,
  runFiles,
  trainingResultSchema,
  type TrainingResult,
} from '../../../src/run/files/index.js';
import { hasBfloat16 } from '../../../src/tensor/index.js';
import { cli } from '../support/run-cli.js';
import { smallData } from '../support/small-data.js';

let folder: string;
before(() => {
  folder = mkdtempSync(join(tmpdir(), 'train-'));
  smallData(folder);
});
after(() => rmSync(folder, { recursive: true, force: true }));

const quick = ['--epochs', '4', '--batch', '16', '--workers', '1', '--threads', '1', '--seed', '3'];
const small = ['--set', 'model.width=8'];
const train = (policy: string, out: string, ...args: string[]) =>
  cli(['train', 'images', '--policy', policy, '--out', out, ...quick, ...small, ...args], folder);
const resultOf = (run: string) => readRunFile(join(folder, run), 'results', trainingResultSchema);
/** What a stop must not change. */
const numbers = ({ seconds: _, ...rest }: TrainingResult) => rest;
const losses = (run: string) => {
  const last = new Map<number, unknown>();
  for (const e of readEvents(join(folder, run)))
    if (e.type === 'epoch') last.set(e.epoch, [e.train, e.judging, e.lr]);
  return [...last.values()];
};

test('train writes a whole run folder, with results on images kept for the test', async () => {
  const { code, out, err } = await train('all', 'whole');
  assert.equal(code, 0, err);
  assert.match(out, /no test part: \d+ training images set aside for testing/);
  assert.match(out, /top-1 +\d+\.\d %/);
  for (const name of ['config', 'manifest', 'events', 'checkpoint', 'results', 'report'] as const)
    assert.ok(existsSync(join(folder, 'whole', runFiles[name])), name);
  const result = resultOf('whole');
  assert.equal(result.epochs, 4);
  // 96 images: a fifth for the test, a tenth of the others held out, four whole batches a epoch.
  assert.equal(result.test.images, 19);
  assert.equal(result.heldOut.images, 8);
  assert.equal(result.images, 4 * 64);
  assert.equal(Buffer.from(result.test.perImage, 'base64').length, 19);
  assert.ok(result.best !== null && Number.isFinite(result.test.metrics.loss));
  const report = readFileSync(join(folder, 'whole', runFiles.report), 'utf8');
  assert.match(report, /Training on images with policy all/);
  assert.match(report, /<svg/);
});

test('Ctrl-C and --resume end with the very same numbers', async () => {
  let killed = false;
  const first = await cli(
    ['train', 'images', '--policy', 'all', '--out', 'halves', ...quick, ...small],
    folder,
    (out, child) => {
      if (!killed && /epoch 1\/4/.test(out)) {
        killed = true;
        child.kill('SIGINT');
      }
    },
  );
  assert.equal(first.code, 130, first.err);
  assert.match(first.err, /Continue with: safe-augment train --resume --out halves/);
  assert.ok(!existsSync(join(folder, 'halves', runFiles.results)));
  const second = await cli(['train', '--resume', '--out', 'halves', '--workers', '0'], folder);
  assert.equal(second.code, 0, second.err);
  assert.deepEqual(numbers(resultOf('halves')), numbers(resultOf('whole')));
  assert.deepEqual(losses('halves'), losses('whole'));
});

test('so it does with averaged weights, smoothed labels and a published policy, to the last byte of the weights', async () => {
  const recipe = ['averaging.decay=0.9', 'labelSmoothing=0.1', 'optimiser.decayed=weights'];
  const more = recipe.flatMap((setting) => ['--set', setting]);
  const policy = 'crop-flip-trivialaugment';
  const whole = await train(policy, 'averaged', ...more);
  assert.equal(whole.code, 0, whole.err);
  let killed = false;
  const args = ['--policy', policy, '--out', 'averaged-halves', ...quick, ...small, ...more];
  const first = await cli(['train', 'images', ...args], folder, (out, child) => {
    if (!killed && /epoch 1\/4/.test(out)) killed = child.kill('SIGINT');
  });
  assert.equal(first.code, 130, first.err);
  const second = await cli(['train', '--resume', '--out', 'averaged-halves'], folder);
  assert.equal(second.code, 0, second.err);
  assert.deepEqual(numbers(resultOf('averaged-halves')), numbers(resultOf('averaged')));
  assert.deepEqual(losses('averaged-halves'), losses('averaged'));
  const weights = (run: string) =>
    readFileSync(join(folder, run, runFiles.checkpoint, 'weights.safetensors'));
  assert.ok(weights('averaged-halves').equals(weights('averaged')));
});

test('fine-tuning starts from another run’s best weights, at a lower rate or rising gently', async () => {
  const ratesOf = (run: string) =>
    readEvents(join(folder, run)).flatMap((e) => (e.type === 'epoch' ? [e.lr] : []));
  const tuned = async (out: string, ...args: string[]) => {
    const { code, err } = await train('none', out, '--init', 'whole', '--lr', '0.004', ...args);
    assert.equal(code, 0, err);
    return ratesOf(out);
  };
  const constant = ['--set', 'schedule={"name":"constant"}'];
  for (const lr of await tuned('tuned', ...constant)) assert.ok(Math.abs(lr - 4e-4) < 1e-12);
  assert.equal(resultOf('tuned').pretrainedImages, resultOf('whole').images);
  const halved = await tuned('halved', ...constant, '--set', 'finetune.lrFactor=0.5');
  for (const lr of halved) assert.ok(Math.abs(lr - 2e-3) < 1e-12);
  assert.ok(Math.max(...(await tuned('cycle'))) > 4e-4);
});

test('a run keeps the precision that it came to, and goes on in it', async () => {
  const auto = ['--precision', 'auto'];
  const whole = await train('none', 'auto-whole', ...auto);
  assert.equal(whole.code, 0, whole.err);
  const precision = hasBfloat16() ? 'bfloat16' : 'float32';
  const kept = (file: 'config' | 'manifest') =>
    JSON.parse(readFileSync(join(folder, 'auto-halves', runFiles[file]), 'utf8')) as object;
  let killed = false;
  await cli(
    ['train', 'images', '--policy', 'none', '--out', 'auto-halves', ...quick, ...small, ...auto],
    folder,
    (out, child) => {
      if (!killed && /epoch 1\/4/.test(out)) killed = child.kill('SIGINT');
    },
  );
  for (const file of ['config', 'manifest'] as const)
    assert.equal((kept(file) as { precision: string }).precision, precision);
  const second = await cli(['train', '--resume', '--out', 'auto-halves'], folder);
  assert.equal(second.code, 0, second.err);
  assert.deepEqual(numbers(resultOf('auto-halves')), numbers(resultOf('auto-whole')));
});

test('a policy file is used with its exceptions by class, and kept in the manifest', async () => {
  const policy = {
    size: 2,
    p: 0.5,
    restore: 'reflect',
    transforms: ['HorizontalFlip', { name: 'Blur' }],
    except: { cat: ['HorizontalFlip'] },
  };
  writeFileSync(join(folder, 'mine.json'), JSON.stringify(policy));
  const { code, err } = await train('mine.json', 'mine', '--epochs', '1');
  assert.equal(code, 0, err);
  const manifest = JSON.parse(readFileSync(join(folder, 'mine', runFiles.manifest), 'utf8')) as {
    recipe: { except: unknown };
    data: { classes: string[] };
  };
  const label = manifest.data.classes.indexOf('cat');
  assert.deepEqual(manifest.recipe.except, { [label]: ['HorizontalFlip'] });
});

const bad = (name: string, value: unknown) =>
  writeFileSync(join(folder, name), typeof value === 'string' ? value : JSON.stringify(value));
const subset = { size: 1, p: 0.5, restore: 'reflect', transforms: ['Blur'] };

const cases: [name: string, args: string[], expected: RegExp[]][] = [
  ['no policy', ['train', 'images'], [/policy: expected none, all, safe/]],
  [
    'a policy that is neither name nor file',
    ['train', 'images', '--policy', 'rand', '--out', 'o'],
    [/neither a policy name nor a file/, /none, all, safe/, /got: {6}rand/],
  ],
  [
    'the safe set of no run',
    ['train', 'images', '--policy', 'safe'],
    [/from: expected the folder of a `learn` run/, /--from RUN/],
  ],
  [
    'the safe set of a folder that is no run',
    ['train', 'images', '--policy', 'safe', '--from', 'images', '--out', 'o'],
    [/not contain a finished run/, /policy\.json/],
  ],
  [
    'a policy with an unknown transform',
    ['train', 'images', '--policy', 'unknown.json', '--out', 'o'],
    [/Unknown transform "Blurr"/, /unknown\.json/, /did you mean "Blur"/],
  ],
  [
    'a policy that is no JSON',
    ['train', 'images', '--policy', 'broken.json', '--out', 'o'],
    [/policy file is not JSON/, /broken\.json/],
  ],
  [
    'exceptions for a class that is not there',
    ['train', 'images', '--policy', 'class.json', '--out', 'o'],
    [/exceptions for an unknown class/, /got: {6}dragon/, /airplane/],
  ],
  [
    'weights of another number of classes',
    ['train', 'two', '--policy', 'none', '--init', 'whole', '--out', 'o', ...quick],
    [/different number of classes/, /expected: 2 classes/, /got: {6}4/],
  ],
  [
    'weights of another model',
    ['train', 'images', '--policy', 'none', '--init', 'whole', '--out', 'o', ...quick],
    [/another model/, /"width":8/],
  ],
  [
    'weights of what is no run',
    ['train', 'images', '--policy', 'none', '--init', 'images', '--out', 'o', ...quick],
    [/run to start from does not exist/, /--init/],
  ],
  [
    'no test images at all',
    ['train', 'images', '--policy', 'none', '--set', 'testShare=0', '--out', 'o'],
    [/no test images/, /test\//, /testShare=0\.2/],
  ],
  ['a finished run', ['train', 'images', '--policy', 'all', '--out', 'whole'], [/--overwrite/]],
];

for (const [name, args, expected] of cases)
  test(`${name}: exit code 2, one clear message, nothing written`, async () => {
    bad('unknown.json', { ...subset, transforms: ['Blurr'] });
    bad('broken.json', '{');
    bad('class.json', { ...subset, except: { dragon: ['Blur'] } });
    smallData(folder, 2, 24, 'two');
    const { code, err } = await cli(args, folder);
    assert.equal(code, 2, err);
    for (const pattern of expected) assert.match(err, pattern);
    assert.doesNotMatch(err, /\n\s+at .*\(|node:internal/);
    assert.ok(!existsSync(join(folder, 'o', runFiles.config)));
  });
