import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { packageRoot, Rng } from '../../src/core/index.js';
import {
  AdamW,
  BatchNorm2d,
  decayAt,
  Linear,
  Module,
  Sgd,
  WeightAverage,
  type RuleOf,
} from '../../src/nn/index.js';
import { ClassificationHead } from '../../src/tasks/classification.js';
import {
  add,
  gradOf,
  keep,
  liveTensors,
  pow,
  scope,
  sub,
  sum,
  zeros,
  type Tensor,
} from '../../src/tensor/index.js';
import { assertClose, fill, leaf } from '../tensor/reference.js';

interface Reference {
  smoothing: Record<string, { loss: number; gradient: number[] }>;
  groups: Record<'sgd' | 'adamw', number[][]>;
  averages: Record<string, { decay: number; warmup: boolean; steps: number[][] }>;
}

// Made by test/fixtures/recipe/make.py with PyTorch and timm.
const file = join(packageRoot(), 'test/fixtures/recipe/reference.json');
const { smoothing, groups, averages } = JSON.parse(readFileSync(file, 'utf8')) as Reference;

for (const [share, expected] of Object.entries(smoothing))
  test(`labels smoothed by ${share} give PyTorch's loss and gradient; scores are not smoothed`, () =>
    scope(() => {
      const head = new ClassificationHead('cpu', undefined, { labelSmoothing: Number(share) });
      const logits = keep(fill('logits', [4, 5], -3, 3));
      logits.requiresGrad = true;
      const batch = {
        count: 4,
        size: { height: 1, width: 1 },
        targets: { kind: 'class', classes: Int32Array.from([0, 4, 2, 2]) },
      } as const;
      const { loss } = head.loss(logits, batch);
      loss.backward();
      assertClose([loss.item()], [expected.loss], 1e-6, 'loss');
      assertClose([...gradOf(logits)!.toFloat32Array()], expected.gradient, 1e-6, 'gradient');
      const plain = new ClassificationHead('cpu').score(logits, batch);
      assert.deepEqual(head.score(logits, batch).losses, plain.losses);
      logits.free();
    }));

const parameters = () =>
  new Map([
    ['p0', keep(leaf('p0', 3, 4))],
    ['p1', keep(leaf('p1', 5))],
  ]);
/** As the groups of make.py. */
const ruleOf: RuleOf = (name) => ({
  rate: name === 'p0' ? 4 : 1,
  decays: name === 'p0',
  waits: name === 'p1',
});
const optimisers = {
  sgd: (p: Map<string, Tensor>) =>
    new Sgd(p, { lr: 0.05, momentum: 0.9, weightDecay: 5e-2 }, ruleOf),
  adamw: (p: Map<string, Tensor>) => new AdamW(p, { lr: 0.05, weightDecay: 5e-2 }, ruleOf),
};

/** A step on sum((p - t)^2). */
function stepOf(own: Map<string, Tensor>, optimiser: Sgd | AdamW): number[] {
  return scope(() => {
    optimiser.zeroGrad();
    const losses = [...own.values()].map((p, i) => sum(pow(sub(p, fill(`t${i}`, p.shape)), 2)));
    add(losses[0], losses[1]).backward();
    optimiser.step();
    return [...own.values()].flatMap((p) => [...p.toFloat32Array()]);
  });
}

for (const name of ['sgd', 'adamw'] as const) {
  test(`${name} with a rule for each parameter follows PyTorch's groups`, () => {
    const own = parameters();
    const optimiser = optimisers[name](own);
    groups[name].forEach((expected, i) =>
      assertClose(stepOf(own, optimiser), expected, 1e-5, `step ${i + 1}`),
    );
  });

  test(`${name}: while it waits, only parameters without the rule move`, () => {
    const own = parameters();
    const before = own.get('p1')!.toFloat32Array();
    const optimiser = optimisers[name](own);
    optimiser.waiting = true;
    assertClose(stepOf(own, optimiser).slice(0, 12), groups[name][0].slice(0, 12), 2e-6, 'p0');
    assert.deepEqual(own.get('p1')!.toFloat32Array(), before);
    optimiser.waiting = false;
    stepOf(own, optimiser);
    assert.notDeepEqual(own.get('p1')!.toFloat32Array(), before);
  });
}

class Toy extends Module {
  readonly weight = this.parameter('weight', zeros([2, 3]));
  readonly running = this.buffer('running', zeros([4]));
  /** Not averaged. */
  readonly count = this.buffer('count', zeros([], { dtype: 'int64' }));

  set(step: number): void {
    scope(() => {
      this.weight.copyFrom(fill(`w${step}`, [2, 3]));
      this.running.copyFrom(fill(`r${step}`, [4]));
    });
  }

  get values(): number[] {
    return [this.weight, this.running].flatMap((t) => [...t.toFloat32Array()]);
  }
}

for (const [name, { decay, warmup, steps }] of Object.entries(averages))
  test(`the ${name} moving average follows timm's, and the model keeps its own weights`, async () => {
    const before = liveTensors();
    const toy = new Toy();
    const average = new WeightAverage(toy, { decay, warmUp: warmup });
    for (const [i, expected] of steps.entries()) {
      toy.set(i + 1);
      const own = toy.values;
      average.step();
      const within = await average.within(() => toy.values);
      assertClose(within, expected, 1e-6, `step ${i + 1}`);
      assert.deepEqual(toy.values, own);
    }
    const other = new WeightAverage(toy, { decay, warmUp: warmup });
    other.loadState(average.state());
    toy.set(20);
    average.step();
    other.step();
    const [first, second] = [
      await average.within(() => toy.values),
      await other.within(() => toy.values),
    ];
    assert.deepEqual(second, first, 'goes on from its state');
    average.free();
    other.free();
    toy.free();
    assert.equal(liveTensors(), before);
  });

test('a moving average keeps more with every step of the warm-up, up to its decay', () => {
  const decays = [1, 2, 3, 10, 1e6].map((step) => decayAt(step, { decay: 0.999 }));
  assert.equal(decays[0], 0);
  assertClose(
    decays.slice(1),
    [1 - 2 ** (-2 / 3), 1 - 3 ** (-2 / 3), 1 - 10 ** (-2 / 3), 0.999],
    1e-12,
    'decays',
  );
});

test('the state of another model’s average is refused', () => {
  const toy = new Toy();
  const average = new WeightAverage(toy, { decay: 0.9 });
  const linear = new Linear(new Rng(1), 2, 2);
  const other = new WeightAverage(linear, { decay: 0.9 });
  assert.throws(() => other.loadState(average.state()), { code: 'CHECKPOINT_MISMATCH' });
  for (const each of [average, other, toy, linear]) each.free();
});

test('a frozen norm uses its running statistics in training, leaves them, and learns factor and shift', () =>
  scope(() => {
    const norm = new BatchNorm2d(2);
    norm.runningMean.copyFrom(fill('mean', [2]));
    const x = fill('x', [3, 2, 4, 4]);
    norm.eval();
    const expected = norm.forward(x).toFloat32Array();
    norm.freeze();
    norm.train();
    const y = norm.forward(x);
    assert.deepEqual(y.toFloat32Array(), expected);
    assert.deepEqual(norm.runningMean.toFloat32Array(), fill('mean', [2]).toFloat32Array());
    assert.equal(norm.namedBuffers().get('num_batches_tracked')!.item(), 0);
    sum(y).backward();
    assert.ok(gradOf(norm.bias));
    norm.free();
  }));
