import assert from 'node:assert/strict';
import { afterEach, test } from 'node:test';
import { Rng } from '../../src/core/index.js';
import { buildModel, type ModelSpec } from '../../src/models/index.js';
import { BatchNorm2d } from '../../src/nn/index.js';
import * as t from '../../src/tensor/index.js';
import { assertClose, fill, leaf, relativeError } from '../tensor/reference.js';

afterEach(() => t.setFusion(true));

/** Everything one training step brings about: loss, gradients, running statistics. @param input name of the images' values */
function stepOf(
  spec: ModelSpec,
  fused: boolean,
  size: number,
  input: string,
): Map<string, Float32Array> {
  t.setFusion(fused);
  return t.scope(() => {
    const model = buildModel(spec, new Rng(5));
    const out = model.forward(fill(input, [4, 3, size, size + 3]));
    const labels = t.bceWithLogits(out.labels, fill('t', [4, 3], 0, 1));
    const loss = t.add(t.crossEntropy(out.task, t.fromInt64([0, 1, 2, 1])), labels);
    loss.backward();
    const result = new Map([['loss', loss.toFloat32Array()]]);
    for (const [name, p] of model.namedParameters()) result.set(name, p.grad!.toFloat32Array());
    for (const [name, b] of model.namedBuffers()) result.set(name, b.toFloat32Array());
    model.free();
    return result;
  });
}

// A DenseNet amplifies rounding: 1e-6 on its input changes single gradients by 1 %, in the plain path as well, and by 14 % where it
// turns the sign of a value next to zero in the last block, which one of these three inputs has where convolutions are taken in tiles. So of
// three inputs the middle one counts. What the block itself computes is held to 1e-5 below.
for (const [name, stem, size, tolerance] of [
  ['densenet121', 'imagenet', 61, 0.1],
  ['densenet121', 'small', 16, 0.1],
  ['resnet-small', undefined, 17, 1e-3],
] as const)
  test(`${name} (${stem ?? 'own'} stem): fused and plain steps agree`, () => {
    const spec = { name, stem, classes: 3, labels: 3 };
    const worst = ['x', 'y', 'z'].map((input): [error: number, key: string] => {
      const plain = stepOf(spec, false, size, input);
      const fused = stepOf(spec, true, size, input);
      assertClose(fused.get('loss')!, plain.get('loss')!, 1e-4, 'loss');
      const errors: [number, string][] = [];
      for (const [key, expected] of plain)
        if (key.endsWith('running_mean') || key.endsWith('running_var'))
          assertClose(fused.get(key)!, expected, 1e-3, key);
        else if (/(conv\d?|classifier|head)\.weight$/.test(key))
          errors.push([relativeError(fused.get(key)!, expected), key]);
      return errors.reduce((most, each) => (each[0] > most[0] ? each : most));
    });
    const [, [error, key]] = worst.sort(([one], [other]) => one - other);
    assert.ok(error < tolerance, `${key}: differs by ${error}`);
  });

// Few rows and many layers, far means: the worst for shared statistics. Larger images: the 1x1 convolutions are oneDNN's.
for (const [height, width] of [
  [5, 4],
  [17, 16],
] as const)
  test(`a dense block on ${height}x${width} agrees with its plain path, in values and gradients`, () => {
    const growth = 4;
    const layers = 5;
    const run = (fused: boolean) =>
      t.scope(() => {
        const x = t.add(leaf('x', 3, 6, height, width), 3);
        const parameters: t.Tensor[] = [];
        const buffers: t.Tensor[] = [];
        for (let l = 0; l < layers; l++) {
          const c = 6 + l * growth;
          const shapes = [[c], [c], [8, c, 1, 1], [8], [8], [growth, 8, 3, 3]];
          parameters.push(...shapes.map((shape, i) => leaf(`p${l}${i}`, ...shape)));
          for (const size of [c, c, 8, 8]) buffers.push(fill(`b${l}${size}`, [size], 0.5, 1));
        }
        const options = { momentum: 0.1, eps: 1e-5 };
        let y = x;
        if (fused) y = t.denseBlock(x, parameters, buffers, options);
        else
          for (let l = 0; l < layers; l++) {
            const [w1, b1, c1, w2, b2, c2] = parameters.slice(6 * l);
            const [m1, v1, m2, v2] = buffers.slice(4 * l);
            const norm = (
              z: t.Tensor,
              weight: t.Tensor,
              bias: t.Tensor,
              m: t.Tensor,
              v: t.Tensor,
            ) =>
              t.relu(
                t.batchNorm(
                  z,
                  { weight, bias, runningMean: m, runningVar: v },
                  { training: true, ...options },
                ),
              );
            const narrow = t.conv2d(norm(y, w1, b1, m1, v1), c1);
            const fresh = t.conv2d(norm(narrow, w2, b2, m2, v2), c2, undefined, { padding: 1 });
            y = t.cat([y, fresh], 1);
          }
        t.sum(t.mul(y, fill('g', y.shape))).backward();
        return {
          y: y.toFloat32Array(),
          gradients: parameters.map((p) => p.grad!.toFloat32Array()),
          buffers: buffers.map((b) => b.toFloat32Array()),
        };
      });
    const [plain, fused] = [run(false), run(true)];
    assertClose(fused.y, plain.y, 1e-5, 'values');
    // Gradients of weights are sums over all pixels: what rounding leaves goes with the largest.
    plain.gradients.forEach((g, i) => {
      const largest = g.reduce((most, value) => Math.max(most, Math.abs(value)), 1);
      assertClose(fused.gradients[i], g, 1e-6 * largest + 1e-5, `gradient ${i}`);
    });
    plain.buffers.forEach((b, i) => assertClose(fused.buffers[i], b, 1e-5, `buffer ${i}`));
  });

for (const residual of [false, true])
  test(`norm and ReLU ${residual ? 'with a residual ' : ''}agree with the plain path`, () => {
    const run = (fused: boolean) =>
      t.scope(() => {
        t.setFusion(fused);
        const norm = new BatchNorm2d(5);
        norm.weight.copyFrom(fill('w', [5]));
        norm.bias.copyFrom(fill('b', [5]));
        const [x, r] = [leaf('x', 3, 5, 7, 6), leaf('r', 3, 5, 7, 6)];
        const y = norm.forwardRelu(x, residual ? r : undefined);
        t.sum(t.mul(y, fill('g', y.shape))).backward();
        const parts = [
          y,
          x.grad!,
          norm.weight.grad!,
          norm.bias.grad!,
          ...norm.namedBuffers().values(),
        ];
        if (residual) parts.push(r.grad!);
        return parts.map((part) => part.toFloat32Array());
      });
    const fused = run(true);
    run(false).forEach((expected, i) => assertClose(fused[i], expected, 1e-5, `part ${i}`));
  });

test('values that are no numbers pass through fused layers', () => {
  t.scope(() => {
    const x = t.full([2, 3, 4, 4], NaN);
    const y = new BatchNorm2d(3).forwardRelu(x);
    assert.ok(y.toFloat32Array().every(Number.isNaN));
  });
});
