import assert from 'node:assert/strict';
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import {
  readEvents,
  readRunFile,
  runFiles,
  selectionSchema,
  setsResultSchema,
} from '../../../src/run/files/index.js';
import { cli } from '../support/run-cli.js';
import { smallData } from '../support/small-data.js';

let folder: string;
before(() => {
  folder = mkdtempSync(join(tmpdir(), 'several-'));
  smallData(folder, 4, 24, 'images');
  smallData(folder, 3, 24, 'others');
});
after(() => rmSync(folder, { recursive: true, force: true }));

const few = ['--augmentations', 'HorizontalFlip,Blur,RandomCrop', '--set', 'model.width=8'];
const quick = ['--epochs', '3', '--batch', '16', '--threads', '1', '--seed', '3', ...few];
const learn = (out: string, ...args: string[]) =>
  cli(['learn', 'images', 'others', '--out', out, ...quick, ...args], folder);
const names = ['images', 'others'];
const setOf = (run: string, name: string) => join(folder, run, 'sets', name);
const selectionOf = (run: string, name: string) =>
  readRunFile(setOf(run, name), 'selection', selectionSchema);
const resultOf = (run: string) => readRunFile(join(folder, run), 'results', setsResultSchema);

test('learn on two data sets leaves a run folder for each, and a report of both', async () => {
  const { code, out, err } = await learn('both', '--workers', '1');
  assert.equal(code, 0, err);
  assert.match(out, /images \(folder\): 4 classes/);
  assert.match(out, /others \(folder\): 3 classes/);
  assert.match(out, /augmentation +images +others/);
  for (const set of ['images', 'others'])
    assert.match(
      out,
      new RegExp(`^Judging pairs of ${set} [^]*^Finding safe ranges of ${set} `, 'm'),
    );
  assert.match(out, /warning: 72 images of others are also in images/);
  const { sets } = resultOf('both');
  assert.deepEqual(
    sets.map(({ name, data, folder: at }) => [name, data, at]),
    names.map((name) => [name, name, `sets/${name}`]),
  );
  for (const name of names) {
    for (const file of Object.values(runFiles).filter((f) => !f.startsWith('results.')))
      assert.ok(existsSync(join(setOf('both', name), file)), `${name}/${file}`);
    assert.equal(selectionOf('both', name).augmentations.length, 3);
    const epochs = readEvents(setOf('both', name)).filter((e) => e.type === 'epoch');
    assert.equal(epochs.length, 3);
    assert.ok(epochs.every(({ train }) => train.taskLoss > 0 && train.taskAccuracy <= 1));
  }
  // Their figures are their own.
  assert.notDeepEqual(selectionOf('both', 'images'), selectionOf('both', 'others'));

  const page = join(folder, 'both', runFiles.report);
  const first = readFileSync(page, 'utf8');
  assert.match(first, /<h1>Safe augmentations for images and others<\/h1>/);
  for (const name of names) {
    assert.ok(first.includes(`href="sets/${name}/report.html"`));
    rmSync(join(setOf('both', name), runFiles.report));
  }
  rmSync(page);
  assert.equal((await cli(['report', 'both'], folder)).code, 0);
  assert.equal(readFileSync(page, 'utf8'), first);
  for (const name of names) assert.ok(existsSync(join(setOf('both', name), runFiles.report)));
});

test('what makes the folder of a set a run is written last: one that was cut short before counts for nothing', () => {
  const written = (name: string, file: string): bigint =>
    statSync(join(setOf('both', name), file), { bigint: true }).mtimeNs;
  for (const name of names)
    for (const file of ['results.csv', 'events.jsonl', 'selection.json', 'policy.json', 'parts.csv', 'manifest.json'])
      assert.ok(written(name, file) < written(name, 'config.json'), `${name}: ${file}`);
});

test('stopped in training and in judging, a run ends with the very same numbers', async () => {
  const stopAt = (line: RegExp) => {
    let killed = false;
    return (out: string, child: { kill(signal: 'SIGINT'): unknown }) => {
      if (killed || !line.test(out)) return;
      killed = true;
      child.kill('SIGINT');
    };
  };
  const args = ['learn', 'images', 'others', '--out', 'parts', ...quick];
  const first = await cli(args, folder, stopAt(/Joint learning/));
  assert.equal(first.code, 130, first.err);
  assert.match(first.err, /learn --resume --out parts/);
  assert.ok(!existsSync(join(folder, 'parts', 'sets', 'images', runFiles.config)));
  // The first set is judged, the second not.
  const resume = ['learn', '--resume', '--out', 'parts', '--workers', '0'];
  const second = await cli(resume, folder, stopAt(/Judging others/));
  assert.equal(second.code, 130, second.err);
  assert.ok(existsSync(join(folder, 'parts', 'sets', 'images', runFiles.config)));
  const third = await cli(resume, folder);
  assert.equal(third.code, 0, third.err);
  assert.doesNotMatch(third.out, /Judging images/);
  for (const name of names) assert.deepEqual(selectionOf('parts', name), selectionOf('both', name));
  assert.deepEqual(resultOf('parts'), resultOf('both'));
  // What has ended is told again.
  assert.match((await cli(resume, folder)).out, /augmentation +images +others/);
});

test('judge takes the network whose classes are those of the images', async () => {
  cpSync(join(folder, 'others'), join(folder, 'same'), { recursive: true });
  const judge = (data: string) =>
    cli(['judge', 'both', data, '--out', `judged-${data}`, '--threads', '1'], folder);
  const { code, err } = await judge('same');
  assert.equal(code, 0, err);
  const selection = readRunFile(join(folder, 'judged-same'), 'selection', selectionSchema);
  for (const { reason } of selection.augmentations) assert.doesNotMatch(reason, /other classes/);
  const { judgedFrom } = JSON.parse(
    readFileSync(join(folder, 'judged-same', runFiles.manifest), 'utf8'),
  ) as { judgedFrom: string };
  assert.equal(judgedFrom, join('both', 'sets', 'others'));
  smallData(folder, 2, 20, 'two');
  assert.equal((await judge('two')).code, 0);
  const other = readRunFile(join(folder, 'judged-two'), 'selection', selectionSchema);
  for (const { reason } of other.augmentations) assert.match(reason, /knows other classes/);
});

test('verdicts and policies are asked of one set, and export takes its folder', async () => {
  const whole = await cli(['export', 'both', '--format', 'json'], folder);
  assert.equal(whole.code, 2);
  assert.match(whole.err, /run covers several data sets/);
  assert.match(whole.err, /both\/sets\/images, both\/sets\/others/);
  const one = await cli(['export', 'both/sets/others', '--format', 'json'], folder);
  assert.equal(one.code, 0, one.err);
});

test('the same data set twice is refused by its own name', async () => {
  const { code, err } = await learn('twice', 'folder:images');
  assert.equal(code, 2);
  assert.match(err, /same folder was given twice[^]*folder:images[^]*remedy/);
  assert.ok(!existsSync(join(folder, 'twice', runFiles.config)));
});
