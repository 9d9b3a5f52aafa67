import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { plantedSets, writePlanted } from '../../../bench/planted/index.js';
import {
  checkpointFolder,
  readEvents,
  readRunFile,
  runFiles,
  selectionSchema,
  startedManifestSchema,
} from '../../../src/run/files/index.js';
import { cli } from '../support/run-cli.js';
import { smallData } from '../support/small-data.js';
import { smallPairs } from '../support/small-pairs.js';

let folder: string;
before(async () => {
  folder = mkdtempSync(join(tmpdir(), 'folds-'));
  smallData(folder, 3, 24);
  smallData(folder, 3, 16, 'others');
  const set = plantedSets.find(({ name }) => name === 'textures')!;
  await writePlanted(set, join(folder, 'planted'), { images: 420, seed: 3 });
});
after(() => rmSync(folder, { recursive: true, force: true }));

const machine = ['--threads', '1', '--workers', '0'];
const few = ['--augmentations', 'HorizontalFlip,Blur', '--set', 'model.width=8'];
const quick = [...machine, '--epochs', '3', '--seed', '3', ...few, '--set', 'judging.folds=3'];
const selectionOf = (run: string) => readRunFile(join(folder, run), 'selection', selectionSchema);

/** The rows of `parts.csv` by their columns. */
function partsOf(run: string): Record<string, string>[] {
  const [heads, ...rows] = readFileSync(join(folder, run, runFiles.parts), 'utf8')
    .trim()
    .split('\n')
    .map((line) => line.split(','));
  return rows.map((cells) => Object.fromEntries(heads.map((head, i) => [head, cells[i]])));
}

test('on a planted set in three folds, all images judge, and verdicts are right', async () => {
  const args = ['learn', 'planted', '--out', 'truth', ...machine, '--seed', '3'];
  const settings = ['--epochs', '14', '--batch', '16', '--set', 'model.width=16'];
  const wanted = ['--augmentations', 'HorizontalFlip,ToGray,Blur', '--set', 'judging.folds=3'];
  const { code, out, err } = await cli([...args, ...settings, ...wanted], folder);
  assert.equal(code, 0, err);
  assert.match(out, /3 folds of 14 epochs of \d+ images.*; all \d+ images judge, each by a network/);
  assert.match(out, /fold 3\/3, epoch 14\/14/);
  assert.match(out, /3 networks judged, each the images that it was not trained on/);
  const selection = selectionOf('truth');
  assert.equal(selection.folds, 3);
  const truth = plantedSets.find(({ name }) => name === 'textures')!.truth;
  for (const { name, verdict } of selection.augmentations)
    assert.notEqual(verdict, truth[name]?.truth === 'safe' ? 'unsafe' : 'safe', name);
  // Every image that is not set aside for testing judges once, and calibrates once at most, in another fold.
  const rows = partsOf('truth');
  const judging = rows.filter(({ part }) => part !== 'test');
  assert.ok(judging.every(({ part, fold, calibratesFold }) => {
    return part === 'judging' && ['1', '2', '3'].includes(fold) && fold !== calibratesFold;
  }));
  assert.ok(rows.filter(({ part }) => part === 'test').every(({ fold }) => fold === ''));
  const { split, plan } = readRunFile(join(folder, 'truth'), 'manifest', startedManifestSchema);
  assert.equal(split.judging, judging.length);
  assert.equal(plan.folds, 3);
  const page = readFileSync(join(folder, 'truth', runFiles.report), 'utf8');
  assert.match(page, /3 networks judged, each the images that it was not trained on/);
});

