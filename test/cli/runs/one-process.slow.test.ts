import assert from 'node:assert/strict';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { comparisonSchema, readRunFile } from '../../../src/run/files/index.js';
import { RunLock } from '../../../src/run/lock/run-lock.js';
import { cli, type Outcome } from '../support/run-cli.js';
import { smallData } from '../support/small-data.js';

let folder: string;
before(() => {
  folder = mkdtempSync(join(tmpdir(), 'one-'));
  smallData(folder);
});
after(() => rmSync(folder, { recursive: true, force: true }));

const quick = ['--batch', '16', '--workers', '1', '--threads', '1', '--set', 'model.width=8'];
const train = ['train', 'images', '--policy', 'none', ...quick];
const lockOf = (out: string) => join(folder, out, 'run.lock');

test('a second process in a run folder is told of the first, and harms nothing', async () => {
  let second: Promise<Outcome[]> | undefined;
  const first = await cli([...train, '--epochs', '400', '--out', 'o'], folder, (out, child) => {
    if (second !== undefined || !/epoch 20\/400/.test(out)) return;
    second = Promise.all([
      cli(['train', '--resume', '--out', 'o'], folder),
      cli([...train, '--epochs', '1', '--out', 'o', '--overwrite'], folder),
      cli(['compare', 'images', '--arms', 'none', '--out', 'o', '--overwrite'], folder),
      cli(['learn', 'images', '--out', 'o', '--overwrite'], folder),
    ]).finally(() => child.kill('SIGINT'));
  });
  for (const { code, err } of await second!) {
    assert.equal(code, 2, err);
    assert.match(err, /Another process is using this run folder/);
    assert.match(err, /process \d+ on .*: safe-augment train images --policy none/);
    assert.doesNotMatch(err, /\n\s+at .*\(/);
  }
  assert.equal(first.code, 130, first.err);
  assert.ok(!existsSync(lockOf('o')));
});

test('what a killed process has left is taken over', async () => {
  const killed = await cli(['train', '--resume', '--out', 'o'], folder, (out, child) => {
    if (/epoch \d+\/400/.test(out)) child.kill('SIGKILL');
  });
  assert.equal(killed.code, null);
  assert.ok(existsSync(lockOf('o')));
  const next = await cli(['train', '--resume', '--out', 'o'], folder, (out, child) => {
    if (/epoch \d+\/400/.test(out)) child.kill('SIGINT');
  });
  assert.equal(next.code, 130, next.err);
  assert.ok(!existsSync(lockOf('o')));
});

test('a start that fails leaves the run that was to be replaced', async () => {
  const config = readFileSync(join(folder, 'o', 'config.json'), 'utf8');
  const { code } = await cli(
    [...train, '--epochs', '1', '--batch', '99', '--out', 'o', '--overwrite'],
    folder,
  );
  assert.equal(code, 2);
  assert.equal(readFileSync(join(folder, 'o', 'config.json'), 'utf8'), config);
});

test('what is left of a start that was killed is no obstacle', async () => {
  mkdirSync(join(folder, 'p'));
  cpSync(join(folder, 'o', 'manifest.json'), join(folder, 'p', 'manifest.json'));
  writeFileSync(join(folder, 'p', 'config.json.17.tmp'), '{');
  const { code, err } = await cli([...train, '--epochs', '1', '--out', 'p'], folder);
  assert.equal(code, 0, err);
});

test('arms of a comparison that was killed stop by themselves; what they did is kept', async () => {
  const args = ['--arms', 'none', '--seeds', '6', '--epochs', '30', '--jobs', '2'];
  let stopped = false;
  await cli(['compare', 'images', ...args, ...quick, '--out', 'c'], folder, (out, child) => {
    if (stopped || !/\[1\/6\]/.test(out)) return;
    stopped = true;
    child.kill('SIGKILL');
  });
  const arms = readdirSync(join(folder, 'c', 'arms'));
  const results = (arm: string) => join(folder, 'c', 'arms', arm, 'results.json');
  const lock = (arm: string) => lockOf(join('c', 'arms', arm));
  for (let i = 0; i < 200 && arms.some((arm) => existsSync(lock(arm))); i++) await sleep(50);
  assert.deepEqual(
    arms.filter((arm) => existsSync(lock(arm))),
    [],
  );
  const done = arms.filter((arm) => existsSync(results(arm)));
  assert.ok(done.length > 0);
  const times = done.map((arm) => statSync(results(arm)).mtimeMs);
  const { code, err } = await cli(['compare', '--resume', '--out', 'c'], folder);
  assert.equal(code, 0, err);
  const { status, arms: compared } = readRunFile(join(folder, 'c'), 'results', comparisonSchema);
  assert.deepEqual([status, compared[0].runs.length], ['complete', 6]);
  assert.deepEqual(
    done.map((arm) => statSync(results(arm)).mtimeMs),
    times,
  );
});

test('an arm waits for the process that is in its folder, on whatever host', async () => {
  const arm = join(folder, 'c', 'arms', 'none-seed0');
  rmSync(arm, { recursive: true });
  const lock = RunLock.take(arm);
  let told = '';
  const { code, err } = await cli(['arm', 'c', 'none@0'], folder, (out) => {
    told = /warning: waiting for another process.*/.exec(out)?.[0] ?? told;
    if (told !== '') setTimeout(() => lock.release(), 300);
  });
  lock.release();
  assert.equal(code, 0, err);
  assert.match(
    told,
    new RegExp(`another process that is training none@0.*process ${process.pid}`),
  );
  assert.ok(existsSync(join(arm, 'results.json')));
});
