import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { Rng, UserError } from '../../src/core/index.js';
import { buildModel, loadWeights, saveWeights, type ModelName } from '../../src/models/index.js';
import { readSafetensors, scope } from '../../src/tensor/index.js';

const folder = mkdtempSync(join(tmpdir(), 'weights-'));
after(() => rmSync(folder, { recursive: true }));
const small = (seed: number, classes = 4) =>
  buildModel({ name: 'resnet-small', classes, labels: 3, width: 8 }, new Rng(seed));
const values = (model: ReturnType<typeof small>) =>
  [...model.namedState().values()].map((tensor) => [...tensor.toFloat64Array()]);

test('weights depend on the seed alone', () => {
  assert.deepEqual(values(small(1)), values(small(1)));
  assert.notDeepEqual(values(small(1)), values(small(2)));
});

test('weights go through a file unchanged', () => {
  const path = join(folder, 'w.safetensors');
  const [a, b] = [small(1), small(2)];
  saveWeights(path, a, { note: 'x' });
  loadWeights(b, path);
  assert.deepEqual(values(b), values(a));
  scope(() => assert.equal(readSafetensors(path).metadata.note, 'x'));
});

test('weights of another model are refused by name, or loaded as far as they fit', () => {
  const path = join(folder, 'other.safetensors');
  saveWeights(path, small(1, 7));
  const target = small(2);
  const before = [...target.namedState().get('classifier.bias')!.toFloat32Array()];
  assert.throws(
    () => loadWeights(target, path),
    (error: Error) =>
      error instanceof UserError &&
      error.code === 'WEIGHTS_MISMATCH' &&
      error.message.includes('classifier.weight [7,64] for [4,64]'),
  );
  const report = loadWeights(target, path, { strict: false });
  assert.deepEqual(report, {
    missing: [],
    unexpected: [],
    otherShape: ['classifier.weight', 'classifier.bias'],
  });
  assert.deepEqual([...target.namedState().get('classifier.bias')!.toFloat32Array()], before);
  const one = new Map([['stem.conv.bias', target.namedState().get('classifier.bias')!]]);
  assert.throws(
    () => loadWeights(target, one),
    /missing: .* and \d+ more; unexpected: stem.conv.bias/,
  );
});

test('an unknown model is named', () => {
  const spec = { name: 'vgg' as ModelName, classes: 2, labels: 0 };
  assert.throws(() => buildModel(spec, new Rng(1)), /densenet121.*resnet-small[\s\S]*got: +vgg/);
});
