import assert from 'node:assert/strict';
import {
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import * as ort from 'onnxruntime-web';
import sharp from 'sharp';
import { decodeImage } from '../../../src/image/index.js';
import { readSafetensors, scope } from '../../../src/tensor/index.js';
import { learnRun } from '../support/learn-run.js';
import { cli } from '../support/run-cli.js';
import { smallData } from '../support/small-data.js';

let folder: string;
let names: string[];
before(async () => {
  folder = mkdtempSync(join(tmpdir(), 'predict-'));
  smallData(folder);
  names = readdirSync(join(folder, 'images')).sort();
  const { code, err } = await cli(
    [
      ...['train', 'images', '--policy', 'none', '--out', 'run', '--epochs', '8', '--batch', '16'],
      ...['--threads', '1', '--workers', '1', '--set', 'model.width=8', '--set', 'budget=null'],
    ],
    folder,
  );
  assert.equal(code, 0, err);
});
after(() => rmSync(folder, { recursive: true, force: true }));

interface Line {
  file: string;
  classes: { name: string; probability: number }[];
}
const predict = async (...args: string[]): Promise<Line[]> => {
  const { code, out, err } = await cli(['predict', 'run', ...args, '--json', '--top', '4'], folder);
  assert.equal(code, 0, err);
  return out
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Line);
};

test('predict names every class with its probability, for files and folders', async () => {
  mkdirSync(join(folder, 'some'), { recursive: true });
  const file = readdirSync(join(folder, 'images', names[0]))[0];
  copyFileSync(join(folder, 'images', names[0], file), join(folder, 'some', 'one.png'));
  const lines = await predict('some', join('images', names[1]));
  assert.equal(lines.length, 25);
  assert.equal(lines[0].file, join('some', 'one.png'));
  for (const { classes } of lines) {
    assert.deepEqual(classes.map((c) => c.name).sort(), names);
    const sum = classes.reduce((total, c) => total + c.probability, 0);
    assert.ok(Math.abs(sum - 1) < 1e-5);
    for (let i = 1; i < classes.length; i++)
      assert.ok(classes[i].probability <= classes[i - 1].probability);
  }
  const { out } = await cli(['predict', 'run', join('some', 'one.png'), '--top', '2'], folder);
  assert.match(out, /^some.one\.png: \w+ \d+\.\d %, \w+ \d+\.\d %\n$/);
});

test('the exported network says the same in ONNX Runtime as predict', async () => {
  const { code, out, err } = await cli(['export', 'run', '--format', 'onnx'], folder);
  assert.equal(code, 0, err);
  const path = join(folder, out.trim());
  const image = await decodeImage(join(folder, 'some', 'one.png'));
  const pixels = image.width * image.height;
  const planes = Float32Array.from(
    { length: 3 * pixels },
    (_, i) => image.data[(i % pixels) * 3 + Math.floor(i / pixels)] / 255,
  );
  const session = await ort.InferenceSession.create(readFileSync(path));
  const images = new ort.Tensor('float32', planes, [1, 3, image.height, image.width]);
  const logits = (await session.run({ images })).logits.data as Float32Array;
  const most = Math.max(...logits);
  const powers = Array.from(logits, (x) => Math.exp(x - most));
  const sum = powers.reduce((a, b) => a + b, 0);
  const [{ classes }] = await predict(join('some', 'one.png'));
  for (const { name, probability } of classes)
    assert.ok(Math.abs(probability - powers[names.indexOf(name)] / sum) < 1e-4, name);
  await session.release();
});

test('exported weights are the run’s best ones, with the classes beside them', async () => {
  const args = ['export', 'run', '--format', 'safetensors', '--out', 'w.safetensors'];
  const { code, err } = await cli(args, folder);
  assert.equal(code, 0, err);
  scope(() => {
    const { tensors, metadata } = readSafetensors(join(folder, 'w.safetensors'));
    const best = readSafetensors(join(folder, 'run', 'checkpoint', 'weights.safetensors')).tensors;
    assert.deepEqual([...tensors.keys()].sort(), [...best.keys()].sort());
    for (const [name, tensor] of tensors)
      if (tensor.dtype === 'float32')
        assert.deepEqual(tensor.toFloat32Array(), best.get(name)!.toFloat32Array(), name);
    assert.deepEqual(JSON.parse(metadata.classes), names);
  });
});

test('a file that is no image ends it after those before it, or is skipped', async () => {
  writeFileSync(join(folder, 'letter.txt'), 'dear reader');
  const good = join('some', 'one.png');
  const args = ['predict', 'run', good, 'letter.txt', good];
  const stopped = await cli(args, folder);
  assert.equal(stopped.code, 2, stopped.err);
  assert.match(stopped.err, /not an image of a known format[^]*where: +letter\.txt/);
  assert.equal(stopped.out.trimEnd().split('\n').length, 1);
  const skipped = await cli([...args, '--on-bad-file', 'skip'], folder);
  assert.equal(skipped.code, 0, skipped.err);
  assert.match(skipped.err, /^skipped: letter\.txt: The file is not an image/m);
  assert.equal(skipped.out.trimEnd().split('\n').length, 2);
  const none = await cli(['predict', 'run', 'letter.txt', '--on-bad-file', 'skip'], folder);
  assert.equal(none.code, 2, none.err);
});

