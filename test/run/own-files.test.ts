import assert from 'node:assert/strict';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { makeFolder, UserError } from '../../src/core/index.js';
import { manifestSchema } from '../../src/run/files/index.js';
import { ownLockMark } from '../../src/run/lock/holder.js';
import { requireOtherPlace } from '../../src/run/folder/sources.js';
import { RunFolder } from '../../src/run/folder/run-folder.js';

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'own-'))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const config = { data: 'x', seed: 0, model: {}, optimiser: {}, augmentations: [] };
const manifest = manifestSchema.parse({
  ...{ version: 1, command: 'safe-augment learn x', created: '2026-01-01T00:00:00Z' },
  ...{ versions: {}, seed: 0, threads: 1, workers: 1, split: { train: 80 } },
  hardware: { cpu: 'x', cores: 2, memoryBytes: 1, device: 'cpu' },
  data: {
    ...{ source: 'x', kind: 'folder', classes: ['a', 'b'], images: 100 },
    ...{ height: 32, width: 32, fingerprint: 'f' },
  },
});

function file(path: string, text: string): void {
  const [, parent] = /^(.*)\/[^/]+$/.exec(join(folder, path))!;
  mkdirSync(parent, { recursive: true });
  writeFileSync(join(folder, path), text);
}

function run(at: string): void {
  file(`${at}/config.json`, JSON.stringify(config));
  file(`${at}/manifest.json`, JSON.stringify(manifest));
}

const use = (out: string, more: { overwrite?: boolean; resume?: boolean } = {}) =>
  RunFolder.use({ out: join(folder, out), resume: false, overwrite: false, ...more }, (it) => {
    it.begin(config, manifest);
    return Promise.resolve();
  });

const code = (wanted: string) => (error: Error) =>
  error instanceof UserError && error.code === wanted;

test('a foreign folder is no run, whatever its files are called', async () => {
  file('x/config.json', '{"architectures":["BertModel"]}');
  file('x/logs/day.txt', 'mine');
  file('x/checkpoint/weights.safetensors', 'mine');
  await assert.rejects(use('x', { overwrite: true }), code('NOT_A_RUN'));
  file('y/manifest.json', '{"name":"a web page"}');
  await assert.rejects(use('y'), code('NOT_A_RUN'));
  // A name alone makes no run either, nor does half of one.
  file('z/config.json', JSON.stringify(config));
  await assert.rejects(use('z', { overwrite: true }), code('NOT_A_RUN'));
  assert.ok(existsSync(join(folder, 'x/checkpoint/weights.safetensors')));
  assert.ok(existsSync(join(folder, 'x/logs/day.txt')));
});

test('replacing a run removes its own files, and leaves what others put there', async () => {
  run('r');
  for (const own of ['selection.json', 'samples/Blur.png', 'checkpoint/weights.safetensors'])
    file(`r/${own}`, 'old');
  run('r/arms/none-seed0');
  for (const other of ['notes.md', 'samples/mine.jpg', 'logs/mine.csv', 'arms/none-seed0/mine'])
    file(`r/${other}`, 'mine');
  file('photos/dog.png', 'mine');
  symlinkSync(join(folder, 'photos'), join(folder, 'r', 'slurm'));
  await assert.rejects(use('r'), code('RUN_EXISTS'));
  await use('r', { overwrite: true });
  const left = readdirSync(join(folder, 'r'), { recursive: true }).map(String).sort();
  assert.deepEqual(left, [
    ...['arms', 'arms/none-seed0', 'arms/none-seed0/mine', 'config.json', 'events.jsonl'],
    ...['logs', 'logs/mine.csv', 'manifest.json', 'notes.md', 'samples', 'samples/mine.jpg'],
  ]);
  assert.ok(existsSync(join(folder, 'photos', 'dog.png')));
});

test('a run that died while it was replaced can be replaced again, and only so', async () => {
  file('r/manifest.json', JSON.stringify(manifest));
  await use('r');
  rmSync(join(folder, 'r/config.json'));
  file('r/selection.json', '{}');
  await assert.rejects(use('r'), code('RUN_EXISTS'));
  await use('r', { overwrite: true });
  assert.ok(!existsSync(join(folder, 'r/selection.json')));
});

