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
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import * as ort from 'onnxruntime-web';
import { comparisonSchema, readRunFile, trainingResultSchema } from '../../../src/run/files/index.js';
import {
  decodeImage,
  decodeMask,
  encodeMaskPng,
  resizeImage,
  rgbOf,
  writePng,
} from '../../../src/image/index.js';
import { cli } from '../support/run-cli.js';
import { smallPairs } from '../support/small-pairs.js';

let folder: string;
const quick = ['--batch', '5', '--workers', '1', '--threads', '1', '--size', '24x32'];
const small = ['--set', 'model.width=8', '--set', 'optimiser.name=adam', '--lr', '0.01'];
before(async () => {
  folder = mkdtempSync(join(tmpdir(), 'masks-'));
  smallPairs(folder);
  const { code, err } = await cli(
    ['train', 'scenes', '--policy', 'none', '--out', 'run', '--epochs', '6', ...quick, ...small],
    folder,
  );
  assert.equal(code, 0, err);
});
after(() => rmSync(folder, { recursive: true, force: true }));

interface Line {
  file: string;
  mask: string;
  overlay: string;
  classes: { name: string; value: number; share: number }[];
  table: string;
  values: Record<string, number>;
}

test("predict writes masks of the images' own size and overlays", async () => {
  const images = join('scenes', 'test', 'images');
  const { code, out, err } = await cli(
    ['predict', 'run', images, '--out', 'said', '--json'],
    folder,
  );
  assert.equal(code, 0, err);
  const lines = out
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Line);
  assert.equal(lines.length, 6);
  for (const { file, mask, overlay, classes } of lines) {
    const image = await decodeImage(join(folder, file));
    const labels = await decodeMask(join(folder, mask));
    const painted = await decodeImage(join(folder, overlay));
    assert.deepEqual([labels.width, labels.height], [image.width, image.height]);
    assert.deepEqual([painted.width, painted.height], [image.width, image.height]);
    assert.ok(labels.data.every((label) => label < 11));
    assert.notDeepEqual(painted.data, image.data);
    assert.ok(Math.abs(classes.reduce((sum, { share }) => sum + share, 0) - 1) < 1e-9);
    for (const { name, share } of classes) {
      const index = readFileSync(join(folder, 'scenes', 'classes.txt'), 'utf8')
        .split('\n')
        .findIndex((line) => line.startsWith(`${name} `));
      const counted = labels.data.filter((label) => label === index).length;
      assert.equal(share, counted / labels.data.length);
    }
  }
  const text = await cli(['predict', 'run', lines[0].file, '--top', '2'], folder);
  assert.match(text.out, /predictions.\w+\.png \(\w+ \d+\.\d %(, \w+ \d+\.\d %)?\)/);
});

test("predictions have the values of the user's files, and a table of them", async () => {
  // The same scenes with void as value 0, so that class i has the value i + 1.
  const shifted = join(folder, 'shifted');
  cpSync(join(folder, 'scenes'), shifted, { recursive: true });
  const list = readFileSync(join(shifted, 'classes.txt'), 'utf8').trim().split('\n');
  writeFileSync(join(shifted, 'classes.txt'), [list.at(-1), ...list.slice(0, -1)].join('\n'));
  for (const part of ['train', 'val', 'test'])
    for (const name of readdirSync(join(shifted, part, 'labels'))) {
      const path = join(shifted, part, 'labels', name);
      const mask = await decodeMask(path);
      const data = mask.data.map((value) => (value === 11 ? 0 : value + 1));
      writeFileSync(path, await encodeMaskPng({ ...mask, data }));
    }
  const train = ['train', 'shifted', '--policy', 'none', '--out', 'shifted-run', '--epochs', '6'];
  const trained = await cli([...train, ...quick, ...small], folder);
  assert.equal(trained.code, 0, trained.err);
  const image = join('scenes', 'test', 'images', readdirSync(join(folder, 'scenes/test/images'))[0]);
  const predicted = async (run: string): Promise<Line> => {
    const out = ['--out', `out-${run}`, '--json'];
    const { code, out: text, err } = await cli(['predict', run, image, ...out], folder);
    assert.equal(code, 0, err);
    return JSON.parse(text) as Line;
  };
  // Indices and so the network are the same; only what files hold differs.
  const [plain, moved] = [await predicted('run'), await predicted('shifted-run')];
  const [indices, values] = await Promise.all(
    [plain, moved].map(({ mask }) => decodeMask(join(folder, mask))),
  );
  assert.deepEqual(values.data, indices.data.map((index) => index + 1));
  const names = list.slice(0, -1).map((line) => line.split(' '));
  assert.deepEqual(moved.values, Object.fromEntries(names.map(([name], i) => [name, i + 1])));
  for (const { name, value } of moved.classes) assert.equal(value, moved.values[name]);
  const rows = names.map(([name, colour], i) => `${i + 1},${name},${colour}`);
  const table = readFileSync(join(folder, moved.table), 'utf8');
  assert.equal(table, `${['value,name,colour', ...rows].join('\n')}\n`);
});

