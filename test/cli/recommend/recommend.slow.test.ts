import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { measuredInComparison } from '../../../bench/evidence/from-comparison.js';
import { evidenceRows } from '../../../bench/evidence/rows.js';
import { recommend } from '../../../src/commands/learn/recommend.js';
import { epochsOfPhases } from '../../../src/commands/train/phases.js';
import {
  comparisonSchema,
  readRunFile,
  trainingManifestSchema,
  trainingResultSchema,
} from '../../../src/run/files/index.js';
import { cli } from '../support/run-cli.js';
import { smallData } from '../support/small-data.js';

let folder: string;
const size = { height: 32, width: 32 };
const quick = ['--batch', '16', '--workers', '1', '--threads', '1', '--set', 'model.width=8'];

before(async () => {
  folder = mkdtempSync(join(tmpdir(), 'recommend-'));
  smallData(folder);
  const learn = ['learn', 'images', '--out', 'learned', '--epochs', '2', ...quick];
  const { code, err } = await cli(learn, folder);
  assert.equal(code, 0, err);
  // Two epochs teach nothing: a longer run would have kept these.
  const path = join(folder, 'learned/policy.json');
  const policy = recommend({
    keepers: ['RandomCrop', 'HorizontalFlip', 'RandomGamma'].map((name) => ({ spec: { name } })),
    size,
    restore: 'reflect',
  });
  const transforms = [{ name: 'RandomGamma' }];
  const last = { size: 1, p: 0.5, restore: 'reflect', transforms };
  const learned = JSON.parse(readFileSync(path, 'utf8'));
  const recommended = { policy: { ...policy, size }, last, lastShare: 0.1 };
  writeFileSync(path, JSON.stringify({ ...learned, recommended }));
});
after(() => rmSync(folder, { recursive: true, force: true }));

test('recommend plans the phases and images of the training that follows, and names its command', async () => {
  const recommended = await cli(['recommend', 'learned', '--epochs', '6', '--json'], folder);
  assert.equal(recommended.code, 0, recommended.err);
  const { plan, command } = JSON.parse(recommended.out);
  assert.equal(
    command,
    'safe-augment train images --policy recommended --from learned --epochs 6 --set model.width=8',
  );
  const words = command.split(' ').slice(1);
  const out = ['--out', 'trained', '--threads', '1', '--workers', '1'];
  const trained = await cli([...words, ...out], folder);
  assert.equal(trained.code, 0, trained.err);
  const manifest = readRunFile(join(folder, 'trained'), 'manifest', trainingManifestSchema);
  assert.ok(manifest.recipe);
  assert.equal(manifest.plan.epochs, plan.epochs);
  assert.deepEqual(epochsOfPhases(manifest.recipe, manifest.plan.epochs), plan.phases);
  const { images } = readRunFile(join(folder, 'trained'), 'results', trainingResultSchema);
  assert.equal(images, plan.epochs * plan.imagesPerEpoch);
});

test('recommend answers people in four parts, and mistakes without a stack trace', async () => {
  const { code, out } = await cli(['recommend', 'learned'], folder);
  assert.equal(code, 0);
  assert.match(out, /^Policy recommended[^]*\nPhases\n[^]*\nExpected gain[^]*\nNext\n/);
  assert.match(out, /20 min \(the default of `train`\) allows about \d+ epochs/);
  for (const [args, expected] of [
    [['images'], /does not contain a finished run/],
    [['learned', '--budget', '1h', '--epochs', '3'], /where: .*--budget, --epochs/],
    [['learned', '--budget', '0.01s'], /too small/],
    [['learned', '--budget', 'soon'], /duration/],
    [['learned', '--epochs', '0'], /epochs/],
  ] as const) {
    const failed = await cli(['recommend', ...args], folder);
    assert.equal(failed.code, 2, failed.err);
    assert.match(failed.err, expected);
    assert.doesNotMatch(failed.err, /\n +at /);
  }
});

test('a comparison becomes a row of the table, with the differences that compare has found', async () => {
  const arms = ['--arms', 'none,standard,recommended', '--seeds', '2', '--epochs', '1'];
  const args = ['compare', 'images', '--from', 'learned', '--out', 'compared', ...arms, ...quick];
  const { code, err } = await cli(args, folder);
  assert.equal(code, 0, err);
  const run = join(folder, 'compared');
  const measured = measuredInComparison(run, 'small');
  const comparison = readRunFile(run, 'results', comparisonSchema);
  const { against } = comparison.payoff!.find(({ arm }) => arm === 'recommended')!;
  for (const over of ['none', 'standard'] as const) {
    const { value, low, high } = against.find(({ name }) => name === over)!.difference;
    assert.deepEqual(measured.gains[over], { value, low, high });
  }
  assert.deepEqual(
    [measured.data, measured.seeds, measured.epochs, measured.classes, measured.flips],
    ['small', 2, 1, 4, true],
  );
  assert.equal(measured.pretrained, false);
  assert.equal(measured.imagesSeen, comparison.imagesPerEpoch);
  // Three arms of two seeds each.
  assert.equal(measured.spread?.degrees, 3);
  assert.equal(evidenceRows([measured]).length, 1);
});

test('a comparison without the arm recommended is refused', async () => {
  const args = ['compare', 'images', '--from', 'learned', '--out', 'other', ...quick];
  const arms = ['--arms', 'none,standard', '--seeds', '1', '--epochs', '1'];
  const { code, err } = await cli([...args, ...arms], folder);
  assert.equal(code, 0, err);
  assert.throws(() => measuredInComparison(join(folder, 'other')), /an arm recommended/);
});
