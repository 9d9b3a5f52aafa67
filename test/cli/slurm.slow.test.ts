import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test, type TestContext } from 'node:test';
import { comparisonSchema, readRunFile, type Comparison } from '../../src/run/files/index.js';
import { cli } from './support/run-cli.js';
import { projectRoot, smallData } from './support/small-data.js';

/** Exit code of scripts/slurm/start.sh where Slurm cannot be had. */
const cannotBeHad = 3;

let folder: string;
let started: number | null;
let why: string;
const script = (name: string) => join(projectRoot, 'scripts', 'slurm', name);
before(() => {
  folder = mkdtempSync(join(tmpdir(), 'slurm-'));
  smallData(folder);
  const { status, stderr } = spawnSync(script('start.sh'), [join(folder, 'slurm')], {
    encoding: 'utf8',
  });
  started = status;
  why = stderr;
  process.env.SLURM_CONF = join(folder, 'slurm', 'slurm.conf');
});
after(() => {
  spawnSync(script('stop.sh'), [join(folder, 'slurm')]);
  delete process.env.SLURM_CONF;
  rmSync(folder, { recursive: true, force: true });
});

/** Runs only where a real Slurm runs; anywhere else it says why not. */
function needsSlurm(t: TestContext): boolean {
  if (started === cannotBeHad) t.skip(why.trim());
  else assert.equal(started, 0, why);
  return started === 0;
}

const settings = ['--arms', 'none,all+none', '--seeds', '2', '--epochs', '2', '--batch', '16'];
const compare = (out: string, ...args: string[]) => [
  ...['compare', 'images', '--out', out, ...settings, '--threads', '1', '--workers', '0'],
  ...['--set', 'model.width=8', ...args],
];
const slurm = ['--engine', 'slurm', '--set', 'slurm.poll=0.5'];
const resultOf = (run: string) => readRunFile(join(folder, run), 'results', comparisonSchema);
const numbers = ({ arms }: Comparison) =>
  arms.map(({ name, figures, runs }) => [name, figures, runs.map((r) => r.metrics)]);
const submitted = (run: string) =>
  JSON.parse(readFileSync(join(folder, run, 'slurm', 'jobs.json'), 'utf8')) as Record<
    string,
    { job: string; attempts: number }
  >;

test('arms as array jobs come to the same numbers as on this machine', async (t) => {
  if (!needsSlurm(t)) return;
  const local = await cli(compare('local'), folder);
  assert.equal(local.code, 0, local.err);
  const { code, err } = await cli(compare('cluster', ...slurm), folder);
  assert.equal(code, 0, err);
  assert.deepEqual(numbers(resultOf('cluster')), numbers(resultOf('local')));
  const jobs = submitted('cluster');
  assert.equal(Object.keys(jobs).length, 6);
  // Fine-tuning was submitted after what it starts from.
  const array = (task: string) => Number(jobs[task].job.split('_')[0]);
  assert.ok(array('all+none@0') > array('pretrain-all@0'));
});

test('failed and requeued jobs are coped with, and so is an interruption', async (t) => {
  if (!needsSlurm(t)) return;
  let disturbed = false;
  const first = await cli(compare('disturbed', ...slurm), folder, (out, child) => {
    if (disturbed || !/Training 2 arms/.test(out)) return;
    disturbed = true;
    setTimeout(() => {
      const jobs = Object.values(submitted('disturbed')).map(({ job }) => job);
      // One is killed as by a crash, one goes back into the queue.
      spawnSync('scancel', ['--full', '--signal=KILL', jobs[0]]);
      spawnSync('scontrol', ['requeue', jobs[1]]);
      child.kill('SIGINT');
    }, 1500);
  });
  assert.equal(first.code, 130, first.err);
  const second = await cli(['compare', '--resume', '--out', 'disturbed'], folder);
  assert.equal(second.code, 0, second.err);
  assert.deepEqual(numbers(resultOf('disturbed')), numbers(resultOf('local')));
});

test('a job that fails again and again is given up, with its reason', async (t) => {
  if (!needsSlurm(t)) return;
  const args = compare('hopeless', ...slurm, '--lr', '1e30', '--set', 'slurm.retries=1');
  const { code, err } = await cli(args, folder);
  assert.equal(code, 2, err);
  assert.match(err, /none@0: error: The training loss is not finite/);
  assert.match(err, /all\+none@1: pretrain-all@1, which it starts from, has failed/);
  assert.equal(submitted('hopeless')['none@0'].attempts, 2);
});

test('options that Slurm rejected are shown with its answer', async (t) => {
  if (!needsSlurm(t)) return;
  const { code, err } = await cli(
    compare('refused', ...slurm, '--set', 'slurm.options=["--partition=nowhere"]'),
    folder,
  );
  assert.equal(code, 2, err);
  assert.match(err, /Slurm rejected sbatch/);
  assert.match(err, /invalid partition/i);
});

test('without Slurm: one clear message', async () => {
  const path = process.env.PATH;
  process.env.PATH = folder;
  try {
    const { code, err } = await cli(compare('nowhere', ...slurm), folder);
    assert.equal(code, 2, err);
    assert.match(err, /Slurm is not installed here/);
    assert.match(err, /sbatch on the PATH/);
  } finally {
    process.env.PATH = path;
  }
});
