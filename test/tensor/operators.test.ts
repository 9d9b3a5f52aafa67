import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as t from '../../src/tensor/index.js';
import type { Tensor } from '../../src/tensor/index.js';
import { assertClose, fill, leaf, reference, type Packed } from './reference.js';

const { operators } = reference();

/** Values, shape and gradients against PyTorch's; the gradient of the result is `fill('g', shape)`. */
function check(name: string, y: Tensor, leaves: Tensor[], seeded = true): void {
  const expected: Packed = operators[name];
  assert.deepEqual([...y.shape], expected.shape, `${name}: shape`);
  assertClose(y.toFloat32Array(), expected.y, 2e-5, name);
  const loss = seeded ? t.sum(t.mul(y, fill('g', y.shape))) : t.sum(y);
  loss.backward();
  leaves.forEach((each, i) =>
    assertClose(each.grad!.toFloat32Array(), expected.grads[i], 5e-5, `${name}: gradient ${i}`),
  );
}

function compare(name: string, run: () => void): void {
  test(`${name} agrees with PyTorch, forwards and backwards`, () => t.scope(run));
}

compare('conv2d', () => {
  const [x, w, b] = [leaf('x', 2, 4, 7, 6), leaf('w', 6, 2, 3, 3), leaf('b', 6)];
  const y = t.conv2d(x, w, b, { stride: [2, 1], padding: [1, 2], groups: 2 });
  check('conv2d', y, [x, w, b]);
});

for (const training of [true, false])
  compare(training ? 'batchNormTrain' : 'batchNormEval', () => {
    const name = training ? 'batchNormTrain' : 'batchNormEval';
    const [x, weight, bias] = [leaf('x', 3, 5, 4, 4), leaf('w', 5), leaf('b', 5)];
    const [runningMean, runningVar] = [fill('mean', [5]), fill('var', [5], 0.5, 1.5)];
    const y = t.batchNorm(x, { weight, bias, runningMean, runningVar }, { training });
    check(name, y, [x, weight, bias]);
    assertClose(runningMean.toFloat32Array(), operators[name].mean!, 1e-6, 'running mean');
    assertClose(runningVar.toFloat32Array(), operators[name].var!, 1e-6, 'running variance');
  });

const target = () => t.fromInt64([0, 4, 2, 1, 4, 3]);
compare('crossEntropy', () => {
  const x = leaf('x', 6, 5);
  check('crossEntropy', t.crossEntropy(x, target()), [x], false);
});
compare('crossEntropyAll', () => {
  const x = leaf('x', 6, 5);
  const options = { labelSmoothing: 0.1, ignoreIndex: 2, weight: fill('cw', [5], 0.5, 2) };
  check('crossEntropyAll', t.crossEntropy(x, target(), options), [x], false);
});
compare('crossEntropyNone', () => {
  const x = leaf('x', 6, 5);
  check('crossEntropyNone', t.crossEntropy(x, target(), { reduction: 'none' }), [x], false);
});
compare('crossEntropyPixels', () => {
  const x = leaf('x', 2, 3, 4, 4);
  const pixels = t.toDtype(fill('t', [2, 4, 4], 0, 3), 'int64');
  check('crossEntropyPixels', t.crossEntropy(x, pixels), [x], false);
});
compare('bceWithLogits', () => {
  const x = leaf('x', 6, 5);
  const options = { weight: fill('bw', [6, 5], 0, 1), positiveWeight: fill('pw', [5], 1, 3) };
  check('bceWithLogits', t.bceWithLogits(x, fill('t', [6, 5], 0, 1), options), [x], false);
});

const unary: Record<string, (x: Tensor) => Tensor> = {
  maxPool2d: (x) => t.maxPool2d(x, 3, { stride: 2, padding: 1 }),
  avgPool2d: (x) => t.avgPool2d(x, 2),
  adaptiveAvgPool2d: (x) => t.adaptiveAvgPool2d(x, [3, 2]),
  interpolateNearest: (x) => t.interpolate(x, [9, 5], 'nearest'),
  interpolateBilinear: (x) => t.interpolate(x, [9, 5], 'bilinear'),
  softmax: (x) => t.softmax(x, 1),
  logSoftmax: (x) => t.logSoftmax(x, 1),
  sigmoid: (x) => t.sigmoid(x),
  relu: (x) => t.relu(x),
};
for (const [name, run] of Object.entries(unary))
  compare(name, () => {
    const x = leaf('x', 2, 3, 7, 6);
    check(name, run(x), [x]);
  });
