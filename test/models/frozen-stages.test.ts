import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Rng, UserError } from '../../src/core/index.js';
import { buildModel, type ModelName } from '../../src/models/index.js';
import { AdamW } from '../../src/nn/index.js';
import {
  add,
  bceWithLogits,
  crossEntropy,
  fromInt64,
  scope,
  setThreads,
  zerosLike,
} from '../../src/tensor/index.js';
import { assertClose, fill } from '../tensor/reference.js';

setThreads(2);

const x = () => fill('input', [4, 3, 32, 32]);
const build = (name: ModelName) =>
  buildModel({ name, stem: 'imagenet', classes: 3, labels: 2 }, new Rng(1));
type Model = ReturnType<typeof build>;
const values = (model: Model) =>
  new Map([...model.namedState()].map(([name, t]) => [name, [...t.toFloat32Array()]]));

/** The loss, after its gradients. */
function backward(model: Model): number {
  model.train();
  const { task, labels } = model.forward(x());
  const loss = add(
    crossEntropy(task, fromInt64([0, 1, 2, 1])),
    bceWithLogits(labels, zerosLike(labels)),
  );
  loss.backward();
  return loss.item();
}

const cases = [
  ['efficientnet-lite0', 3, /^(conv_stem|bn1|blocks\.[012])\./],
  ['efficientnet-lite0', 1, /^(conv_stem|bn1|blocks\.0)\./],
  ['resnet18', 2, /^(conv1|bn1|layer1)\./],
  ['resnet18', 1, /^(conv1|bn1)\./],
] as const;
for (const norms of ['frozen', 'trained'] as const)
  for (const [name, count, first] of cases)
    test(`${name}: ${count} frozen stages stay as they are, the rest learns (norms ${norms})`, () =>
      scope(() => {
        const model = build(name).startedFromWeights(norms === 'frozen', count);
        const before = values(model);
        const trained = model.trainedParameters();
        for (const parameter of model.namedParameters().keys())
          assert.equal(trained.has(parameter), !first.test(parameter), parameter);
        const optimiser = new AdamW(trained, { lr: 0.01, weightDecay: 0.1 });
        for (let step = 0; step < 2; step++)
          scope(() => {
            backward(model);
            optimiser.step();
            optimiser.zeroGrad();
          });
        const after = values(model);
        for (const [key, old] of before)
          if (first.test(key)) assert.deepEqual(after.get(key), old, key);
        for (const key of trained.keys()) assert.notDeepEqual(after.get(key), before.get(key), key);
        model.free();
      }));

test('what is frozen changes neither the loss nor the gradients of the rest', () =>
  scope(() => {
    const [whole, part] = [0, 3].map((count) =>
      build('efficientnet-lite0').startedFromWeights(true, count),
    );
    const [a, b] = [backward(whole), backward(part)];
    assertClose([a], [b], 1e-6, 'loss');
    for (const [name, parameter] of part.trainedParameters())
      assertClose(
        parameter.grad?.toFloat32Array() ?? [],
        whole.namedParameters().get(name)?.grad?.toFloat32Array() ?? [],
        1e-5,
        name,
      );
    whole.free();
    part.free();
  }));

test('more stages than a network has are refused', () => {
  for (const [name, count, expected] of [
    ['efficientnet-lite0', 8, '0 to 7'],
    ['resnet50', 6, '0 to 5'],
    ['densenet121', 1, 'no stages'],
  ] as const)
    scope(() => {
      const model = build(name);
      assert.throws(
        () => model.startedFromWeights(true, count),
        (error: Error) =>
          error instanceof UserError &&
          error.code === 'FROZEN_STAGES' &&
          error.message.includes(expected),
      );
      model.free();
    });
});
