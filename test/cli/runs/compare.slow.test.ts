import assert from 'node:assert/strict';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import {
  comparisonSchema,
  readRunFile,
  runFiles,
  type Comparison,
} from '../../../src/run/files/index.js';
import { learnRun } from '../support/learn-run.js';
import { cli } from '../support/run-cli.js';
import { smallData } from '../support/small-data.js';

let folder: string;
before(() => {
  folder = mkdtempSync(join(tmpdir(), 'compare-'));
  smallData(folder);
  learnRun(folder, 'learned', ['HorizontalFlip', 'RandomGamma'], ['HorizontalFlip', 'RandomGamma']);
});
after(() => rmSync(folder, { recursive: true, force: true }));

const quick = ['--batch', '16', '--workers', '1', '--threads', '1', '--set', 'model.width=8'];
const compare = (out: string, ...args: string[]) =>
  cli(['compare', 'images', '--from', 'learned', '--out', out, ...quick, ...args], folder);
const resultOf = (run: string) => readRunFile(join(folder, run), 'results', comparisonSchema);

/** What an interruption, or another number of jobs, must not change. */
function numbers(comparison: Comparison): unknown {
  const copy = structuredClone(comparison) as { arms: { seconds?: number; runs: object[] }[] };
  for (const arm of copy.arms) {
    delete arm.seconds;
    for (const run of arm.runs) delete (run as { seconds?: number }).seconds;
  }
  return copy;
}

const arms = ['--arms', 'none,all,all+safe,all+safe-v2', '--seeds', '2', '--epochs', '3'];

test('arms see the same number of images, start from one training on all, and are tabulated', async () => {
  const { code, out, err } = await compare('whole', ...arms);
  assert.equal(code, 0, err);
  const result = resultOf('whole');
  assert.equal(result.status, 'complete');
  assert.match(out, /\[1\/\d+\] .*; about .* left/);
  assert.deepEqual(result.seeds, [0, 1]);
  assert.deepEqual(
    result.arms.map(({ name, sameAs }) => [name, sameAs]),
    [
      ['none', undefined],
      ['all', undefined],
      ['all+safe', undefined],
      // Both sets are the same: it is not trained again.
      ['all+safe-v2', 'all+safe'],
    ],
  );
  for (const arm of result.arms) {
    assert.equal(arm.images, 3 * result.imagesPerEpoch, arm.name);
    assert.equal(arm.runs.length, 2);
    for (const { key } of result.figures) {
      const { value, low, high } = arm.figures[key];
      const mean = (arm.runs[0].metrics[key] + arm.runs[1].metrics[key]) / 2;
      assert.ok(Math.abs(value - mean) < 1e-12 && low <= value && value <= high);
    }
  }
  const [none, all] = result.arms;
  assert.equal(none.toNone, null);
  const difference = all.runs.map((r, i) => r.metrics.top1 - none.runs[i].metrics.top1);
  assert.ok(Math.abs(all.toNone!.value - (difference[0] + difference[1]) / 2) < 1e-12);
  for (const seed of [0, 1])
    assert.ok(
      existsSync(join(folder, 'whole', 'arms', `pretrain-all-seed${seed}`, 'results.json')),
    );

  assert.match(out, /^arm +top-1 +test loss +top-1 against none/m);
  assert.match(out, /^all\+safe-v2 \(= all\+safe\)/m);
  const read = (name: string) => readFileSync(join(folder, 'whole', name), 'utf8');
  assert.match(read('results.md'), /^\| all\+safe \|/m);
  assert.match(read('results.tex'), /\\toprule[^]*all\+safe &[^]*\\bottomrule/);
  const csv = read('results.csv').trimEnd().split('\r\n');
  assert.equal(csv.length, 5);
  assert.ok(csv.every((line) => line.split(',').length === csv[0].split(',').length));
  const page = read(runFiles.report);
  assert.match(page, /Policies compared on images/);
  assert.match(page, /<svg/);
  assert.doesNotMatch(page, /NaN|undefined/);
});

