import assert from 'node:assert/strict';
import { test } from 'node:test';
import { planRun, type PlanInput } from '../../src/run/plan-run.js';
import { measureSpeed, secondsToMeasure } from '../../src/run/speed.js';

const input: PlanInput = {
  budget: 600,
  epochs: 'auto',
  trainImages: 1600,
  judgingImages: 400,
  judgingPasses: 30,
  everyEpoch: false,
  spent: 10,
};
const speed = { training: 200, judging: 800 };

test('as many epochs as fit the budget', () => {
  const plan = planRun(input, speed);
  // (600 * 0.94 - 10 - 400 * 30 / 800) / (8 * 1.04) = 64.8
  assert.equal(plan.epochs, 64);
  assert.ok(plan.seconds <= 600);
  assert.match(plan.reason, /64 epochs of 1600 images fit 10 min at 200 images\/s/);
});

test('configured epochs bound the plan, without and with a budget', () => {
  assert.equal(planRun({ ...input, budget: null, epochs: 7 }, speed).epochs, 7);
  assert.equal(planRun({ ...input, epochs: 7 }, speed).epochs, 7);
  assert.equal(planRun({ ...input, epochs: 500 }, speed).epochs, 64);
});

test('held-out images are looked at rarely enough to be cheap, and at least five times', () => {
  const plan = planRun(input, speed);
  assert.ok(plan.validateEvery >= 2);
  assert.ok(plan.epochs / plan.validateEvery >= 5);
  assert.equal(planRun({ ...input, everyEpoch: true }, speed).validateEvery, 1);
});

test('a budget without room for an epoch is refused with what it would take', () => {
  assert.throws(() => planRun({ ...input, budget: 20 }, speed), {
    code: 'BUDGET_TOO_SMALL',
    message: /expected: at least 35 s on this machine/,
  });
});

test('the speed is a median that leaves the first call out', async () => {
  const took = [800, 10, 40, 20];
  let calls = 0;
  let clock = 0;
  const run = () => {
    clock += took[calls++];
    return Promise.resolve(100);
  };
  const rate = await measureSpeed(run, { calls: 3, now: () => clock });
  assert.equal(calls, 4);
  assert.equal(rate, 5000);
});

test('a longer measurement outlasts a burst of other work', async () => {
  let clock = 0;
  let calls = 0;
  // Two seconds at a tenth of the speed, then undisturbed.
  const run = () => {
    calls++;
    clock += clock < 2000 ? 500 : 50;
    return Promise.resolve(100);
  };
  assert.equal(await measureSpeed(run, { seconds: 6, now: () => clock }), 2000);
  assert.ok(clock >= 6000 && calls > 50);
});

test('measuring takes a fiftieth of the budget, within bounds, and nothing without one', () => {
  assert.equal(secondsToMeasure(null), 0);
  assert.equal(secondsToMeasure(300), 6);
  assert.equal(secondsToMeasure(20), 2);
  assert.equal(secondsToMeasure(36_000), 15);
});
