import assert from 'node:assert/strict';
import { test } from 'node:test';
import { armsOf, tasksOf } from '../../src/commands/compare/arms.js';
import { timeLeftOf } from '../../src/commands/compare/time-left.js';
import { inStages } from '../../src/commands/compare/plan-comparison.js';
import { resolveCompareConfig } from '../../src/config/index.js';

const flags = { data: 'photos', out: 'runs/x', arms: ['none', 'all', 'all+all'], seeds: 2 };
const config = resolveCompareConfig({ flags });
const plan = {
  epochs: 1,
  validateEvery: 1,
  imagesPerSecond: 10,
  seconds: 100,
  reason: '',
};

test('an epoch is split where arms are fine-tuned, whose first half is on all', () => {
  const arms = armsOf(config);
  assert.deepEqual(inStages(plan, arms, 640, 64), { epochs: 2, images: 320 });
  assert.deepEqual(inStages(plan, arms.slice(0, 2), 640, 64), { epochs: 1, images: 640 });
  assert.deepEqual(inStages({ ...plan, epochs: 3 }, arms, 640, 64), { epochs: 3, images: 640 });
});

test('every training of a comparison has the epochs of its plan, over as many images', () => {
  const of = { epochs: 2, validateEvery: 1, imagesPerEpoch: 320 };
  const tasks = tasksOf(config, armsOf(config), of);
  assert.equal(tasks.length, 8);
  for (const { id, config: own } of tasks) {
    assert.equal(own.epochImages, 320, id);
    assert.equal(own.epochs, /all\+|pretrain/.test(id) ? 1 : 2, id);
  }
});

test('the time left goes by the epochs of what has ended', () => {
  // all: 2 epochs; pretraining for all+all: 1, then 1; none: 2. All of them twice.
  const tasks = tasksOf(config, armsOf(config), {
    epochs: 2,
    validateEvery: 1,
    imagesPerEpoch: 320,
  });
  let second = 100;
  const timeLeft = timeLeftOf(() => second);
  second = 160;
  assert.equal(timeLeft({ ended: [], open: tasks }), undefined);
  const half = tasks.filter(({ id }) => /^none/.test(id));
  const others = tasks.filter(({ id }) => !/^none/.test(id));
  assert.equal(half.length, 2);
  // Four epochs in a minute, eight to go.
  assert.equal(timeLeft({ ended: half, open: others }), 120);
  assert.equal(timeLeft({ ended: tasks, open: [] }), 0);
});
