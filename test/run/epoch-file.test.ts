import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { parse } from 'csv-parse/sync';
import { epochTable, type RunEventOf } from '../../src/run/files/index.js';
import { EpochFile } from '../../src/run/folder/epoch-file.js';

const folder = mkdtempSync(join(tmpdir(), 'epoch-file-'));
after(() => rmSync(folder, { recursive: true, force: true }));

const epoch = (n: number, more: Partial<RunEventOf<'epoch'>> = {}): RunEventOf<'epoch'> => ({
  type: 'epoch',
  epoch: n,
  epochs: 4,
  lr: 0.1 / n,
  images: 96,
  imagesPerSecond: 50,
  seconds: 2,
  train: { loss: 1 / n, taskLoss: 0.5 / n },
  judging: { loss: 1.5 / n, taskAccuracy: 0.25 * n },
  ...more,
});

test('a line an epoch: images so far, losses, figures of both parts by name, learning rate', () => {
  assert.equal(
    epochTable([epoch(1), epoch(2)]),
    'epoch,images,seconds,loss,held_out_loss,taskLoss,held_out_taskAccuracy,learning_rate\r\n' +
      '1,96,2,1,1.5,0.5,0.25,0.1\r\n' +
      '2,192,2,0.5,0.75,0.25,0.5,0.05\r\n',
  );
});

test('an epoch that was reported twice has one line, the last report', () => {
  const [, ...rows] = parse(epochTable([epoch(1), epoch(2, { seconds: 9 }), epoch(2)]));
  assert.deepEqual(
    rows.map(([, , seconds]) => seconds),
    ['2', '2'],
  );
});

test('folds count their images apart; what was not measured is empty, what has a comma quoted', () => {
  const train = { loss: 1, 'a,b/taskLoss': NaN };
  const text = epochTable([
    epoch(1, { fold: 2, folds: 2, judging: null, train }),
    epoch(1, { fold: 1, folds: 2, judging: null, train }),
    epoch(2, { fold: 1, folds: 2, judging: null, train, images: undefined }),
  ]);
  assert.equal(
    text,
    'fold,epoch,images,seconds,loss,held_out_loss,"a,b/taskLoss",learning_rate\r\n' +
      '1,1,96,2,1,,,0.1\r\n1,2,,2,1,,,0.05\r\n2,1,96,2,1,,,0.1\r\n',
  );
});

test('the file grows by a line, and is written anew where a figure appears that had no column', () => {
  const path = join(folder, 'grows.csv');
  const file = new EpochFile(path);
  file.add(epoch(1, { judging: null }));
  const { ino } = statSync(path);
  file.add(epoch(2, { judging: null }));
  assert.equal(statSync(path).ino, ino);
  file.add(epoch(3));
  assert.notEqual(statSync(path).ino, ino);
  const all = [epoch(1, { judging: null }), epoch(2, { judging: null }), epoch(3)];
  assert.equal(readFileSync(path, 'utf8'), epochTable(all));
});

test('a file that was cut short is mended, and a folder without epochs gets none', () => {
  const path = join(folder, 'mended.csv');
  const events = [epoch(1), epoch(2)];
  writeFileSync(path, epochTable(events).slice(0, -7));
  new EpochFile(path).restore(events);
  assert.equal(readFileSync(path, 'utf8'), epochTable(events));
  const none = join(folder, 'none.csv');
  new EpochFile(none).restore([{ type: 'phase', phase: 'train' }]);
  assert.ok(!existsSync(none));
});
