import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Rng, UserError } from '../../src/core/index.js';
import { buildModel, loadWeights, type ModelName } from '../../src/models/index.js';
import { noGrad, scope, setThreads } from '../../src/tensor/index.js';
import { assertClose, fill, reference } from '../tensor/reference.js';
import { weight } from './weight.js';

setThreads(2);
const { models } = reference();

for (const [name, { state, logits }] of Object.entries(models))
  test(`${name} has torchvision's names and shapes, and its logits`, () =>
    scope(() => {
      const model = buildModel({ name: name as ModelName, classes: 10, labels: 0 }, new Rng(1));
      const own = [...model.namedState()].map(([key, tensor]) => [key, [...tensor.shape]]);
      assert.deepEqual(Object.fromEntries(own), state);
      loadWeights(
        model,
        new Map(Object.entries(state).map(([key, shape]) => [key, weight(key, shape)])),
      );
      model.eval();
      const out = noGrad(() => model.forward(fill('input', [2, 3, 64, 64])));
      assertClose(out.task.toFloat32Array(), logits, 1e-4, name);
      assert.deepEqual([...out.labels.shape], [2, 0]);
      model.free();
    }));

for (const [name, stem, smallest] of [
  ['densenet121', 'imagenet', 29],
  ['densenet121', 'small', 8],
  ['resnet-small', undefined, 8],
] as const)
  test(`${name} (${stem ?? 'own'} stem) takes ${smallest} pixels, not fewer; grey; odd sizes`, () =>
    scope(() => {
      const spec = { name, stem, classes: 3, labels: 5, channels: 1 };
      const model = buildModel(spec, new Rng(1)).eval();
      const run = (h: number, w: number) => noGrad(() => model.forward(fill('x', [2, 1, h, w])));
      assert.equal(model.smallest, smallest);
      const out = run(smallest, smallest + 5);
      assert.deepEqual([...out.task.shape, ...out.labels.shape], [2, 3, 2, 5]);
      assert.throws(
        () => run(smallest - 1, 64),
        (error: Error) =>
          error instanceof UserError &&
          error.code === 'IMAGE_TOO_SMALL' &&
          error.message.includes(`${smallest}x${smallest}`),
      );
      model.free();
    }));

test('frozen norms keep their statistics in training, in the fused blocks too', () =>
  scope(() => {
    const spec = { name: 'densenet121', stem: 'small', classes: 3, labels: 0 } as const;
    const model = buildModel(spec, new Rng(1)).startedFromWeights(true);
    const x = fill('input', [2, 3, 32, 32]);
    model.eval();
    const expected = noGrad(() => model.forward(x).task.toFloat32Array());
    const before = [...model.namedBuffers()].map(([name, t]) => [name, [...t.toFloat32Array()]]);
    model.train();
    assertClose(model.forward(x).task.toFloat32Array(), expected, 1e-5, 'logits');
    const after = [...model.namedBuffers()].map(([name, t]) => [name, [...t.toFloat32Array()]]);
    assert.deepEqual(after, before);
    model.free();
  }));
