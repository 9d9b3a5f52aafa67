import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { Rng, UserError } from '../../src/core/index.js';
import { buildModel, loadWeights, type ModelName } from '../../src/models/index.js';
import * as t from '../../src/tensor/index.js';
import { fixturePath } from '../data/folders.js';
import { assertClose, fill } from '../tensor/reference.js';
import { weight } from './weight.js';

t.setThreads(2);

interface Pass {
  readonly loss: number;
  readonly gradients: Record<string, [size: number, projected: number]>;
}

/** PyTorch's numbers, made by test/fixtures/trunks/make.py. */
const { networks } = JSON.parse(
  gunzipSync(readFileSync(fixturePath('trunks/reference.json.gz'))).toString('utf8'),
) as {
  networks: Record<
    string,
    { state: Record<string, number[]>; logits: number[]; training?: Pass; judging?: Pass }
  >;
};

function filled(name: string) {
  const { state } = networks[name];
  const model = buildModel({ name: name as ModelName, classes: 10, labels: 0 }, new Rng(1));
  const own = [...model.namedState()].map(([key, tensor]) => [key, [...tensor.shape]]);
  assert.deepEqual(Object.fromEntries(own), state);
  const weights = Object.entries(state).map(([key, shape]) => [key, weight(key, shape)] as const);
  loadWeights(model, new Map(weights));
  return model;
}

for (const [name, { logits }] of Object.entries(networks))
  test(`${name} has the names and shapes of timm or torchvision, and their logits`, () =>
    t.scope(() => {
      const model = filled(name).eval();
      const out = t.noGrad(() => model.forward(fill('input', [2, 3, 75, 93])));
      // Shares of the largest: ResNet-50's are as large as a thousand, of which float32 knows 6e-5.
      const largest = Math.max(...logits.map(Math.abs));
      const shares = (of: ArrayLike<number>) => Array.from(of, (logit) => logit / largest);
      assertClose(shares(out.task.toFloat32Array()), shares(logits), 5e-6, name);
      model.free();
    }));

for (const [name, passes] of Object.entries(networks))
  for (const mode of ['training', 'judging'] as const) {
    const pass = passes[mode];
    if (pass === undefined) continue;
    for (const fused of [true, false])
      test(`${name}, norms in ${mode}: PyTorch's loss and gradients (${fused ? 'fused' : 'plain'})`, () =>
        t.scope(() => {
          t.setFusion(fused);
          try {
            const model = filled(name).train(mode === 'training');
            const out = model.forward(t.channelsLast(fill('input', [4, 3, 64, 48])));
            const loss = t.crossEntropy(out.task, t.fromInt64([1, 7, 0, 4]));
            assertClose([loss.item()], [pass.loss], 2e-4, 'loss');
            loss.backward();
            for (const [key, parameter] of model.namedParameters()) {
              const [size, projected] = pass.gradients[key];
              const grad = t.contiguous(parameter.grad!).toFloat32Array();
              const other = fill('g', parameter.shape).toFloat32Array();
              const sum = grad.reduce((all, g) => all + Math.abs(g), 0);
              const product = grad.reduce((all, g, i) => all + g * other[i], 0);
              // Against the gradient's own size, since sums of both signs cancel. The reference is in double precision,
              // from which PyTorch's own single precision differs by up to 0.004 where a value falls on the other
              // side of a corner of ReLU6, and by 2e-5 where a norm that follows makes the gradient 0.
              const allowed = 0.01 * size + 1e-4;
              assert.ok(Math.abs(sum - size) < allowed, `${key}: size ${sum}, expected ${size}`);
              assert.ok(
                Math.abs(product - projected) < allowed,
                `${key}: ${product}, ${projected}`,
              );
            }
            model.free();
          } finally {
            t.setFusion(true);
          }
        }));
  }

for (const name of ['efficientnet-lite0', 'resnet18', 'resnet50'] as const)
  for (const outputs of ['image', 'pixel'] as const)
    test(`${name}, a class ${outputs === 'image' ? 'an image' : 'a pixel'}: labels from every stage, grey, odd sides, both precisions`, () =>
      t.scope(() => {
        const spec = { name, outputs, classes: 3, labels: 5, channels: 1 };
        const model = buildModel(spec, new Rng(1)).eval();
        const run = (h: number, w: number) =>
          t.noGrad(() => model.forward(fill('x', [2, 1, h, w])));
        const out = run(8, 13);
        assert.deepEqual([...out.task.shape], outputs === 'image' ? [2, 3] : [2, 3, 8, 13]);
        assert.deepEqual([...out.labels.shape], [2, 5]);
        const stages = model.trunk!.stages!;
        const seen = 2 * stages.reduce((sum, channels) => sum + channels, 0);
        assert.deepEqual(
          [...model.namedState().get('augment_head.linear.weight')!.shape],
          [5, seen],
        );
        assert.throws(
          () => run(7, 64),
          (error: Error) => error instanceof UserError && error.code === 'IMAGE_TOO_SMALL',
        );
        const exact = run(64, 64).labels.toFloat32Array();
        model.setPrecision('bfloat16');
        const rounded = run(64, 64).labels.toFloat32Array();
        const size = Math.hypot(...exact);
        const apart = Math.hypot(...exact.map((value, i) => value - rounded[i]));
        assert.ok(apart > 0 && apart < 0.1 * size, `${apart} of ${size}`);
        model.free();
      }));
