import assert from 'node:assert/strict';
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import * as ort from 'onnxruntime-web';
import { comparisonSchema, readRunFile } from '../../../src/run/files/index.js';
import { decodeImage, decodeMask, resizeImage, writePng } from '../../../src/image/index.js';
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
  classes: { name: string; share: number }[];
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
  const of = (name: string) => comparison.arms.find((arm) => arm.name === name)!;
  const gain = of('all').figures.iou.value - of('none').figures.iou.value;
  const { value, low, high } = of('all').toNone!;
  assert.ok(Math.abs(value - gain) < 1e-9);
  assert.ok(low <= value && value <= high);
});
