import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { armsOf, tasksOf, type ArmTask } from '../../src/commands/compare/arms.js';
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

test('the time left goes by the epochs of what has ended and of what is under way', () => {
  // all: 2 epochs; pretraining for all+all: 1, then 1; none: 2. All of them twice.
  const tasks = tasksOf(config, armsOf(config), {
    epochs: 2,
    validateEvery: 1,
    imagesPerEpoch: 320,
  });
  let second = 100;
  let underWay: string[] = [];
  const epochsIn = ({ id }: ArmTask): number => Number(underWay.includes(id));
  const clock = { now: () => second, epochsIn };
  const timeLeft = timeLeftOf(tasks, clock);
  second = 160;
  assert.equal(timeLeft({ ended: [], open: tasks }), undefined);
  const half = tasks.filter(({ id }) => /^none/.test(id));
  const others = tasks.filter(({ id }) => !/^none/.test(id));
  assert.equal(half.length, 2);
  // Four epochs in a minute, eight to go.
  assert.equal(timeLeft({ ended: half, open: others }), 120);
  assert.equal(timeLeft({ ended: tasks, open: [] }), 0);
  // Two seeds of two epochs each side by side: three of four epochs are done when the first of them ends.
  underWay = ['none@1'];
  const [first, ...rest] = tasks.toSorted(
    (a, b) => Number(/^none/.test(b.id)) - Number(/^none/.test(a.id)),
  );
  assert.equal(timeLeft({ ended: [first], open: rest }), (60 / 3) * 9);
  // What was there when the clock was started is no work of this sitting.
  second = 100;
  const resumed = timeLeftOf(tasks, clock);
  second = 160;
  assert.equal(resumed({ ended: half, open: others }), (60 / 3) * 8);
});

test('epochs under way are read from the tables of the trainings', () => {
  const out = mkdtempSync(join(tmpdir(), 'safe-augment-left-'));
  try {
    const plan = { epochs: 4, validateEvery: 1, imagesPerEpoch: 320 };
    const tasks = tasksOf(resolveCompareConfig({ flags: { ...flags, out } }), armsOf(config), plan);
    const [ended, underWay, ...rest] = tasks.filter(({ config: { epochs } }) => epochs === 4);
    let second = 0;
    const timeLeft = timeLeftOf([ended, underWay], { now: () => second });
    mkdirSync(underWay.config.out, { recursive: true });
    writeFileSync(join(underWay.config.out, 'results.csv'), 'epoch,loss\r\n1,2.1\r\n2,1.9\r\n');
    second = 60;
    assert.ok(rest.length > 0);
    assert.equal(timeLeft({ ended: [ended], open: [underWay] }), 20);
  } finally {
    rmSync(out, { recursive: true });
  }
});