test('an empty safe set is training without augmentation, and whole seeds come one after another', async () => {
  learnRun(folder, 'nothing-safe', [], []);
  const list = ['--arms', 'none,all,safe,all+safe,all+safe-v2', '--seeds', '2', '--epochs', '2'];
  const args = ['compare', 'images', '--from', 'nothing-safe', '--out', 'empty', ...quick, ...list];
  const { code, out, err } = await cli(args, folder);
  assert.equal(code, 0, err);
  assert.match(out, /nothing-safe found no safe augmentation, so safe, all\+safe, all\+safe-v2 train/);
  const result = resultOf('empty');
  assert.deepEqual(
    result.arms.map(({ name, policy, sameAs }) => [name, policy, sameAs]),
    [
      ['none', 'none', undefined],
      ['all', 'all', undefined],
      ['safe', 'none', 'none'],
      ['all+safe', 'none', undefined],
      ['all+safe-v2', 'none', 'all+safe'],
    ],
  );
  // Nothing was gained with a set that has nothing in it.
  assert.deepEqual(result.payoff, []);
  const seeds = [...out.matchAll(/\d\/8\] [\w+-]+@(\d)/g)].map(([, seed]) => seed);
  assert.deepEqual(seeds, [...'00001111']);
});

test('interrupted anywhere and resumed, it ends with the very same numbers', async () => {
  let args = ['compare', 'images', '--from', 'learned', '--out', 'parts', ...quick, ...arms];
  let finished: string | undefined;
  let time = 0;
  for (const stopAt of [/\[1\/\d+\]/, /\[3\/\d+\]/]) {
    let killed = false;
    const { code, err } = await cli(args, folder, (out, child) => {
      if (killed || !stopAt.test(out)) return;
      killed = true;
      child.kill('SIGINT');
    });
    assert.equal(code, 130, err);
    assert.match(err, /Continue with: safe-augment compare --resume --out parts/);
    args = ['compare', '--resume', '--out', 'parts'];
    if (finished === undefined) {
      finished = join(folder, 'parts', 'arms', 'pretrain-all-seed0', 'results.json');
      time = statSync(finished).mtimeMs;
    }
  }
  // It stands on its own: what it took from the learn run is no longer needed.
  rmSync(join(folder, 'learned'), { recursive: true });
  const last = await cli(args, folder);
  learnRun(folder, 'learned', ['HorizontalFlip', 'RandomGamma'], ['HorizontalFlip', 'RandomGamma']);
  assert.equal(last.code, 0, last.err);
  assert.deepEqual(numbers(resultOf('parts')), numbers(resultOf('whole')));
  assert.equal(statSync(finished!).mtimeMs, time, 'a finished training was run again');
});

test('arms side by side come to the same numbers', async () => {
  const { code, err } = await compare('jobs', ...arms, '--jobs', '2');
  assert.equal(code, 0, err);
  assert.deepEqual(numbers(resultOf('jobs')), numbers(resultOf('whole')));
});

test('a comparison takes more arms and seeds later, and trains only these', async () => {
  const few = ['--arms', 'none,all', '--seeds', '1', '--epochs', '3'];
  const begun = await compare('grown', ...few);
  assert.equal(begun.code, 0, begun.err);
  const path = (name: string) => join(folder, 'grown', name);
  const finished = path('arms/none-seed0/results.json');
  const time = statSync(finished).mtimeMs;
  const more = ['compare', '--resume', '--out', 'grown', '--arms', 'all+safe,all,all+safe-v2'];
  let stopped = false;
  // What it has grown by is kept, even where it is stopped at once.
  const { code, err } = await cli([...more, '--seeds', '2'], folder, (out, child) => {
    if (stopped || !/Training 3 arms, 8 trainings/.test(out)) return;
    stopped = true;
    child.kill('SIGINT');
  });
  assert.equal(code, 130, err);
  assert.equal(stopped, true);
  assert.doesNotMatch(err, /ignored/);
  const last = await cli(['compare', '--resume', '--out', 'grown'], folder);
  assert.equal(last.code, 0, last.err);
  assert.deepEqual(numbers(resultOf('grown')), numbers(resultOf('whole')));
  assert.equal(statSync(finished).mtimeMs, time, 'a finished training was run again');
  const page = readFileSync(path(runFiles.report), 'utf8');
  assert.match(page, /Grown by<\/dt><dd>.*--seeds<\/span> 2/);

  const fewer = await cli([...more, '--seeds', '1'], folder);
  assert.equal(fewer.code, 0, fewer.err);
  assert.match(fewer.err, /ignored: seeds 1 \(the run has 2\)/);
  const wrong = await cli(['compare', '--resume', '--out', 'grown', '--arms', 'saef'], folder);
  assert.equal(wrong.code, 2, wrong.err);
  const again = await cli(['compare', '--resume', '--out', 'grown'], folder);
  assert.equal(again.code, 0, 'what was refused is not kept');
});

