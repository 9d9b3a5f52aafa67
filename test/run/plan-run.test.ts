import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Rng } from '../../src/core/index.js';
import { Linear, Sgd } from '../../src/nn/index.js';
import { planRun, type PlanInput } from '../../src/run/plan-run.js';
import { measureSpeed, measureTrial, secondsToMeasure, type Trial } from '../../src/run/speed.js';
import { fromFloat32, sum } from '../../src/tensor/index.js';

const input: PlanInput = {
  budget: 600,
  epochs: 'auto',
  trainImages: 1600,
  batch: 64,
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

test('few epochs as configured are all looked at, however fast the machine', () => {
  for (const factor of [0.3, 1, 3]) {
    const at = { training: speed.training * factor, judging: speed.judging / factor };
    assert.equal(planRun({ ...input, epochs: 3, judgingPasses: 1 }, at).validateEvery, 1);
  }
});

test('few epochs are over part of the images, so that no time is left over', () => {
  // (60 * 0.94 - 10 - 15) / (8 * 1.04) = 3.77 epochs of 25 steps
  const plan = planRun({ ...input, budget: 60 }, speed);
  assert.equal(plan.epochs, 4);
  assert.equal(plan.imagesPerEpoch, 23 * 64);
  assert.match(plan.reason, /4 epochs of 1472 of the 1600 images fit 60 s/);
  const short = planRun({ ...input, budget: 33 }, speed);
  assert.deepEqual([short.epochs, short.imagesPerEpoch], [1, 18 * 64]);
  assert.equal(planRun({ ...input, budget: 60, epochs: 2 }, speed).imagesPerEpoch, undefined);
});

test('folds share the time for training, and all their images judge', () => {
  const folds = { ...input, folds: 5, trainImages: 320, batch: 16, judgingImages: 480 };
  const plan = planRun(folds, speed);
  // (600 * 0.94 - 10 - 480 * 30 / 800) / (5 * 320 / 200 * 1.04) = 64.4
  assert.equal(plan.epochs, 64);
  assert.equal(plan.folds, 5);
  assert.match(plan.reason, /^5 folds of 64 epochs of 320 images fit 10 min at 200 images\/s$/);
  assert.ok(plan.seconds <= 600);
  // Judging may take four tenths of the time, where one split leaves it two.
  const slow = { ...folds, judgingPasses: 300, fewestJudged: 50 };
  const time = 600 * 0.94 - 10;
  assert.equal(planRun(slow, speed).judged, undefined);
  assert.equal(planRun(slow, { ...speed, judging: 300 }).judged, Math.floor(0.4 * time));
  assert.equal(
    planRun({ ...slow, folds: 1 }, { ...speed, judging: 300 }).judged,
    Math.floor((1 - 0.8) * time),
  );
});

test('time is set aside for passes to spare where all images can be judged', () => {
  const spare = { ...input, passesToSpare: 60, fewestJudged: 50 };
  // (600 * 0.94 - 10 - 400 * 90 / 800) / (8 * 1.04) = 61.2
  assert.equal(planRun(spare, speed).epochs, 61);
  // A fifth of the time, 110.8 s, is enough for 30 passes, at 120 s for the 90 no longer.
  const slower = { ...speed, judging: 300 };
  const without = planRun({ ...spare, passesToSpare: 0 }, slower);
  assert.deepEqual(planRun(spare, slower), without);
  assert.equal(without.judged, undefined);
});

test('a budget without room for eight steps is refused with what it would take', () => {
  assert.throws(() => planRun({ ...input, budget: 20 }, speed), {
    code: 'BUDGET_TOO_SMALL',
    message: /expected: at least 29 s on this machine/,
  });
  assert.equal(planRun({ ...input, budget: 30 }, speed).epochs, 1);
});

test('where judging can be cut short, four fifths of the time train, and fewer images are judged', () => {
  // 600 * 0.94 - 10 = 554 seconds, of which judging 400 images in 300 passes at 800 images/s would take 150
  const wide = { ...input, judgingPasses: 300, fewestJudged: 120 };
  const plan = planRun(wide, speed);
  assert.equal(plan.judged, Math.floor((554 * 0.2 * 800) / 300));
  assert.equal(plan.epochs, Math.floor((554 * 0.8) / (8 * 1.04)));
  assert.ok(plan.seconds <= 600);
  assert.equal(planRun({ ...wide, judgingPasses: 200 }, speed).judged, undefined);
  // What a configured training leaves over, judging takes.
  assert.equal(planRun({ ...wide, epochs: 40 }, speed).judged, undefined);
  // Never fewer than what can decide anything: training then gives way.
  const short = planRun({ ...wide, budget: 120 }, speed);
  assert.equal(short.judged, 120);
  assert.ok(short.seconds <= 120);
});

test('where not even eight steps would be left, fewer images are judged before a run is refused', () => {
  // 180 * 0.94 - 10 = 159 seconds; 120 images in 300 passes at 200 images/s would take 180
  const busy = { training: 50, judging: 200 };
  const wide = { ...input, judgingPasses: 300, fewestJudged: 120, budget: 180 };
  const plan = planRun(wide, busy);
  assert.ok(plan.judged !== undefined && plan.judged >= 24 && plan.judged < 120, `${plan.judged}`);
  assert.ok(plan.seconds <= 180);
  // With 24 images, 36 seconds; then eight steps take 10.65.
  const message = /expected: at least 60 s on this machine/;
  assert.throws(() => planRun({ ...wide, budget: 50 }, busy), message);
  assert.ok(planRun({ ...wide, budget: 62 }, busy).judged === 24);
  // Who needs all of them is refused as before.
  const all = { ...wide, fewestJudged: undefined };
  assert.throws(() => planRun(all, busy), { code: 'BUDGET_TOO_SMALL' });
});

test('a plan with a budget says how long training may take', () => {
  const { trainingSeconds = NaN, judgingSeconds = NaN } = planRun(input, speed);
  assert.equal(judgingSeconds, 15);
  assert.ok(Math.abs(trainingSeconds + judgingSeconds + input.spent - 600 * 0.94) < 1e-9);
  assert.equal(planRun({ ...input, budget: null, epochs: 7 }, speed).trainingSeconds, undefined);
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
  assert.equal(await measureSpeed(run, { atLeast: 6, now: () => clock }), 2000);
  assert.ok(clock >= 6000 && calls > 50);
});

test('a measurement ends with what it has before a call that would take too long', async () => {
  let clock = 0;
  const run = (ms: number) => () => {
    clock += ms;
    return Promise.resolve(10);
  };
  assert.equal(await measureSpeed(run(2000), { atMost: 5, now: () => clock }), 5);
  assert.equal(clock, 4000);
  assert.equal(await measureSpeed(run(9000), { atMost: 5, now: () => clock }), 10 / 9);
  assert.equal(clock, 13_000);
});

test('measuring takes a thirtieth of the budget at most, and seconds without one', () => {
  assert.equal(secondsToMeasure(null), 3);
  assert.equal(secondsToMeasure(300), 9);
  assert.equal(secondsToMeasure(20), 0.6);
  assert.equal(secondsToMeasure(36_000), 20);
});

/** A trial whose network takes so many milliseconds an image, and a third of it for a forward pass. */
function trialOf(msPerImage: number, clock: { ms: number }, seconds: number) {
  const sizes: number[] = [];
  const model = freshSmall();
  const stream = (size: number) => ({
    waited: () => 0,
    async *[Symbol.asyncIterator]() {
      yield await Promise.resolve({ count: size });
    },
  });
  const trial: Trial<{ count: number }> = {
    model,
    optimiser: new Sgd(model.namedParameters(), { lr: 0.1 }),
    task: {
      batchLoss({ count }) {
        sizes.push(count);
        clock.ms += count * msPerImage;
        const input = fromFloat32(new Float32Array(2).fill(1), [1, 2]);
        return { total: sum(model.forward(input)), images: count, figures: () => ({}) };
      },
      validate: () => Promise.resolve({ loss: 0 }),
      figure: () => 0,
    },
    batch: 64,
    fewest: 1,
    sourceOf: (size) => ({ batches: 1, images: size, epoch: () => stream(size) }),
    predict({ count }) {
      clock.ms += (count * msPerImage) / 3;
    },
    seconds,
    signal: new AbortController().signal,
    now: () => clock.ms,
  };
  return { trial, sizes };
}

const freshSmall = () => new Linear(new Rng(0, 'trial'), 2, 1);

test('a slow network is measured on few images, within the time that measuring has', async () => {
  for (const ms of [1, 20, 300, 900]) {
    const clock = { ms: 0 };
    const { trial, sizes } = trialOf(ms, clock, 18);
    const { training, judging } = await measureTrial(trial);
    assert.ok(Math.abs(training * ms - 1000) < 1e-6, `${training} images/s at ${ms} ms`);
    assert.ok(Math.abs(judging * ms - 3000) < 1e-6);
    assert.ok(clock.ms <= 18_000, `${clock.ms} ms at ${ms} ms an image`);
    // Whole batches where they fit.
    assert.equal(sizes.includes(64), ms <= 20);
  }
});

test('one step of four images is the least that is measured, however slow it is', async () => {
  const clock = { ms: 0 };
  const { trial, sizes } = trialOf(5000, clock, 18);
  assert.equal((await measureTrial(trial)).training, 0.2);
  assert.deepEqual(sizes, [4]);
});
