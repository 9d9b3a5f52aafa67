import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import * as ort from 'onnxruntime-web';
import { decodeImage } from '../../../src/image/index.js';
import {
  comparisonSchema,
  readEvents,
  readRunFile,
  runFiles,
  selectionSchema,
  trainingResultSchema,
} from '../../../src/run/files/index.js';
import { readSafetensors, scope } from '../../../src/tensor/index.js';
import { cli } from '../support/run-cli.js';
import { labelNames, smallLabels } from '../support/small-labels.js';

let folder: string;
before(async () => {
  folder = mkdtempSync(join(tmpdir(), 'labels-'));
  await smallLabels(folder);
});
after(() => rmSync(folder, { recursive: true, force: true }));

const quick = ['--batch', '8', '--workers', '1', '--threads', '1', '--seed', '2'];
const small = ['--set', 'model.width=8', '--set', 'budget=null'];
const few = ['--set', 'augmentations=["HorizontalFlip","ToGray","RandomCrop"]'];
const run = async (...args: string[]): Promise<string> => {
  const { code, out, err } = await cli([...args, ...quick, ...small], folder);
  assert.equal(code, 0, err);
  return out;
};

test('learn judges augmentations by mean average precision', async () => {
  const out = await run('learn', 'labelled', '--out', 'learned', '--epochs', '4', ...few);
  assert.match(out, /multi-label: 3 classes, 16x16 px; 67 images for training, 29 for judging, 24/);
  assert.match(out, /mean average precision \d+\.\d %, label accuracy \d+\.\d %/);
  const selection = readRunFile(join(folder, 'learned'), 'selection', selectionSchema);
  assert.equal(selection.taskFigure, 'mean average precision');
  assert.deepEqual(
    selection.labels!.map(({ name }) => name),
    labelNames,
  );
  const { value, low, high } = selection.cleanAccuracy!;
  const known = selection.labels!.map(({ averagePrecision }) => averagePrecision!);
  assert.ok(Math.abs(value - known.reduce((a, b) => a + b) / 3) < 1e-9);
  assert.ok(low <= value && value <= high);
  const report = readFileSync(join(folder, 'learned', runFiles.report), 'utf8');
  assert.match(report, /task mean average precision under it/);
  assert.match(report, /Average precision[^]*dark-top/);
  const epochs = readEvents(join(folder, 'learned')).flatMap((e) =>
    e.type === 'epoch' ? [e] : [],
  );
  assert.ok(epochs.at(-1)!.judging!.taskAp! > 0);
  const exported = await cli(['export', 'learned', '--format', 'json'], folder);
  assert.equal(exported.code, 0, exported.err);
});

test('train tests by mean average precision, the same whatever the workers', async () => {
  const out = await run('train', 'labelled', '--policy', 'none', '--out', 'run', '--epochs', '8');
  assert.match(out, /mean AP +\d+\.\d % +\[\d+\.\d %, \d+\.\d %\]/);
  const result = readRunFile(join(folder, 'run'), 'results', trainingResultSchema);
  assert.equal(result.task, 'multi-label');
  const { metrics, first, labels, images } = result.test;
  assert.equal(images, 24);
  assert.equal(first.value, metrics.map);
  assert.ok(metrics.map > 0.6, `colours, stripes and halves are easy: ${metrics.map}`);
  assert.equal(labels!.length, 3);
  const report = readFileSync(join(folder, 'run', runFiles.report), 'utf8');
  assert.match(report, /Average precision[^]*striped/);
  await run(
    'train',
    'labelled',
    '--policy',
    'none',
    '--out',
    'again',
    '--epochs',
    '8',
    '--workers',
    '0',
  );
  const again = readRunFile(join(folder, 'again'), 'results', trainingResultSchema);
  assert.deepEqual(again.test, result.test);
});

test('predict names labels with probabilities of their own', async () => {
  const images = ['100', '110'].map((name) => join('labelled', 'images', `${name}.png`));
  const { code, out, err } = await cli(['predict', 'run', ...images, '--json'], folder);
  assert.equal(code, 0, err);
  const lines = out
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as { labels: { name: string; probability: number }[] });
  assert.equal(lines.length, 2);
  for (const { labels } of lines) {
    assert.deepEqual(labels.map(({ name }) => name).sort(), [...labelNames].sort());
    for (let i = 1; i < 3; i++) assert.ok(labels[i].probability <= labels[i - 1].probability);
  }
  const text = await cli(['predict', 'run', images[0], '--top', '1'], folder);
  assert.match(text.out, /100\.png: [a-z-]+ \d+\.\d %\n$/);
});

test('the exported network says in ONNX Runtime what predict says', async () => {
  const { code, out, err } = await cli(['export', 'run', '--format', 'onnx'], folder);
  assert.equal(code, 0, err);
  const file = join('labelled', 'images', '100.png');
  const image = await decodeImage(join(folder, file));
  const pixels = image.width * image.height;
  const planes = Float32Array.from(
    { length: 3 * pixels },
    (_, i) => image.data[(i % pixels) * 3 + Math.floor(i / pixels)] / 255,
  );
  const session = await ort.InferenceSession.create(readFileSync(join(folder, out.trim())));
  const images = new ort.Tensor('float32', planes, [1, 3, image.height, image.width]);
  const logits = (await session.run({ images })).logits.data as Float32Array;
  await session.release();
  const said = await cli(['predict', 'run', file, '--json'], folder);
  const { labels } = JSON.parse(said.out) as { labels: { name: string; probability: number }[] };
  for (const { name, probability } of labels)
    assert.ok(Math.abs(probability - 1 / (1 + Math.exp(-logits[labelNames.indexOf(name)]))) < 1e-4);
  const args = ['export', 'run', '--format', 'safetensors', '--out', 'w.safetensors'];
  assert.equal((await cli(args, folder)).code, 0);
  scope(() => {
    const { metadata } = readSafetensors(join(folder, 'w.safetensors'));
    assert.deepEqual(JSON.parse(metadata.classes), labelNames);
  });
});

test('compare sets arms against each other, paired by image', async () => {
  const arms = ['--arms', 'none,all', '--set', 'seeds=1', '--epochs', '2', ...few];
  const out = await run('compare', 'labelled', '--out', 'compared', ...arms);
  assert.match(out, /mean AP against none/);
  const comparison = readRunFile(join(folder, 'compared'), 'results', comparisonSchema);
  assert.equal(comparison.task, 'multi-label');
  const { value, low, high } = comparison.arms.find(({ name }) => name === 'all')!.toNone!;
  assert.ok(low < value && value < high);
});