test('a policy file and a learn run that are added later are found from the directory they were named in', async () => {
  const begun = await cli(
    ['compare', 'images', '--out', 'moved', ...quick, '--arms', 'none', '--seeds', '1', '--epochs', '1'],
    folder,
  );
  assert.equal(begun.code, 0, begun.err);
  const below = join(folder, 'below');
  mkdirSync(below);
  const policy = JSON.parse(readFileSync(join(folder, 'learned', 'policy.json'), 'utf8')) as object;
  writeFileSync(join(below, 'mine.json'), JSON.stringify(policy));
  const grow = ['compare', '--resume', '--out', '../moved', '--arms'];
  const { code, err } = await cli([...grow, 'safe,mine.json', '--from', '../learned'], below);
  assert.equal(code, 0, err);
  assert.deepEqual(
    resultOf('moved').arms.map(({ name }) => name),
    ['none', 'safe', 'below/mine.json'],
  );
  const tuned = await cli([...grow, 'all+none'], below);
  assert.equal(tuned.code, 2);
  assert.match(tuned.err, /single epoch|at least 2/);
});

test('single augmentations are set against their verdicts', async () => {
  const { code, out, err } = await compare(
    'single',
    ...['--arms', 'none', '--single', '--seeds', '1', '--epochs', '1'],
    '--set',
    'augmentations=["Blur","HorizontalFlip","RandomCrop"]',
  );
  assert.equal(code, 0, err);
  assert.match(out, /1 seed\. Each arm saw at most 1 epoch of /);
  const { singles, intervals } = resultOf('single');
  assert.equal(intervals, 'images');
  assert.deepEqual(
    singles!.rows.map(({ name, verdict, j }) => [name, verdict, j]),
    [
      ['Blur', 'unsafe', 0.797],
      ['HorizontalFlip', 'safe', 0.012],
      ['RandomCrop', 'undecided', 0.08],
    ],
  );
  for (const { gain } of singles!.rows)
    assert.ok(gain.low <= gain.value && gain.value <= gain.high);
  const page = readFileSync(join(folder, 'single', runFiles.report), 'utf8');
  assert.match(page, /HorizontalFlip<small>safe, J 0\.01<\/small>/);
});

test('a training that fails is told; the others are kept, and go on is possible', async () => {
  // A rate without end breaks the first step; what starts from it cannot be trained.
  const { code, err } = await compare(
    'broken',
    ...['--arms', 'none,all+none', '--seeds', '1', '--epochs', '2', '--lr', '1e30'],
  );
  assert.equal(code, 2, err);
  assert.match(err, /Some trainings failed/);
  assert.match(err, /none@0: The training loss is not finite/);
  assert.match(err, /all\+none@0: pretrain-all@0, which it starts from, has failed/);
  assert.doesNotMatch(err, /\n\s+at .*\(/);
});

const cases: [name: string, args: string[], expected: RegExp[]][] = [
  [
    'safe sets of no run',
    ['compare', 'images', '--arms', 'none,safe'],
    [/from: expected the folder of a `learn` run/],
  ],
  [
    'an arm with an unknown policy',
    ['compare', 'images', '--arms', 'none,all+sav', '--out', 'o'],
    [/neither a policy name nor a file/, /where: +--arms\n/, /got: +sav\n/],
  ],
  ['an arm twice', ['compare', 'images', '--arms', 'none,none'], [/arms: each arm may appear only once/]],
  [
    'one epoch for two steps',
    ['compare', 'images', '--arms', 'none,all+none', '--epochs', '1'],
    [/epochs: expected at least 2/],
  ],
  [
    'Slurm without epochs',
    ['compare', 'images', '--arms', 'none', '--engine', 'slurm'],
    [/slurm needs --epochs/],
  ],
  ['an arm that is not there', ['arm', 'whole', 'safe@7'], [/does not contain this training/, /all\+safe@1/]],
  ['a report of what is not finished', ['report', 'images'], [/not contain a finished run/]],
];
for (const [name, args, expected] of cases)
  test(`${name}: exit code 2, one clear message, nothing written`, async () => {
    const { code, err } = await cli(args, folder);
    assert.equal(code, 2, err);
    for (const pattern of expected) assert.match(err, pattern);
    assert.doesNotMatch(err, /\n\s+at .*\(|node:internal/);
    assert.ok(!existsSync(join(folder, 'o', runFiles.config)));
  });
