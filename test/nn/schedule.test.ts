import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Constant, Cosine, OneCycle, ReduceOnPlateau, type Schedule } from '../../src/nn/index.js';
import { assertClose, reference } from '../tensor/reference.js';

const { schedules } = reference();
const makes: Record<string, () => Schedule> = {
  plateau: () => new ReduceOnPlateau({ lr: 0.1, factor: 0.1, patience: 2 }),
  plateauMax: () =>
    new ReduceOnPlateau({
      lr: 0.1,
      factor: 0.5,
      patience: 1,
      mode: 'max',
      cooldown: 2,
      minimum: 0.02,
    }),
  oneCycle: () => new OneCycle({ lr: 0.4, steps: 20 }),
  cosine: () => new Cosine({ lr: 0.1, steps: 10, minimum: 0.01 }),
};
const metricOf = (name: string, i: number) =>
  name === 'plateauMax' ? 2 - schedules.metrics[i] : schedules.metrics[i];

for (const [name, make] of Object.entries(makes)) {
  test(`${name} gives PyTorch's rates`, () => {
    const schedule = make();
    const expected = schedules[name];
    const rates =
      schedule.unit === 'epoch'
        ? expected.map((_, i) => schedule.step(metricOf(name, i)))
        : expected.map((_, i) => (i === 0 ? schedule.lr : schedule.step()));
    assertClose(rates, expected, 1e-9, name);
  });

  test(`${name} goes on from its state as JSON`, () => {
    for (let cut = 0; cut < 8; cut++) {
      const whole = make();
      for (let i = 0; i < cut; i++) whole.step(metricOf(name, i));
      const resumed = make();
      resumed.loadState(JSON.parse(JSON.stringify(whole.state())));
      assert.equal(resumed.lr, whole.lr);
      for (let i = cut; i < 14; i++)
        assert.equal(resumed.step(metricOf(name, i)), whole.step(metricOf(name, i)));
    }
  });
}

test('a warm-up rises in equal steps', () => {
  const schedule = new Cosine({ lr: 1, steps: 10, warmUp: 4 });
  const rates = [schedule.lr, schedule.step(), schedule.step(), schedule.step(), schedule.step()];
  assertClose(rates, [0.2, 0.4, 0.6, 0.8, 1], 1e-12, 'rates');
});

test('constant stays; a plateau without a metric stays', () => {
  assert.equal(new Constant(0.3).step(), 0.3);
  assert.equal(new ReduceOnPlateau({ lr: 0.3, patience: 0 }).step(undefined), 0.3);
});
