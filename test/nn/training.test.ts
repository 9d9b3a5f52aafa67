import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Rng } from '../../src/core/index.js';
import {
  Adam,
  AdamW,
  BatchNorm2d,
  Conv2d,
  Linear,
  Relu,
  Sequential,
  Sgd,
  type Optimiser,
} from '../../src/nn/index.js';
import {
  add,
  crossEntropy,
  flatten,
  fromInt64,
  keep,
  liveTensors,
  pow,
  randn,
  scope,
  sub,
  sum,
  type Tensor,
} from '../../src/tensor/index.js';
import { assertClose, fill, leaf, reference } from '../tensor/reference.js';

const { optimisers } = reference();
type Make = (parameters: Map<string, Tensor>) => Optimiser;
const cases: Record<string, Make> = {
  sgd: (p) => new Sgd(p, { lr: 0.05 }),
  sgdMomentum: (p) => new Sgd(p, { lr: 0.05, momentum: 0.9, weightDecay: 5e-3 }),
  sgdNesterov: (p) => new Sgd(p, { lr: 0.05, momentum: 0.9, weightDecay: 5e-3, nesterov: true }),
  adam: (p) => new Adam(p, { lr: 0.05, weightDecay: 5e-3 }),
  adamW: (p) => new AdamW(p, { lr: 0.05, weightDecay: 5e-2, betas: [0.8, 0.99] }),
};

const parameters = () =>
  new Map([
    ['p0', keep(leaf('p0', 3, 4))],
    ['p1', keep(leaf('p1', 5))],
  ]);

function step(own: Map<string, Tensor>, optimiser: Optimiser): number[] {
  return scope(() => {
    optimiser.zeroGrad();
    const losses = [...own.values()].map((p, i) => sum(pow(sub(p, fill(`t${i}`, p.shape)), 2)));
    add(losses[0], losses[1]).backward();
    optimiser.step();
    return [...own.values()].flatMap((p) => [...p.toFloat32Array()]);
  });
}

for (const [name, make] of Object.entries(cases)) {
  test(`${name} follows PyTorch step by step`, () => {
    const own = parameters();
    const optimiser = make(own);
    optimisers[name].forEach((expected, i) =>
      assertClose(step(own, optimiser), expected, 2e-6, `step ${i + 1}`),
    );
  });

  test(`${name} goes on from its state with the very same numbers`, () => {
    const [a, b] = [parameters(), parameters()];
    const first = make(a);
    step(a, first);
    step(a, first);
    const second = make(b);
    scope(() => {
      second.loadState(first.state());
      for (const [key, tensor] of b) tensor.copyFrom(a.get(key)!);
    });
    assert.deepEqual(step(b, second), step(a, first));
  });
}

function network(): Sequential {
  const rng = new Rng(3);
  return new Sequential([
    new Conv2d(rng, 3, 8, 3, { padding: 1 }),
    new BatchNorm2d(8),
    new Relu(),
    new Conv2d(rng, 8, 8, 3, { stride: 2, bias: true }),
  ]);
}

test('a hundred training steps leave no tensor behind and lower the loss', () => {
  const model = scope(() => network());
  const head = scope(() => new Linear(new Rng(4), 8 * 9, 4));
  const all = new Map([...model.namedParameters(), ...head.namedParameters()]);
  const optimiser = new Sgd(all, { lr: 0.05, momentum: 0.9 });
  const [x, y] = [
    keep(randn([16, 3, 8, 8], new Rng(5))),
    fromInt64(Array.from({ length: 16 }, (_, i) => i % 4)),
  ];
  const live: number[] = [];
  const losses: number[] = [];
  for (let i = 0; i < 100; i++) {
    losses.push(
      scope(() => {
        const loss = crossEntropy(head.forward(flatten(model.forward(x), 1)), y);
        loss.backward();
        optimiser.step();
        optimiser.zeroGrad();
        return loss.item();
      }),
    );
    live.push(liveTensors());
  }
  assert.deepEqual([...new Set(live)], [live[0]]);
  assert.ok(losses[99] < losses[0] / 10, `${losses[0]} to ${losses[99]}`);
  assert.equal(model.namedBuffers().get('1.num_batches_tracked')!.item(), 100);
  const before = liveTensors();
  model.free();
  assert.equal(liveTensors(), before - model.namedState().size);
});

test('names, modes and counts of modules', () => {
  const model = network();
  assert.deepEqual(
    [...model.namedState().keys()],
    [
      ...['0.weight', '1.weight', '1.bias', '3.weight', '3.bias'],
      ...['1.running_mean', '1.running_var', '1.num_batches_tracked'],
    ],
  );
  assert.equal(model.parameterCount(), 8 * 27 + 16 + 8 * 72 + 8);
  model.eval();
  const x = randn([2, 3, 8, 8], new Rng(1));
  scope(() => model.forward(x));
  assert.equal(model.namedBuffers().get('1.num_batches_tracked')!.item(), 0);
  assert.throws(() => model.append(new Relu(), '0'), /0 is registered already/);
});
