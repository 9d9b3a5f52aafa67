import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test, type TestContext } from 'node:test';
import { readRunFile, runFiles, selectionSchema } from '../../../src/run/files/index.js';
import { cli } from '../support/run-cli.js';
import { smallData } from '../support/small-data.js';

let folder: string;
let disk: string;
let mounted = false;
before(() => {
  folder = mkdtempSync(join(tmpdir(), 'disk-'));
  smallData(folder, 2, 24);
  disk = join(folder, 'disk');
  mkdirSync(disk);
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=96m', 'tmpfs', disk], { stdio: 'ignore' });
    mounted = true;
  } catch {
    // Mounting needs root and Linux.
  }
});
after(() => {
  if (mounted) execFileSync('umount', [disk]);
  rmSync(folder, { recursive: true, force: true });
});

const quick = ['--epochs', '12', '--batch', '16', '--workers', '0', '--threads', '1'];
const ballast = () => join(disk, 'ballast');

/** Takes all but `left` bytes of the small disk. */
function fill(left: number): void {
  const { bavail, bsize } = statfsSync(disk);
  try {
    writeFileSync(ballast(), Buffer.alloc(Math.max(0, bavail * bsize - left)));
  } catch (error) {
    // The run writes too: what it has taken since makes the disk full all the same.
    if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
  }
}

function unmounted(t: TestContext): boolean {
  if (!mounted) t.skip('a small disk can be mounted by root on Linux alone');
  return !mounted;
}

test('a disk that fills up during a run ends it with the place, and the run can go on', async (t) => {
  if (unmounted(t)) return;
  let filled = false;
  // Watched or not.
  const learn = ['learn', 'images', '--out', 'disk/run', '--live', ...quick];
  const first = await cli(learn, folder, (out) => {
    if (filled || !/epoch +\d+\/12/.test(out)) return;
    filled = true;
    fill(64 << 10);
  });
  assert.ok(filled, first.out);
  assert.equal(first.code, 2, first.err);
  assert.match(first.err, /The disk is full/);
  assert.match(first.err, /where: +disk\/run\/checkpoint/);
  assert.match(first.err, /remedy: +free some space/);
  assert.doesNotMatch(first.err, /at .*\.js/);

  rmSync(ballast());
  const second = await cli(['learn', '--resume', '--out', 'disk/run'], folder);
  assert.equal(second.code, 0, second.err);
  const whole = await cli(['learn', 'images', '--out', 'whole', ...quick], folder);
  assert.equal(whole.code, 0, whole.err);
  const selection = (run: string) => readRunFile(join(folder, run), 'selection', selectionSchema);
  assert.deepEqual(selection('disk/run'), selection('whole'));
  for (const line of readFileSync(join(disk, 'run', runFiles.events), 'utf8')
    .trim()
    .split('\n'))
    assert.doesNotThrow(() => JSON.parse(line), line);
});

test('a disk that is full from the start is named before anything is learned', async (t) => {
  if (unmounted(t)) return;
  fill(0);
  const { code, err } = await cli(['learn', 'images', '--out', 'disk/none', ...quick], folder);
  rmSync(ballast());
  assert.equal(code, 2, err);
  assert.match(err, /The disk is full/);
  assert.match(err, /where: +disk\/none/);
});
