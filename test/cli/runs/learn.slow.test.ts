import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { readEvents, readRunFile, runFiles, selectionSchema } from '../../../src/run/files/index.js';
import { parse } from 'csv-parse/sync';
import { z } from 'zod';
import { cli } from '../support/run-cli.js';
import { smallData } from '../support/small-data.js';

const rowsSchema = z.array(
  z.looseObject({ epoch: z.string(), images: z.string(), seconds: z.string() }),
);
let folder: string;
before(() => {
  folder = mkdtempSync(join(tmpdir(), 'learn-'));
  smallData(folder);
});
after(() => rmSync(folder, { recursive: true, force: true }));

// One thread: two test files run side by side.
const quick = ['--epochs', '4', '--batch', '16', '--workers', '1', '--threads', '1', '--seed', '3'];
const selectionOf = (run: string) => readRunFile(join(folder, run), 'selection', selectionSchema);

test('learn on real images writes the whole run folder, and the report is rebuilt from it', async () => {
  const args = ['learn', 'images', '--out', 'whole', '--details', ...quick];
  const { code, out, err } = await cli(args, folder);
  assert.equal(code, 0, err);
  assert.match(out, /4 epochs of 48 images, as configured/);
  assert.match(out, /augmentation +verdict/);
  for (const file of Object.values(runFiles).filter((name) => !name.startsWith('results.')))
    assert.ok(existsSync(join(folder, 'whole', file)), file);
  const selection = selectionOf('whole');
  assert.equal(selection.augmentations.length, 15);
  // Four epochs of 64 images teach nothing: such a run must not call anything safe.
  assert.equal(selection.status, 'undertrained');
  assert.deepEqual(selection.safe, []);
  assert.match(out, /No verdict/);
  for (const a of selection.augmentations) {
    assert.ok(a.jLow <= a.j && a.j <= a.jHigh, a.name);
    assert.ok(Math.abs(a.tpr - a.fpr - a.j) < 1e-9, a.name);
  }
  const negative = selection.controls.filter((c) => c.kind === 'negative');
  assert.ok(negative.length > 0 && negative.every((c) => c.j === 0));

  const page = join(folder, 'whole', runFiles.report);
  const before = readFileSync(page, 'utf8');
  rmSync(page);
  assert.equal((await cli(['report', 'whole'], folder)).code, 0);
  assert.equal(readFileSync(page, 'utf8'), before);
  assert.doesNotMatch(before, /(src|href)="http/);
  assert.match(before, /<svg/);
  assert.ok((before.match(/data:image\/png/g) ?? []).length >= 15);

  const again = await cli(['learn', 'images', '--out', 'whole', ...quick], folder);
  assert.equal(again.code, 2);
  assert.match(again.err, /--resume.*--overwrite/);
});

test('Ctrl-C exits 130 with the state saved, and --resume ends with the very same numbers', async () => {
  let killed = false;
  const first = await cli(
    ['learn', 'images', '--out', 'halves', ...quick],
    folder,
    (out, child) => {
      if (!killed && /Joint learning/.test(out)) {
        killed = true;
        setTimeout(() => child.kill('SIGINT'), 60);
      }
    },
  );
  assert.equal(first.code, 130, first.err);
  assert.match(first.err, /state saved\. Continue with: safe-augment learn --resume --out halves/);
  const done = readEvents(join(folder, 'halves')).filter((e) => e.type === 'finished');
  assert.deepEqual(done, []);
  smallData(folder, 3, 20, 'strangers');
  const early = await cli(['judge', 'halves', 'strangers', '--out', 'early'], folder);
  assert.equal(early.code, 2, early.err);
  assert.match(early.err, /not contain a finished run[^]*--resume/);
  // Other workers must not change anything either.
  const second = await cli(['learn', '--resume', '--out', 'halves', '--workers', '0'], folder);
  assert.equal(second.code, 0, second.err);
  assert.deepEqual(selectionOf('halves'), selectionOf('whole'));
  const losses = (run: string) => {
    const last = new Map<number, unknown>();
    for (const e of readEvents(join(folder, run)))
      if (e.type === 'epoch') last.set(e.epoch, [e.train, e.judging, e.lr]);
    return [...last.values()];
  };
  assert.deepEqual(losses('halves'), losses('whole'));
  // Only how long an epoch took may differ.
  const table = (run: string) =>
    rowsSchema
      .parse(parse(readFileSync(join(folder, run, runFiles.resultsCsv)), { columns: true }))
      .map(({ seconds, ...row }) => ({ ...row, took: Number(seconds) > 0 }));
  assert.deepEqual(
    table('whole').map(({ epoch, images }) => [epoch, images]),
    [1, 2, 3, 4].map((n) => [`${n}`, `${48 * n}`]),
  );
  assert.deepEqual(table('halves'), table('whole'));
});

test('judge gives verdicts for other images from that network, without training', async () => {
  // Three of its four classes: the task head knows others, so harm is not judged.
  smallData(folder, 3, 20, 'others');
  const args = ['judge', 'whole', 'others', '--out', 'judged', '--workers', '0', '--threads', '1'];
  const { code, out, err } = await cli(args, folder);
  assert.equal(code, 0, err);
  assert.doesNotMatch(out, /augmentation +verdict/);
  assert.match(out, /No verdict: /);
  const selection = selectionOf('judged');
  // The same as JSON, and nothing else on standard output.
  const json = await cli([...args, '--overwrite', '--json'], folder);
  assert.equal(json.code, 0, json.err);
  const printed = JSON.parse(json.out);
  assert.equal(printed.sets[0].status, 'undertrained');
  assert.deepEqual(
    printed.sets[0].augmentations.map((a: { name: string; j: number }) => [a.name, a.j]),
    selection.augmentations.map((a) => [a.name, a.j]),
  );
  assert.ok(existsSync(join(folder, printed.report)));
  assert.match(json.err, /Judging/);
  assert.equal(selection.augmentations.length, 15);
  assert.equal(selection.status, 'undertrained');
  for (const a of selection.augmentations) {
    assert.match(a.reason, /knows other classes: harm was not judged/);
    assert.doesNotMatch(a.reason, /harms? (to )?the task|harm −?0/);
    assert.equal(a.taskChange.value, 0);
  }
  for (const file of [runFiles.policy, runFiles.report, runFiles.samples])
    assert.ok(existsSync(join(folder, 'judged', file)), file);
  const none = await cli(['judge', 'images', 'others', '--out', 'x'], folder);
  assert.equal(none.code, 2);
  assert.match(none.err, /not contain a finished run/);
});
