import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { packageRoot, Rng, UserError } from '../../src/core/index.js';
import {
  buildModel,
  loadTrunk,
  loadWeights,
  saveWeights,
  startOf,
  type ModelName,
} from '../../src/models/index.js';
import { fromFloat32, noGrad, readSafetensors, scope } from '../../src/tensor/index.js';
import { fixturePath } from '../data/folders.js';
import { assertClose, fill } from '../tensor/reference.js';

const folder = mkdtempSync(join(tmpdir(), 'pretrained-'));
after(() => rmSync(folder, { recursive: true }));

const shipped = join(packageRoot(), 'weights/efficientnet-lite0.safetensors');
const lite0 = (classes: number, options = {}) =>
  buildModel({ name: 'efficientnet-lite0', classes, labels: 0, ...options }, new Rng(1));

test("the weights that come with the package: under 10 MB, and timm's ImageNet logits", () =>
  scope(() => {
    assert.ok(statSync(shipped).size < 10e6);
    assert.match(readSafetensors(shipped).metadata.origin, /Apache-2\.0/);
    /** By test/fixtures/trunks/make.py. */
    const { shipped: logits } = JSON.parse(
      gunzipSync(readFileSync(fixturePath('trunks/reference.json.gz'))).toString('utf8'),
    ) as { shipped: number[] };
    const model = lite0(1000);
    loadWeights(model, shipped);
    model.eval();
    const out = noGrad(() => model.forward(fill('input', [1, 3, 160, 160])));
    assertClose(out.task.toFloat32Array(), logits, 1e-4, 'logits');
    model.free();
  }));

test('a trunk takes its tensors, and says which ones it has no place for', () =>
  scope(() => {
    const model = lite0(2);
    const before = model.namedState().get('classifier.weight')!.toFloat32Array();
    assert.deepEqual(loadTrunk(model, shipped), {
      loaded: 294,
      of: 296,
      unused: ['classifier.bias', 'classifier.weight'],
    });
    const { tensors } = readSafetensors(shipped);
    for (const [name, tensor] of model.namedState())
      if (!name.startsWith('classifier.'))
        assert.deepEqual(tensor.toFloat32Array(), tensors.get(name)!.toFloat32Array(), name);
    assert.deepEqual(model.namedState().get('classifier.weight')!.toFloat32Array(), before);
    // Under a Feature Pyramid Network, the layer on top is left out too.
    const pyramid = lite0(2, { outputs: 'pixel' });
    const { loaded, unused } = loadTrunk(pyramid, shipped);
    assert.equal(loaded, 288);
    assert.ok(unused.includes('conv_head.weight') && unused.includes('bn2.running_var'));
    model.free();
    pyramid.free();
  }));

test('grey images give the features of the same images in three equal colours', () =>
  scope(() => {
    const [grey, colour] = [lite0(2, { channels: 1 }), lite0(2)];
    for (const model of [grey, colour]) {
      loadTrunk(model, shipped);
      model.eval();
    }
    const values = fill('grey', [1, 1, 64, 64]).toFloat32Array();
    const three = fromFloat32(Float32Array.from([...values, ...values, ...values]), [1, 3, 64, 64]);
    const features = (model: typeof grey, x: typeof three) =>
      noGrad(() => model.trunk!.describe(model.trunk!.features(x)).toFloat32Array());
    assertClose(
      features(grey, fill('grey', [1, 1, 64, 64])),
      features(colour, three),
      1e-4,
      'features',
    );
    grey.free();
    colour.free();
  }));

test("another network's file is refused by the name of a tensor", () => {
  const path = join(folder, 'resnet.safetensors');
  const [resnet, model] = [
    buildModel({ name: 'resnet18', classes: 2, labels: 0 }, new Rng(1)),
    lite0(2),
  ];
  saveWeights(path, resnet);
  assert.throws(
    () => loadTrunk(model, path),
    (error: Error) =>
      error instanceof UserError &&
      error.code === 'WEIGHTS_MISMATCH' &&
      error.message.includes('expected: conv_stem.weight [32,3,3,3]') &&
      error.message.includes('no conv_stem.weight'),
  );
  resnet.free();
  model.free();
});

const photo = { height: 160, width: 120, channels: 3 };
const start = (name: ModelName, weights: string, size = photo) => startOf({ name, weights }, size);
const half = [0.5, 0.5, 0.5];

test('auto starts photographs from what the package has; none and thumbnails start from scratch', () => {
  assert.deepEqual(start('efficientnet-lite0', 'auto'), {
    file: shipped,
    normalisation: { mean: half, std: half },
  });
  assert.deepEqual(start('efficientnet-lite0', 'auto', { ...photo, channels: 1 })?.normalisation, {
    mean: [0.5],
    std: [0.5],
  });
  const small = { height: 63, width: 63, channels: 3 };
  assert.equal(start('efficientnet-lite0', 'auto', small), undefined);
  assert.notEqual(start('efficientnet-lite0', 'auto', { ...small, width: 64 }), undefined);
  assert.equal(start('efficientnet-lite0', 'none'), undefined);
  for (const name of ['resnet18', 'resnet50', 'resnet-small', 'densenet121'] as const)
    assert.equal(start(name, 'auto'), undefined);
});

test('a file is used as it was trained: as it says itself, else as its network was published', () => {
  const model = buildModel({ name: 'resnet18', classes: 2, labels: 0 }, new Rng(1));
  const [plain, own] = [join(folder, 'plain.safetensors'), join(folder, 'own.safetensors')];
  saveWeights(plain, model);
  saveWeights(own, model, { mean: '[0.1,0.2,0.3]', std: '[1,1,2]' });
  model.free();
  assert.deepEqual(start('resnet18', plain)?.normalisation, {
    mean: [0.485, 0.456, 0.406],
    std: [0.229, 0.224, 0.225],
  });
  assert.deepEqual(start('resnet18', own)?.normalisation, {
    mean: [0.1, 0.2, 0.3],
    std: [1, 1, 2],
  });
  assert.deepEqual(start('densenet121', plain), { file: plain, normalisation: undefined });
});

test("PyTorch's own files are refused with the line that converts them", () => {
  for (const name of ['resnet18.pth', "my weights'.pt", 'pytorch_model.bin'])
    assert.throws(
      () => start('resnet18', join(folder, name)),
      (error: Error) =>
        error instanceof UserError &&
        error.code === 'WEIGHTS_FORMAT' &&
        /convert it: python3 -c 'import torch, safetensors\.torch as s; .*save_file\(.*\.safetensors"\)'/.test(
          error.message,
        ),
    );
});