test('other formats are read; what is special about them, and what is left out, is said', async () => {
  mkdirSync(join(folder, 'mixed'));
  const deep = new Uint16Array(64).map((_, i) => 900 + i);
  const raw = { width: 8, height: 8, channels: 1 } as const;
  const image = sharp(deep, { raw }).toColourspace('grey16');
  const file = await image.tiff({ compression: 'none' }).toBuffer();
  writeFileSync(join(folder, 'mixed', 'a.tif'), file);
  writeFileSync(join(folder, 'mixed', 'b.pgm'), 'P2 2 1 255 7 200');
  writeFileSync(join(folder, 'mixed', 'c.heic'), 'any');
  const { code, out, err } = await cli(['predict', 'run', 'mixed'], folder);
  assert.equal(code, 0, err);
  assert.equal(out.trimEnd().split('\n').length, 2);
  assert.match(err, /^warning: left out 1 HEIC image, [^\n]*c\.heic; convert to PNG or JPEG/m);
  assert.match(err, /^warning: 1 image has more than 8 bits, [^\n]*a\.tif$/m);
});

const cases: [name: string, args: string[], expected: RegExp[]][] = [
  [
    'a run that is not finished',
    ['predict', 'half', 'x.png'],
    [/not contain a finished run/, /results\.json/, /--resume/],
  ],
  ['a model of one', ['export', 'half', '--format', 'onnx'], [/not contain a finished run/, /--resume/]],
  [
    'a set of a network',
    ['export', 'run', '--format', 'onnx', '--set', 'safe'],
    [/a network has none/, /--policy safe/],
  ],
  [
    'a folder where a file is to be written',
    ['export', 'run', '--format', 'onnx', '--out', 'empty'],
    [/Cannot write a file here/, /where: +empty/, /got: +a folder/],
  ],
  [
    'a file in place of a folder',
    ['export', 'run', '--format', 'safetensors', '--out', join('letter.txt', 'm')],
    [/Cannot write a file here/, /a file in place of a folder/],
  ],
  [
    'a policy of a training',
    ['export', 'run', '--format', 'json'],
    [/not a `learn` run/, /folder of a `learn` run/, /--format onnx/],
  ],
  ['verdicts of a training', ['judge', 'run', 'images'], [/not a `learn` run/, /of a `train` run/]],
  [
    'the safe set of a training',
    ['train', 'images', '--policy', 'safe', '--from', 'run', '--out', 'never'],
    [/not a `learn` run/, /--from/],
  ],
  [
    'a link that leads to itself',
    ['predict', 'run', 'circle'],
    [/circle/, /does not exist|cannot be read/],
  ],
  ['predict by no run', ['predict', 'images', 'x.png'], [/not contain a finished run/]],
  [
    'predict by a learn run',
    ['predict', 'learned', 'x.png'],
    [/contains no trained task network/, /folder of a `train` run/, /safe-augment train/],
  ],
  ['an image that is not there', ['predict', 'run', 'nowhere.png'], [/nowhere\.png/]],
  ['an empty folder', ['predict', 'run', 'empty'], [/no images to classify/, /empty/]],
  ['no class at all', ['predict', 'run', 'images', '--top', '0'], [/--top/, /integer >= 1/]],
  [
    'a model of a run that has none',
    ['export', 'learned', '--format', 'onnx'],
    [/contains no trained task network/],
  ],
];
for (const [name, args, expected] of cases)
  test(`${name}: exit code 2, one clear message`, async () => {
    mkdirSync(join(folder, 'empty'), { recursive: true });
    learnRun(folder, 'learned', ['Blur'], ['Blur']);
    cpSync(join(folder, 'run'), join(folder, 'half'), { recursive: true });
    rmSync(join(folder, 'half', 'results.json'));
    rmSync(join(folder, 'circle'), { force: true });
    symlinkSync('circle', join(folder, 'circle'));
    const manifest = join(folder, 'learned', 'manifest.json');
    if (!existsSync(manifest)) copyFileSync(join(folder, 'run', 'manifest.json'), manifest);
    writeFileSync(join(folder, 'learned', 'config.json'), JSON.stringify({ data: 'images' }));
    const { code, err } = await cli(args, folder);
    assert.equal(code, 2, err);
    for (const pattern of expected) assert.match(err, pattern);
    assert.doesNotMatch(err, /\n\s+at .*\(|node:internal/);
  });
