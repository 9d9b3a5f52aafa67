import assert from 'node:assert/strict';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import {
  readEvents,
  readRunFile,
  runFiles,
  samplesSchema,
  selectionSchema,
} from '../../../src/run/files/index.js';
import { decodeMask, encodeMaskPng } from '../../../src/image/index.js';
import { cli } from '../support/run-cli.js';
import { smallPairs } from '../support/small-pairs.js';

let folder: string;
before(() => {
  folder = mkdtempSync(join(tmpdir(), 'masks-'));
  smallPairs(folder, { train: 16, val: 16, test: 0 });
});
after(() => rmSync(folder, { recursive: true, force: true }));

const quick = ['--epochs', '2', '--batch', '8', '--threads', '1', '--size', '24x32', '--seed', '3'];
const few = [
  '--set',
  'model.width=8',
  '--set',
  'augmentations=["HorizontalFlip","Blur","RandomCrop"]',
];
const learn = (out: string, ...args: string[]) =>
  cli(['learn', 'scenes', '--out', out, ...quick, ...few, ...args], folder);
const selectionOf = (run: string) => readRunFile(join(folder, run), 'selection', selectionSchema);

test('learn on images with masks: the task is judged by IoU', async () => {
  const { code, out, err } = await learn('run', '--workers', '1');
  assert.equal(code, 0, err);
  assert.match(out, /pairs: 11 classes, 24x32 px; 13 images for training, 16 for judging, 3 for testing/);
  assert.match(out, /not learned, by the judging images: \w+ \(IoU [^]*--set classBalance=median/);
  const selection = selectionOf('run');
  assert.equal(selection.taskFigure, 'mean IoU');
  assert.equal(selection.classes!.length, 11);
  const clean = selection.cleanAccuracy!;
  const present = selection.classes!.flatMap(({ iou }) => (iou === null ? [] : [iou]));
  const mean = present.reduce((sum, iou) => sum + iou, 0) / present.length;
  assert.ok(Math.abs(clean.value - mean) < 1e-9);
  assert.ok(selection.pixelAccuracy! > 0 && selection.pixelAccuracy! <= 1);
  for (const { taskChange, name } of selection.augmentations)
    assert.ok(taskChange.low <= taskChange.value && taskChange.value <= taskChange.high, name);
  const report = readFileSync(join(folder, 'run', runFiles.report), 'utf8');
  assert.match(report, /task mean IoU under it/);
  assert.match(report, /bicyclist/);
  const { panels } = readRunFile(join(folder, 'run'), 'samples', samplesSchema);
  assert.deepEqual([panels!.rows, panels!.columns], [3, 6]);
  const epochs = readEvents(join(folder, 'run')).flatMap((e) => (e.type === 'epoch' ? [e] : []));
  assert.ok(epochs.at(-1)!.train.loss < epochs[0].train.loss, 'the loss falls');
  assert.ok(epochs.at(-1)!.judging!.taskIou! > 0);
});

test('judge takes masks of other values where they are named', async () => {
  const spread = join(folder, 'spread');
  cpSync(join(folder, 'scenes'), spread, { recursive: true });
  for (const part of ['train', 'val'])
    for (const name of readdirSync(join(spread, part, 'labels'))) {
      const path = join(spread, part, 'labels', name);
      const mask = await decodeMask(path);
      const data = mask.data.map((value) => 20 * value);
      writeFileSync(path, await encodeMaskPng({ ...mask, data }));
    }
  const judge = ['judge', 'run', 'spread', '--out', 'judged', '--threads', '1', '--workers', '0'];
  const refused = await cli(judge, folder);
  assert.equal(refused.code, 2);
  assert.match(refused.err, /--mask-values 0,20,40/);
  const values = Array.from({ length: 12 }, (_, i) => 20 * i).join(',');
  const wrong = await cli([...judge, '--mask-values', '0,300'], folder);
  assert.match(wrong.err, /labels\.maskValues/);
  const { code, err } = await cli([...judge, '--mask-values', values], folder);
  assert.equal(code, 0, err);
  // Named like the classes of the run, so that its task head measures harm.
  assert.equal(selectionOf('judged').taskFigure, 'mean IoU');
  assert.deepEqual(
    selectionOf('judged').classes?.map(({ name }) => name),
    selectionOf('run').classes?.map(({ name }) => name),
  );
});

test('other workers give the very same selection', async () => {
  const { code, err } = await learn('again', '--workers', '0');
  assert.equal(code, 0, err);
  assert.deepEqual(selectionOf('again'), selectionOf('run'));
});

test('windows of the full image: cut, then resized, from learning to the samples', async () => {
  const crop = '{"name":"RandomCrop","options":{"height":64,"width":96}}';
  const { code, err } = await cli(
    [
      ...[
        'learn',
        'scenes',
        '--out',
        'full',
        ...quick,
        '--set',
        'model.width=8',
        '--set',
        'crops=full',
      ],
      ...['--set', `augmentations=["HorizontalFlip",${crop}]`],
    ],
    folder,
  );
  assert.equal(code, 0, err);
  const window = selectionOf('full').augmentations.find(({ name }) => name === 'RandomCrop')!;
  assert.deepEqual(window.params, { height: 64, width: 96 });
  const large = await cli(
    [
      ...['learn', 'scenes', '--out', 'large', ...quick, '--set', 'crops=full'],
      ...['--set', 'augmentations=[{"name":"RandomCrop","options":{"height":512,"width":512}}]'],
    ],
    folder,
  );
  assert.equal(large.code, 2);
  assert.match(large.err, /the crop is larger than the image/);
  assert.match(large.err, /96x128/);
});
