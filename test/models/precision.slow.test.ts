import assert from 'node:assert/strict';
import { afterEach, test } from 'node:test';
import { Rng } from '../../src/core/index.js';
import { buildModel, type ModelSpec } from '../../src/models/index.js';
import { Sgd } from '../../src/nn/index.js';
import * as t from '../../src/tensor/index.js';
import { fill } from '../tensor/reference.js';

afterEach(() => t.setFusion(true));

const small: ModelSpec = { name: 'resnet-small', classes: 3, labels: 4, width: 8 };
const dense: ModelSpec = { name: 'densenet121', stem: 'small', classes: 3, labels: 4 };
const pyramid: ModelSpec = { ...small, outputs: 'pixel', width: 16 };

/** The length of the difference relative to the expected length. */
function relative(got: Float32Array, expected: Float32Array): number {
  const length = (values: Float32Array): number => Math.hypot(...values);
  return length(expected.map((value, i) => value - got[i])) / length(expected);
}

/** Scores of both heads. */
function scores(spec: ModelSpec, precision: t.Precision, training: boolean, size = 16) {
  return t.scope(() => {
    const model = buildModel(spec, new Rng(3)).setPrecision(precision).train(training);
    const out = t.noGrad(() => model.forward(fill('x', [4, 3, size, size])));
    assert.equal(out.task.dtype, 'float32');
    assert.equal(out.labels.dtype, 'float32');
    const both = [out.task.toFloat32Array(), out.labels.toFloat32Array()];
    model.free();
    return both;
  });
}

for (const [name, spec, tolerance] of [
  ['the small network', small, 0.1],
  ['DenseNet-121', dense, 0.1],
  ['a Feature Pyramid Network', pyramid, 0.1],
] as const)
  for (const training of [true, false])
    test(`${name} ${training ? 'in training' : 'judging'} says in bfloat16 about what it says in float32, fused or not`, () => {
      const expected = scores(spec, 'float32', training);
      const fused = scores(spec, 'bfloat16', training);
      t.setFusion(false);
      const plain = scores(spec, 'bfloat16', training);
      expected.forEach((values, i) => {
        // Roundings of 2^-8 over tens of layers; norms over the four images of a batch enlarge them.
        const [a, b] = [relative(fused[i], values), relative(plain[i], values)];
        assert.ok(a > 0 && a < tolerance, `head ${i}, fused: ${a}`);
        assert.ok(b > 0 && b < tolerance, `head ${i}, layer by layer: ${b}`);
      });
    });

/** Trains on images whose class is where they are bright; the mean loss of the last steps. */
function lossAfter(spec: ModelSpec, precision: t.Precision, steps: number): number {
  const [batch, size] = [24, 12];
  const model = buildModel(spec, new Rng(1)).setPrecision(precision);
  const optimiser = new Sgd(model.namedParameters(), { lr: 0.02, momentum: 0.9 });
  const rng = new Rng(7);
  const losses: number[] = [];
  for (let step = 0; step < steps; step++)
    t.scope(() => {
      const classes = Array.from({ length: batch }, () => rng.int(0, spec.classes));
      const bytes = new Uint8Array(batch * size * size * 3);
      bytes.forEach((_, i) => {
        const row = Math.floor(i / (size * 3)) % size;
        const bright =
          Math.floor((row * spec.classes) / size) === classes[Math.floor(i / (size * size * 3))];
        bytes[i] = rng.int(0, 160) + (bright ? 60 : 0);
      });
      const normalisation = { mean: [0.5, 0.5, 0.5], std: [0.25, 0.25, 0.25] };
      const out = model.forward(t.imageBatch(bytes, [batch, size, size, 3], normalisation));
      const loss = t.crossEntropy(out.task, t.fromInt64(classes));
      const labels = t.bceWithLogits(out.labels, t.zeros([batch, spec.labels]));
      t.add(loss, labels).backward();
      optimiser.step();
      optimiser.zeroGrad();
      losses.push(loss.item());
    });
  for (const tensor of model.namedState().values()) assert.notEqual(tensor.dtype, 'bfloat16');
  optimiser.free();
  model.free();
  const last = losses.slice(-10);
  return last.reduce((sum, loss) => sum + loss, 0) / last.length;
}

test('a short training in bfloat16 gets as far as one in float32, with float32 weights', () => {
  const [float32, bfloat16] = [lossAfter(small, 'float32', 60), lossAfter(small, 'bfloat16', 60)];
  assert.ok(float32 < 0.4, `float32: ${float32}`);
  assert.ok(Math.abs(bfloat16 - float32) < 0.1, `bfloat16 ${bfloat16}, float32 ${float32}`);
});
