import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import {
  readRunFile,
  readEvents,
  runFiles,
  trainingResultSchema,
} from '../../../src/run/files/index.js';
import { decodeImage } from '../../../src/image/index.js';
import { saveWeights, buildModel } from '../../../src/models/index.js';
import { Rng } from '../../../src/core/index.js';
import { cli } from '../support/run-cli.js';
import { smallPairs } from '../support/small-pairs.js';

let folder: string;
before(() => {
  folder = mkdtempSync(join(tmpdir(), 'masks-'));
  smallPairs(folder);
});
after(() => rmSync(folder, { recursive: true, force: true }));

const quick = [
  '--epochs',
  '3',
  '--batch',
  '5',
  '--workers',
  '1',
  '--threads',
  '1',
  '--size',
  '24x32',
];
const small = ['--set', 'model.width=8', '--set', 'optimiser.name=adam', '--lr', '0.01'];
const train = (out: string, ...args: string[]) =>
  cli(['train', 'scenes', '--out', out, ...quick, ...small, ...args], folder);

test('train on images with masks: figures, classes, pictures, report', async () => {
  const { code, out, err } = await train('run', '--policy', 'all');
  assert.equal(code, 0, err);
  assert.match(out, /pairs: 11 classes, 24x32 px; 20 images for training, 8 for judging, 6 for testing/);
  assert.match(out, /mean IoU \d+\.\d %, pixel accuracy \d+\.\d %/);
  assert.match(out, /mean IoU +\d+\.\d % +\[\d+\.\d %, \d+\.\d %\]/);
  assert.match(out, /not learned, by the test images: \w+ \(IoU [^]*--set classBalance=median/);
  const result = readRunFile(join(folder, 'run'), 'results', trainingResultSchema);
  assert.equal(result.task, 'segmentation');
  const { metrics, first, classes, regions, images } = result.test;
  assert.equal(images, 6);
  assert.equal(first.value, metrics.iou);
  assert.ok(first.low <= first.value && first.value <= first.high);

  // All figures follow from the counts that are kept.
  const words = (text: string) =>
    new Uint32Array(Uint8Array.from(Buffer.from(text, 'base64')).buffer);
  const [both, either] = [words(regions!.intersections), words(regions!.unions)];
  assert.equal(both.length, 6 * 11);
  const totals = (all: Uint32Array, c: number) =>
    all.reduce((sum, n, i) => sum + (i % 11 === c ? n : 0), 0);
  const iou = classes!.map((_, c) => totals(both, c) / totals(either, c));
  classes!.forEach((one, c) =>
    assert.equal(one.iou, either.length && totals(either, c) > 0 ? iou[c] : null),
  );
  const present = iou.filter((value) => !Number.isNaN(value));
  const mean = present.reduce((sum, value) => sum + value, 0) / present.length;
  assert.ok(Math.abs(mean - metrics.iou) < 1e-12);
  const pixels = either.reduce((sum, n) => sum + n, 0) + both.reduce((sum, n) => sum + n, 0);
  const accuracy = both.reduce((sum, n) => sum + n, 0) / (pixels / 2);
  assert.ok(Math.abs(accuracy - metrics.pixelAccuracy) < 1e-12);

  const sheet = await decodeImage(join(folder, 'run', result.panels!.file));
  assert.deepEqual([sheet.width, sheet.height], [6 * 34 - 2, 3 * 26 - 2]);
  const report = readFileSync(join(folder, 'run', runFiles.report), 'utf8');
  for (const part of [/Training on scenes with policy all/, /IoU/, /bicyclist/, /data:image\/png/])
    assert.match(report, part);
  const epochs = readEvents(join(folder, 'run')).flatMap((e) => (e.type === 'epoch' ? [e] : []));
  assert.ok(epochs.at(-1)!.train.loss < epochs[0].train.loss, 'the loss falls');
});

test('the same seed gives the same figures, with other workers too; balanced classes others', async () => {
  const again = await train('again', '--policy', 'all', '--workers', '0');
  assert.equal(again.code, 0, again.err);
  const balanced = await train('balanced', '--policy', 'all', '--set', 'classBalance=median');
  assert.equal(balanced.code, 0, balanced.err);
  const of = (run: string) => readRunFile(join(folder, run), 'results', trainingResultSchema).test;
  assert.deepEqual(of('again'), of('run'));
  assert.notDeepEqual(of('balanced').metrics, of('run').metrics);
});

test("a file of weights starts the trunk; one of another trunk is refused with the tensor's name", async () => {
  const spec = { name: 'resnet-small', classes: 2, labels: 0, width: 8 } as const;
  for (const [name, outputs] of [
    ['trunk', 'pixel'],
    ['other', 'image'],
  ] as const) {
    const model = buildModel({ ...spec, outputs, stem: 'small' }, new Rng(1));
    saveWeights(join(folder, `${name}.safetensors`), model);
    model.free();
  }
  const good = await train('warm', '--policy', 'none', '--set', 'model.weights=trunk.safetensors');
  assert.equal(good.code, 0, good.err);
  const bad = await train('cold', '--policy', 'none', '--set', 'model.weights=other.safetensors');
  assert.equal(bad.code, 2);
  assert.match(bad.err, /are from another trunk/);
  assert.match(bad.err, /trunk\.stem\.conv\.weight/);
  assert.ok(!existsSync(join(folder, 'cold', runFiles.config)));
});