test('what dead processes were writing is swept, what live ones write is not', async () => {
  run('r');
  const dead = 2 ** 22 + 1;
  const gone = ['results.json', 'checkpoint/latest.safetensors', 'arms/a/config.json'];
  for (const name of gone) file(`r/${name}.${dead}.tmp`, 'half');
  const kept = [`results.json.${process.ppid}.tmp`, `mine.${dead}.tmp`];
  for (const name of kept) file(`r/${name}`, 'half');
  const holder = { pid: dead, host: 'x', began: '', token: 't', command: 'c', since: 's' };
  const { place } = await import('../../src/run/lock/holder.js').then((m) => m.thisProcess('t'));
  file('r/arms/a/run.lock', JSON.stringify({ ...holder, place }));
  file('r/run.lock.t.tmp', JSON.stringify({ ...holder, place }));
  // Half-written, locks say by their names whose they are.
  const half = (pid: number) => `run.lock.${ownLockMark().replace(/^\d+/, `${pid}`)}.t.tmp`;
  for (const pid of [dead, process.ppid]) file(`r/${half(pid)}`, '{ "pid"');
  await RunFolder.use({ out: join(folder, 'r'), resume: true, overwrite: false }, () =>
    Promise.resolve(),
  );
  for (const name of gone) assert.ok(!existsSync(join(folder, `r/${name}.${dead}.tmp`)), name);
  for (const name of kept) assert.ok(existsSync(join(folder, `r/${name}`)), name);
  assert.ok(existsSync(join(folder, 'r', half(process.ppid))));
  for (const name of ['arms/a/run.lock', 'run.lock.t.tmp', 'run.lock', half(dead)])
    assert.ok(!existsSync(join(folder, `r/${name}`)), name);
});

test('what a run is made from is never its place, by whatever name', () => {
  mkdirSync(join(folder, 'r', 'sets', 'a'), { recursive: true });
  mkdirSync(join(folder, 'other'));
  symlinkSync(join(folder, 'r'), join(folder, 'link'));
  const check = (out: string, path: string, replaces = false) =>
    requireOtherPlace(
      join(folder, out),
      [{ option: '--from', path: join(folder, path) }],
      replaces,
    );
  for (const [out, path] of [
    ['r', 'r'],
    ['link', 'r'],
    ['r', 'link'],
    ['r', 'r/sets/a'],
    ['r/../r', 'link/sets/a'],
  ])
    assert.throws(() => check(out, path), code('RUN_SOURCE'), `${out} from ${path}`);
  // A new folder inside a run harms nothing; replacing one there would.
  check('r/sets/a', 'r');
  assert.throws(() => check('r/sets/a', 'link', true), code('RUN_SOURCE'));
  check('other', 'r', true);
  check('new', 'r', true);
});

test('places where no folder can be are named, and never waited for', async () => {
  symlinkSync(join(folder, 'nowhere'), join(folder, 'dangling'));
  symlinkSync(join(folder, 'loop'), join(folder, 'loop'));
  file('plain', '');
  for (const out of ['dangling/out', 'loop/out', 'plain/out', 'x'.repeat(300)])
    await assert.rejects(use(out), (error) => error instanceof UserError, out);
  if (existsSync('/proc/self')) assert.throws(() => makeFolder('/proc/safe-augment/out'));
  makeFolder(join(folder, 'a', 'b', 'c'));
  makeFolder(join(folder, 'a', 'b', 'c'));
  assert.ok(existsSync(join(folder, 'a', 'b', 'c')));
});

test('a run that is refused leaves no folder behind, and an empty one of yours where it was', async () => {
  mkdirSync(join(folder, 'mine'));
  const refused = (out: string) =>
    RunFolder.use({ out: join(folder, out), resume: false, overwrite: false }, () =>
      Promise.reject(new UserError('BUDGET_TOO_SMALL', 'Too small.')),
    );
  for (const out of ['mine', 'new']) await assert.rejects(refused(out), code('BUDGET_TOO_SMALL'));
  assert.deepEqual(readdirSync(folder), ['mine']);
});
