import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
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
import { runFiles } from '../../../src/run/files/index.js';
import { cli } from '../support/run-cli.js';
import { smallData } from '../support/small-data.js';
import { smallPairs } from '../support/small-pairs.js';

// A process may die between any two files that it writes. What it had not written is taken away here.

let folder: string;
before(() => {
  folder = mkdtempSync(join(tmpdir(), 'gaps-'));
  smallData(folder, 2, 40);
  smallPairs(folder, { train: 12, val: 8, test: 2 });
});
after(() => rmSync(folder, { recursive: true, force: true }));

const quick = ['--epochs', '1', '--workers', '0', '--threads', '1', '--set', 'model.width=8'];

/** All files of a run but those with times in them. */
function bytesOf(run: string): Map<string, string> {
  const files = readdirSync(join(folder, run), { recursive: true }).map(String).sort();
  return new Map(
    files
      .filter((name) => statSync(join(folder, run, name)).isFile())
      .filter((name) => !/events\.jsonl|report\.html|manifest\.json|results\.|\.safetensors/.test(name))
      .filter((name) => name !== runFiles.config)
      .map((name) => [name, readFileSync(join(folder, run, name)).toString('base64')]),
  );
}

const learned = [
  runFiles.parts,
  runFiles.selection,
  runFiles.policy,
  runFiles.policyAlbumentations,
  runFiles.samples,
];

for (const data of ['images', 'scenes'])
  test(`learn on ${data}: what is missing after the verdicts is finished`, async () => {
    const size = data === 'scenes' ? ['--size', '24x32'] : [];
    const run = `whole-${data}`;
    const first = await cli(['learn', data, '--out', run, ...size, ...quick], folder);
    assert.equal(first.code, 0, first.err);
    const whole = bytesOf(run);
    for (let written = 1; written < learned.length; written++) {
      const part = `${run}-${written}`;
      cpSync(join(folder, run), join(folder, part), { recursive: true });
      for (const name of learned.slice(written)) rmSync(join(folder, part, name));
      // From another directory, too.
      const elsewhere = join(folder, part, 'checkpoint');
      const next = await cli(['learn', '--resume', '--out', '..'], elsewhere);
      assert.equal(next.code, 0, next.err);
      for (const [name, bytes] of bytesOf(part))
        if (name !== runFiles.policy) assert.equal(bytes, whole.get(name), `${part}/${name}`);
      assert.deepEqual([...bytesOf(part).keys()], [...whole.keys()], part);
    }
  });

test('compare: what it takes of the learn run is taken again where it is not whole', async () => {
  const args = ['--from', 'whole-images', '--arms', 'none,safe', '--seeds', '1', '--out', 'c'];
  const first = await cli(['compare', 'images', ...args, ...quick], folder);
  assert.equal(first.code, 0, first.err);
  const selection = readFileSync(join(folder, 'c', runFiles.selection), 'utf8');
  rmSync(join(folder, 'c', runFiles.selection));
  rmSync(join(folder, 'c', runFiles.results));
  const next = await cli(['compare', '--resume', '--out', 'c'], folder);
  assert.equal(next.code, 0, next.err);
  assert.equal(readFileSync(join(folder, 'c', runFiles.selection), 'utf8'), selection);
});

test('compare: a policy file named from one directory is found when resumed from another', async () => {
  const policy = { transforms: [{ name: 'HorizontalFlip' }], size: 1, p: 1, restore: 'reflect' };
  mkdirSync(join(folder, 'policies'));
  writeFileSync(join(folder, 'policies/mine.json'), JSON.stringify(policy));
  const args = ['--arms', 'none,policies/mine.json', '--seeds', '1', '--out', 'own'];
  const first = await cli(['compare', 'images', ...args, ...quick], folder);
  assert.equal(first.code, 0, first.err);
  const results = join(folder, 'own', runFiles.results);
  const figures = (): unknown =>
    JSON.parse(readFileSync(results, 'utf8'), (key, value: unknown) =>
      key === 'seconds' ? undefined : value,
    );
  const whole = figures();
  rmSync(results);
  rmSync(join(folder, 'own/arms/mine-seed0'), { recursive: true });
  const elsewhere = join(folder, 'own/arms');
  const next = await cli(['compare', '--resume', '--out', '..'], elsewhere);
  assert.equal(next.code, 0, next.err);
  assert.deepEqual(figures(), whole);
});