test('stopped between folds and in judging, a run ends with the very same bytes', async () => {
  const whole = await cli(['learn', 'images', '--out', 'whole', ...quick], folder);
  assert.equal(whole.code, 0, whole.err);
  const stopAt = (line: RegExp, signal: 'SIGINT' | 'SIGKILL') => {
    let killed = false;
    return (out: string, child: { kill(signal: 'SIGINT' | 'SIGKILL'): unknown }) => {
      if (killed || !line.test(out)) return;
      killed = true;
      child.kill(signal);
    };
  };
  const args = ['learn', 'images', '--out', 'parts', ...quick];
  const first = await cli(args, folder, stopAt(/fold 1\/3, epoch 3\/3/, 'SIGKILL'));
  assert.notEqual(first.code, 0);
  assert.ok(existsSync(join(folder, 'parts', checkpointFolder(0), 'weights.safetensors')));
  const resume = ['learn', '--resume', '--out', 'parts'];
  const second = await cli(resume, folder, stopAt(/fold 2\/3, epoch 2\/3/, 'SIGINT'));
  assert.equal(second.code, 130, second.err);
  const third = await cli(resume, folder, stopAt(/Judging/, 'SIGKILL'));
  assert.notEqual(third.code, 0);
  const last = await cli(resume, folder);
  assert.equal(last.code, 0, last.err);
  const bytes = (run: string, file: string) => readFileSync(join(folder, run, file));
  for (const file of [runFiles.selection, runFiles.policy, runFiles.parts])
    assert.deepEqual(bytes('parts', file), bytes('whole', file), file);
  const epochs = readEvents(join(folder, 'whole')).filter((event) => event.type === 'epoch');
  assert.deepEqual(
    epochs.map(({ fold, epoch }) => [fold, epoch]),
    [1, 2, 3].flatMap((fold) => [1, 2, 3].map((epoch) => [fold, epoch])),
  );
  for (const fold of [0, 1, 2]) {
    const file = join(checkpointFolder(fold), 'weights.safetensors');
    assert.deepEqual(bytes('parts', file), bytes('whole', file), file);
  }
});

test('the first network is that of the run: `judge` and `train --init` take it', async () => {
  const judged = await cli(['judge', 'whole', 'others', '--out', 'judged', ...machine], folder);
  assert.equal(judged.code, 0, judged.err);
  assert.equal(selectionOf('judged').folds, undefined);
  const init = ['--policy', 'none', '--init', 'whole', '--epochs', '1', '--set', 'model.width=8'];
  const trained = await cli(['train', 'images', ...init, '--out', 'task', ...machine], folder);
  assert.equal(trained.code, 0, trained.err);
});

test('the run is replaced as a whole, with the networks of its folds', async () => {
  const args = ['learn', 'images', '--out', 'parts', '--overwrite', ...quick];
  const { code, err } = await cli([...args, '--set', 'judging.folds=1'], folder);
  assert.equal(code, 0, err);
  assert.ok(!existsSync(join(folder, 'parts', checkpointFolder(1))));
  assert.equal(selectionOf('parts').folds, undefined);
});

test('images with masks are judged in folds where that is asked for, and have panels of the first network', async () => {
  smallPairs(folder, { train: 30, val: 0, test: 0 });
  const size = ['--size', '24x32', '--batch', '4', '--epochs', '1'];
  const { code, out, err } = await cli(['learn', 'scenes', '--out', 'masks', ...quick, ...size], folder);
  assert.equal(code, 0, err);
  assert.match(out, /3 folds of 1 epoch of \d+ images, as configured/);
  const selection = selectionOf('masks');
  assert.equal(selection.folds, 3);
  assert.equal(selection.taskFigure, 'mean IoU');
  assert.ok(partsOf('masks').every(({ part }) => part === 'judging' || part === 'test'));
});

test('with a budget that gives each network forty epochs, masks are judged in folds without being asked', async () => {
  const size = ['--size', '32x32'];
  const learning = ['learn', 'scenes', ...machine, '--seed', '3', ...few, ...size];
  const long = await cli([...learning, '--budget', '4m', '--epochs', '40', '--out', 'auto'], folder);
  assert.equal(long.code, 0, long.err);
  assert.match(long.out, /\d folds of 40 epochs/);
  assert.ok(selectionOf('auto').folds! > 1);
  const short = await cli([...learning, '--budget', '4m', '--epochs', '39', '--out', 'one'], folder);
  assert.equal(short.code, 0, short.err);
  assert.equal(selectionOf('one').folds, undefined);
});

test('where scores of several networks cannot be compared, folds are refused', async () => {
  const several = await cli(['learn', 'images', 'others', '--out', 'no', ...quick], folder);
  assert.equal(several.code, 2);
  assert.match(several.err, /cannot be judged in folds[^]*several data sets share a network/);
  const whole = [...quick, '--set', 'restore=none', '--set', 'granularity=batch'];
  const none = await cli(['learn', 'images', '--out', 'no', ...whole], folder);
  assert.equal(none.code, 2);
  assert.match(none.err, /judging\.folds[^]*restore none/);
  assert.ok(!existsSync(join(folder, 'no', runFiles.config)));
});
