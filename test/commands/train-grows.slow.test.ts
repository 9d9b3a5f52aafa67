import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { readEvents, readRunFile, trainingResultSchema } from '../../src/run/files/index.js';
import { grownTo } from '../../src/train/growing-strength.js';
import { runWithPolicies } from './policies-run.js';
import { selection } from '../report/small-run.js';
import { cli } from '../cli/support/run-cli.js';
import { smallData } from '../cli/support/small-data.js';

// Trainings with a policy that grows while they run ahead of their held-out images.

let folder: string;
before(async () => {
  folder = mkdtempSync(join(tmpdir(), 'train-grows-'));
  smallData(folder);
  const harm = { value: 0, low: 0, high: 0.1 };
  const additions = ['Shear', 'RandomErasing'].map((name) => ({
    ...{ name, options: {}, harm, harmless: true },
  }));
  const keep = ['HorizontalFlip', 'CLAHE'];
  await runWithPolicies(join(folder, 'learned'), { ...selection, keep, keepV2: keep, additions });
});
after(() => rmSync(folder, { recursive: true, force: true }));

const epochs = 12;
const args = [
  ...['train', 'images', '--policy', 'recommended', '--from', 'learned', '--epochs', `${epochs}`],
  ...['--batch', '16', '--workers', '0', '--threads', '1', '--seed', '3'],
  // Held-out images are looked at far less often than that would need.
  ...['--set', 'model.width=8', '--set', 'validateEvery=100'],
];

const epochsOf = (run: string) =>
  readEvents(join(folder, run)).flatMap((e) => (e.type === 'epoch' ? [e] : []));
const lossOf = (run: string): number =>
  readRunFile(join(folder, run), 'results', trainingResultSchema).test.metrics.loss;

test('the strength follows every look at the held-out images, also where few looks were asked for', async () => {
  const { code, err } = await cli([...args, '--out', 'whole'], folder);
  assert.equal(code, 0, err);
  const seen = epochsOf('whole');
  assert.equal(seen.length, epochs);
  const growth = { least: 0, leastKnown: 2, most: 4, share: 0.9 };
  let strength = growth.least;
  for (const [i, { strength: told, train, judging }] of seen.entries()) {
    if (i >= Math.round(growth.share * epochs)) {
      assert.equal(told, undefined, 'the last phase has none');
      continue;
    }
    assert.equal(told, strength);
    assert.ok(judging?.taskAccuracy !== undefined && train.taskAccuracy !== undefined);
    const [held, share] = [judging.taskAccuracy, 1 / epochs];
    const lead = { train: train.taskAccuracy, held, figure: held, share };
    strength = grownTo(growth, strength, lead);
  }
  assert.ok(Math.max(...seen.map((e) => e.strength ?? 0)) > 0, 'it grew');
});

test('a training that was stopped while it grew ends with the same numbers', async () => {
  let killed = false;
  const first = await cli([...args, '--out', 'halves'], folder, (out, child) => {
    if (killed || !/epoch 8\/12/.test(out)) return;
    killed = true;
    child.kill('SIGKILL');
  });
  assert.notEqual(first.code, 0);
  const second = await cli(['train', '--resume', '--out', 'halves'], folder);
  assert.equal(second.code, 0, second.err);
  assert.equal(lossOf('halves'), lossOf('whole'));
  const strengths = (run: string) => new Map(epochsOf(run).map((e) => [e.epoch, e.strength]));
  assert.deepEqual(strengths('halves'), strengths('whole'));
});