test('report removes what dead processes have left in the run, and leaves what others put there', async () => {
  const left = join(folder, 'whole-images', `selection.json.${deadProcess()}.tmp`);
  const mine = join(folder, 'whole-images', 'notes.tmp');
  for (const file of [left, mine]) writeFileSync(file, 'half');
  const { code, err } = await cli(['report', 'whole-images'], folder);
  assert.equal(code, 0, err);
  assert.ok(!existsSync(left));
  assert.ok(existsSync(mine));
});

/** The number of a process that has ended. */
function deadProcess(): number {
  return spawnSync(process.execPath, ['--version']).pid;
}

test('images are in one part only, and what is tested on has decided nothing, in any command', async () => {
  const runs = ['whole-images', 'c', join('c', 'arms', 'none-seed0')];
  const other = ['--seed', '7', '--out', 'trained'];
  const trained = await cli(['train', 'images', '--policy', 'none', ...other, ...quick], folder);
  assert.equal(trained.code, 0, trained.err);
  assert.doesNotMatch(trained.out, /took part in/);
  const judged = ['judge', 'whole-images', 'images', '--threads', '1', '--out', 'judged'];
  const { code, err } = await cli(judged, folder);
  assert.equal(code, 0, err);
  const tested = [...runs, 'trained', 'judged'].map((run) => {
    const lines = readFileSync(join(folder, run, runFiles.parts), 'utf8').trim().split('\n');
    assert.equal(lines[0], 'file,class,part');
    const rows = lines.slice(1).map((line) => line.split(','));
    assert.equal(rows.length, 80, run);
    assert.equal(new Set(rows.map(([name]) => name)).size, 80, run);
    for (const [name, label, part] of rows) {
      assert.match(part, /^(train|judging|calibration|test)$/, run);
      assert.ok(name.startsWith(`${label}/`), name);
    }
    return rows.filter(([, , part]) => part === 'test').map(([name]) => name);
  });
  assert.equal(tested[0].length, 16);
  for (const names of tested) assert.deepEqual(names, tested[0]);
});

test('a resumed run says which of the settings given with it are ignored', async () => {
  const same = ['learn', 'images', '--resume', '--out', 'whole-images', '--epochs', '1'];
  assert.doesNotMatch((await cli(same, folder)).err, /ignored/);
  const { code, err } = await cli(
    ['learn', 'scenes', '--resume', '--out', 'whole-images', '--epochs', '9', '--lr', '0.5'],
    folder,
  );
  assert.equal(code, 0, err);
  assert.match(err, /ignored: .*data .*scenes.*epochs 9 \(the run has 1\)/);
  const mistaken = await cli([...same.slice(0, -1), '0', '--workers', '-3'], folder);
  assert.equal(mistaken.code, 2, 'a value that no run could have is no less a mistake here');
  assert.match(mistaken.err, /- epochs: .*>=1, got 0\n/);
  assert.match(mistaken.err, /- workers: .*>=0, got -3\n/);
  const wrong = await cli(['train', '--resume', '--out', 'whole-images'], folder);
  assert.equal(wrong.code, 2);
  assert.match(wrong.err, /a run of `learn`[^]*safe-augment learn --resume --out whole-images/);
  const missing = await cli(['learn', '--resume', '--out', 'no such'], folder);
  assert.match(missing.err, /There is no run to resume/);
});

test('a run is never its own source', async () => {
  const out = ['--out', 'whole-images', '--overwrite'];
  for (const args of [
    ['judge', 'whole-images', 'images', ...out],
    ['train', 'images', '--policy', 'none', '--init', 'trained', '--out', 'trained', '--overwrite'],
    ['train', 'images', '--policy', 'safe', '--from', 'whole-images', ...out],
    ['compare', 'images', '--arms', 'none', '--from', 'whole-images', ...out],
    ['train', 'images', '--policy', 'whole-images/policy.json', ...out],
    ['learn', 'images', '--set', 'model.weights=whole-images/checkpoint/weights.safetensors', ...out],
  ]) {
    const before = bytesOf('whole-images');
    const { code, err } = await cli(args, folder);
    assert.equal(code, 2, `${args.join(' ')}: ${err}`);
    assert.match(err, /would replace what it is made from/);
    assert.deepEqual(bytesOf('whole-images'), before);
  }
});