compare('linear', () => {
  const [x, w, b] = [leaf('x', 4, 6), leaf('w', 3, 6), leaf('b', 3)];
  check('linear', t.linear(x, w, b), [x, w, b]);
});

test('arithmetic, shapes and reductions', () =>
  t.scope(() => {
    const a = t.fromFloat32([1, 2, 3, 4, 5, 6], [2, 3]);
    const row = t.fromFloat32([10, 20, 30], [3]);
    const values = (x: Tensor) => [...x.toFloat32Array()];
    assert.deepEqual(values(t.add(a, row)), [11, 22, 33, 14, 25, 36]);
    assert.deepEqual(values(t.div(t.mul(t.sub(a, 1), 2), 4)), [0, 0.5, 1, 1.5, 2, 2.5]);
    assert.deepEqual(values(t.matmul(a, t.permute(a, [1, 0]))), [14, 32, 32, 77]);
    assert.deepEqual(values(t.sum(a, [0])), [5, 7, 9]);
    assert.deepEqual(values(t.mean(a, [1], true)), [2, 5]);
    assert.equal(t.max(a).item(), 6);
    assert.deepEqual([...t.argmax(a, 1).toInt32Array()], [2, 2]);
    const { values: top, indices } = t.topk(a, 2, 1);
    assert.deepEqual(values(top), [3, 2, 6, 5]);
    assert.deepEqual([...indices.toInt32Array()], [2, 1, 2, 1]);
    assert.deepEqual(values(t.cat([a, a], 1)).length, 12);
    assert.deepEqual([...t.stack([a, a]).shape], [2, 2, 3]);
    assert.deepEqual(values(t.narrow(a, 1, 1, 1)), [2, 5]);
    assert.deepEqual(values(t.indexSelect(a, 0, t.fromInt64([1, 0]))), [4, 5, 6, 1, 2, 3]);
    assert.deepEqual(values(t.where(t.greater(a, 3), a, t.zeros([2, 3]))), [0, 0, 0, 4, 5, 6]);
    const whole = t.fromInt64([1, 2, 3]);
    assert.equal(t.add_(whole, 1).dtype, 'int64');
    assert.deepEqual([...whole.toBigInt64Array()], [2n, 3n, 4n]);
  }));

test('dropout keeps the mean and is off in evaluation', () =>
  t.scope(() => {
    t.manualSeed(1);
    const x = t.ones([10000]);
    assert.ok(Math.abs(t.mean(t.dropout(x, 0.3, true)).item() - 1) < 0.05);
    assert.deepEqual(t.dropout(x, 0.3, false).toFloat32Array(), x.toFloat32Array());
  }));

for (const channels of [1, 3])
  test(`imageBatch normalises ${channels} channels into channels-last memory`, () =>
    t.scope(() => {
      const shape: [number, number, number, number] = [2, 3, 5, channels];
      const bytes = Uint8Array.from({ length: 30 * channels }, (_, i) => (i * 37) % 256);
      const mean = [0.4, 0.5, 0.6].slice(0, channels);
      const std = [0.2, 0.3, 0.4].slice(0, channels);
      const batch = t.imageBatch(bytes, shape, { mean, std });
      assert.deepEqual([...batch.shape], [2, channels, 3, 5]);
      assert.equal(batch.isChannelsLast, true);
      const expected: number[] = [];
      for (let n = 0; n < 2; n++)
        for (let c = 0; c < channels; c++)
          for (let p = 0; p < 15; p++)
            expected.push((bytes[(n * 15 + p) * channels + c] / 255 - mean[c]) / std[c]);
      assertClose(batch.toFloat32Array(), expected, 1e-6, 'values');
    }));

test('weights drawn from a stream depend on its key alone', async () => {
  const { Rng } = await import('../../src/core/index.js');
  t.scope(() => {
    const draw = (seed: number) => t.randn([5], new Rng(seed)).toFloat32Array();
    assert.deepEqual(draw(1), draw(1));
    assert.notDeepEqual(draw(1), draw(2));
  });
});
