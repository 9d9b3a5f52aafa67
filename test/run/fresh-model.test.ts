import assert from 'node:assert/strict';
import { test } from 'node:test';
import { resolveTrainConfig, settleTraining, type TrainingCase } from '../../src/config/index.js';
import { freshModel, freshOptimiser, type Shape } from '../../src/run/fresh-model.js';
import { backward, crossEntropy, fromInt64, scope, zeros } from '../../src/tensor/index.js';
import { fill } from '../tensor/reference.js';

const shape: Shape = {
  outputs: 'image',
  classes: 3,
  labels: 0,
  channels: 3,
  height: 64,
  width: 64,
};
const photographs: TrainingCase = {
  heads: 'task',
  network: 'efficientnet-lite0',
  pretrained: true,
  oneClass: true,
  images: 100,
  epochs: 10,
};
/** Without a recipe for fine-tuning, but for what a test asks for. */
const settings = ({ pretrained = {}, ...more }: Record<string, object> = {}) =>
  settleTraining(
    resolved({ pretrained: { headFactor: 1, norms: 'trained', ...pretrained }, ...more }),
    photographs,
  );
const resolved = (more: object) =>
  resolveTrainConfig({
    flags: {
      data: 'photos',
      policy: 'none',
      model: { name: 'efficientnet-lite0' },
      optimiser: { name: 'sgd', lr: 0.01, momentum: 0, weightDecay: 0.1 },
      ...more,
    },
  });

/** How far the parameters moved in a step, by name: root of the mean square. */
function stepOf(config: ReturnType<typeof settings>, waiting = false): Map<string, number> {
  return scope(() => {
    const model = freshModel(config, shape, 'cpu');
    const optimiser = freshOptimiser(config, model);
    optimiser.waiting = waiting;
    const before = [...model.namedState()].map(
      ([name, tensor]) => [name, tensor.toFloat32Array()] as const,
    );
    model.train();
    const logits = model.forward(fill('x', [4, 3, 64, 64])).task;
    backward(crossEntropy(logits, fromInt64([0, 1, 2, 0])));
    optimiser.step();
    const after = model.namedState();
    const moved = before.map(([name, values]) => {
      const now = after.get(name)!.toFloat32Array();
      const square = values.reduce((sum, value, i) => sum + (now[i] - value) ** 2, 0);
      return [name, Math.sqrt(square / values.length)] as const;
    });
    optimiser.free();
    model.free();
    return new Map(moved);
  });
}

const statistics = (moved: Map<string, number>) =>
  [...moved].filter(([name]) => /running_(mean|var)$/.test(name)).map(([, by]) => by);

test('a trunk with frozen norms keeps their statistics in training, and its weights move', () => {
  const trained = stepOf(settings());
  assert.ok(statistics(trained).every((by) => by > 0));
  const frozen = stepOf(settings({ pretrained: { norms: 'frozen' } }));
  assert.ok(statistics(frozen).length > 40);
  assert.ok(statistics(frozen).every((by) => by === 0));
  assert.ok(frozen.get('conv_stem.weight')! > 0);
  assert.ok(frozen.get('bn1.weight')! > 0);
});

test('without weights to start from, nothing is frozen and no head has a rate of its own', () => {
  const model = { name: 'efficientnet-lite0', weights: 'none' } as const;
  const plain = stepOf(settings({ model }));
  const asked = stepOf(settings({ model, pretrained: { norms: 'frozen', headFactor: 5 } }), true);
  assert.deepEqual(asked, plain);
});

test('heads move by their own factor, and alone while the trunk waits', () => {
  const [plain, faster] = [stepOf(settings()), stepOf(settings({ pretrained: { headFactor: 5 } }))];
  const ratio = (name: string) => faster.get(name)! / plain.get(name)!;
  assert.ok(Math.abs(ratio('classifier.weight') - 5) < 1e-3);
  assert.ok(Math.abs(ratio('conv_stem.weight') - 1) < 1e-6);
  const waiting = stepOf(settings({ pretrained: { headFactor: 5 } }), true);
  assert.equal(waiting.get('classifier.weight'), faster.get('classifier.weight'));
  for (const [name, by] of waiting)
    if (!/^classifier|running|num_batches/.test(name)) assert.equal(by, 0, name);
});

test('decay of weights alone leaves biases and norms out', () => {
  const optimiser = { name: 'sgd', lr: 0.01, momentum: 0, weightDecay: 0.1 } as const;
  const none = settings({ optimiser: { ...optimiser, weightDecay: 0 } });
  const [all, weights, without] = [
    settings(),
    settings({ optimiser: { ...optimiser, decayed: 'weights' } }),
    none,
  ].map((config) => stepOf(config));
  assert.equal(weights.get('bn1.weight'), without.get('bn1.weight'));
  assert.notEqual(all.get('bn1.weight'), without.get('bn1.weight'));
  assert.equal(weights.get('conv_stem.weight'), all.get('conv_stem.weight'));
  assert.notEqual(all.get('conv_stem.weight'), without.get('conv_stem.weight'));
});

test("Adam's betas are those of the settings", () => {
  const config = settings({ optimiser: { name: 'adam', lr: 0.01, beta1: 0.5 } });
  scope(() => {
    const model = freshModel(config, { ...shape, classes: 2 }, 'cpu');
    const optimiser = freshOptimiser(config, model);
    const bias = model.namedParameters().get('classifier.bias')!;
    const gradients = [1, 0];
    for (const gradient of gradients) {
      optimiser.zeroGrad();
      const logits = model.forward(zeros([1, 3, 64, 64])).task;
      backward(crossEntropy(logits, fromInt64([gradient])));
      optimiser.step();
    }
    const first = optimiser.state().get('first/classifier.bias')!.toFloat32Array();
    assert.equal(first.length, bias.size);
    // (1 - b) g1 b + (1 - b) g2, with |g| about .5 and opposite signs: .125 with b = .5, .005 with .9.
    assert.ok(Math.abs(first[0]) > 0.05, String(first[0]));
    optimiser.free();
    model.free();
  });
});
