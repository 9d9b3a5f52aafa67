import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { packageRoot } from '../../src/core/index.js';
import { cli } from './support/run-cli.js';
import { smallData } from './support/small-data.js';

let folder: string;
before(() => {
  folder = mkdtempSync(join(tmpdir(), 'places-'));
  smallData(folder, 2, 24);
  symlinkSync('nowhere', join(folder, 'dangling'));
  symlinkSync('loop', join(folder, 'loop'));
  mkdirSync(join(folder, 'events', 'events.jsonl'), { recursive: true });
});
after(() => rmSync(folder, { recursive: true, force: true }));

const train = ['train', 'images', '--policy', 'none', '--epochs', '1', '--threads', '1'];

for (const out of ['dangling', 'dangling/out', 'loop/out', 'x'.repeat(300), '/proc/none/out'])
  test(`--out ${out.slice(0, 20)}: named at once`, async (t) => {
    if (out.startsWith('/proc') && !existsSync('/proc/self')) return t.skip('no /proc here');
    const { code, err } = await cli([...train, '--out', out], folder);
    assert.equal(code, 2, err);
    assert.match(err, /Cannot write a file here[^]*remedy/);
    assert.doesNotMatch(err, /\n\s+at .*\(/);
  });

const shell = (command: string): { code: number; err: string } => {
  const program = join(packageRoot(), 'bin', 'safe-augment.mjs');
  const script = `${command.replaceAll('SAFE', `"${process.execPath}" "${program}"`)} 2> err`;
  try {
    execFileSync('bash', ['-c', `${script}; code=$?; cat "${folder}/err" >&2; exit $code`], {
      cwd: folder,
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    return { code: 0, err: '' };
  } catch (error) {
    const { status, stderr } = error as { status: number; stderr: Buffer };
    return { code: status, err: stderr.toString() };
  }
};

test('a full disk behind standard output is named', (t) => {
  if (!existsSync('/dev/full')) return t.skip('no /dev/full here');
  const { code, err } = shell('SAFE --version > /dev/full');
  assert.equal(code, 2, err);
  assert.match(err, /Cannot write to standard output[^]*a full disk/);
});

test('more threads than cores are too many for a new run', async () => {
  const args = [...train.slice(0, -1), '256', '--set', 'model.width=8', '--out', 'threads'];
  const { code, out, err } = await cli(args, folder);
  assert.equal(code, 0, err);
  assert.match(out, /warning: 256 threads on \d+ cores? would only wait for each other/);
});