test('of masks in colours, predictions have these, and the network says which', async () => {
  const coloured = join(folder, 'coloured');
  cpSync(join(folder, 'scenes'), coloured, { recursive: true });
  const list = readFileSync(join(coloured, 'classes.txt'), 'utf8').trim().split('\n');
  // In another order than the values had; void has its colour, too.
  const lines = list.map((line) => (line.includes('#') ? line : `${line} #010203`)).reverse();
  writeFileSync(join(coloured, 'classes.txt'), lines.join('\n'));
  const colourOf = list.map((line) => rgbOf(/#\w{6}/.exec(line)?.[0] ?? '#010203'));
  for (const part of ['train', 'val', 'test'])
    for (const name of readdirSync(join(coloured, part, 'labels'))) {
      const path = join(coloured, part, 'labels', name);
      const { width, height, data } = await decodeMask(path);
      const rgb = Uint8Array.from([...data].flatMap((value) => colourOf[value] ?? colourOf[11]));
      await writePng(path, { width, height, channels: 3, data: rgb });
    }
  const train = ['train', 'coloured', '--policy', 'none', '--out', 'coloured-run'];
  const trained = await cli([...train, '--epochs', '2', ...quick, ...small], folder);
  assert.equal(trained.code, 0, trained.err);
  const image = join('scenes', 'test', 'images', readdirSync(join(folder, 'scenes/test/images'))[0]);
  const { code, out, err } = await cli(
    ['predict', 'coloured-run', image, '--out', 'in-colours', '--json'],
    folder,
  );
  assert.equal(code, 0, err);
  const { mask, classes } = JSON.parse(out) as Line;
  const { data } = await decodeImage(join(folder, mask));
  const counts = new Map<string, number>();
  for (let at = 0; at < data.length; at += 3) {
    const key = data.subarray(at, at + 3).join();
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  const expected = classes.map(({ name, share }) => {
    const line = list.find((one) => one.startsWith(`${name} `)) ?? '';
    return [rgbOf(line.split(' ')[1]).join(), share];
  });
  const found = [...counts].map(([key, count]) => [key, (3 * count) / data.length]);
  assert.deepEqual(found.sort(), expected.sort());
  const exported = await cli(['export', 'coloured-run', '--format', 'onnx'], folder);
  assert.equal(exported.code, 0, exported.err);
  const bytes = readFileSync(join(folder, exported.out.trim()), 'latin1');
  assert.match(bytes, /colours[^]{0,8}\["#0080c0"/);
});

test('a prediction replaces neither its image, nor a mask of the data, nor a file of the run', async () => {
  const [name] = readdirSync(join(folder, 'scenes/test/labels')).sort();
  mkdirSync(join(folder, 'mixed'), { recursive: true });
  const image = await decodeImage(join(folder, 'scenes/test/images', name.replace('.png', '.jpg')));
  await writePng(join(folder, 'mixed', name), image);
  const label = join('scenes', 'test', 'labels');
  const photo = join('mixed', name);
  const before = [photo, join(label, name)].map((path) => readFileSync(join(folder, path)));
  for (const [out, message] of [
    ['mixed', /would replace an input/],
    [label, /would replace a file[^]*choose another folder/],
    [join('run', 'samples'), /would replace a file of a run/],
  ] as const) {
    const { code, err } = await cli(['predict', 'run', photo, '--out', out], folder);
    assert.equal(code, 2, out);
    assert.match(err, message);
    assert.ok(!existsSync(join(folder, out, 'classes.csv')));
  }
  const now = [photo, join(label, name)].map((path) => readFileSync(join(folder, path)));
  assert.deepEqual(now, before);
  const policy = ['export', 'run', '--format', 'onnx', '--out', join('run', 'config.json')];
  const exported = await cli(policy, folder);
  assert.equal(exported.code, 2);
  assert.match(exported.err, /would replace a file of a run/);
});

test('a run that does not know the values predicts class indices', async () => {
  cpSync(join(folder, 'shifted-run'), join(folder, 'old-run'), { recursive: true });
  const path = join(folder, 'old-run', 'manifest.json');
  const manifest = JSON.parse(readFileSync(path, 'utf8')) as {
    data: { segmentation: { values?: number[] } };
  };
  assert.deepEqual(manifest.data.segmentation.values, [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
  delete manifest.data.segmentation.values;
  writeFileSync(path, JSON.stringify(manifest));
  const image = join('scenes', 'test', 'images', readdirSync(join(folder, 'scenes/test/images'))[0]);
  const { code, err } = await cli(['predict', 'old-run', image, '--out', 'old'], folder);
  assert.equal(code, 0, err);
  assert.match(readFileSync(join(folder, 'old/classes.csv'), 'utf8'), /\n0,sky,/);
});

test('two images of the same name are refused, a broken one is named', async () => {
  mkdirSync(join(folder, 'other'), { recursive: true });
  const [name] = readdirSync(join(folder, 'scenes/test/images'));
  copyFileSync(join(folder, 'scenes/test/images', name), join(folder, 'other', name));
  const twice = await cli(['predict', 'run', join('scenes/test/images', name), 'other'], folder);
  assert.equal(twice.code, 2);
  assert.match(twice.err, /Two images have the same name/);
});

test('the exported network gives the same masks in ONNX Runtime', async () => {
  const { code, out, err } = await cli(['export', 'run', '--format', 'onnx'], folder);
  assert.equal(code, 0, err);
  const session = await ort.InferenceSession.create(readFileSync(join(folder, out.trim())));
  const [name] = readdirSync(join(folder, 'scenes/test/images')).sort();
  const file = join('scenes/test/images', name);
  // An image of the network's own size, so that no resizing of logits comes between.
  const image = await resizeImage(await decodeImage(join(folder, file)), { width: 32, height: 24 });
  await writePng(join(folder, 'small.png'), image);
  const said = await cli(['predict', 'run', 'small.png', '--out', 'own'], folder);
  assert.equal(said.code, 0, said.err);
  const mask = await decodeMask(join(folder, 'own', 'small.png'));
  const pixels = 24 * 32;
  const planes = Float32Array.from(
    { length: 3 * pixels },
    (_, i) => image.data[(i % pixels) * 3 + Math.floor(i / pixels)] / 255,
  );
  const input = new ort.Tensor('float32', planes, [1, 3, 24, 32]);
  const { logits } = await session.run({ images: input });
  assert.deepEqual([...logits.dims], [1, 11, 24, 32]);
  const values = logits.data as Float32Array;
  let differ = 0;
  for (let i = 0; i < pixels; i++) {
    let best = 0;
    for (let c = 1; c < 11; c++) if (values[c * pixels + i] > values[best * pixels + i]) best = c;
    if (best !== mask.data[i]) differ++;
  }
  // Rounding may turn a tie.
  assert.ok(differ <= 2, `${differ} of ${pixels} pixels differ`);
});

test('compare: arms on masks, paired by intersection over union', async () => {
  const { code, err } = await cli(
    [
      ...['compare', 'scenes', '--arms', 'none,all,standard', '--seeds', '1', '--epochs', '2'],
      ...['--out', 'arms', ...quick, ...small],
    ],
    folder,
  );
  assert.equal(code, 0, err);
  const comparison = readRunFile(join(folder, 'arms'), 'results', comparisonSchema);
  assert.equal(comparison.task, 'segmentation');
  assert.equal(comparison.figures[0].label, 'mean IoU');
  const page = readFileSync(join(folder, 'arms', 'report.html'), 'utf8');
  assert.match(page, /Intersection over union of each class/);
  for (const { runs, classes } of comparison.arms) {
    const trained = readRunFile(
      join(folder, 'arms', runs[0].folder),
      'results',
      trainingResultSchema,
    );
    // One seed: the arm's classes are its training's.
    assert.equal(classes?.length, 11);
    assert.deepEqual(classes, trained.test.classes);
  }
  const of = (name: string) => comparison.arms.find((arm) => arm.name === name)!;
  const gain = of('all').figures.iou.value - of('none').figures.iou.value;
  const { value, low, high } = of('all').toNone!;
  assert.ok(Math.abs(value - gain) < 1e-9);
  assert.ok(low <= value && value <= high);
});
