import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { OneCycle, Sgd } from '../../src/nn/index.js';
import { checkpointsIn, fit, loadQuarterWeights } from '../../src/train/index.js';
import { ToyModel, ToyTask, toySource } from './toy.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'time-limit-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const epochs = 40;
const planned = epochs * toySource.batches;
/** Seconds of a step by plan: 200 steps take 100 seconds, and what follows takes 20. */
const perStep = 0.5;
const limit = {
  seconds: 125,
  after: 20,
  imagesPerSecond: toySource.images / toySource.batches / perStep,
};

/** A training on a machine that takes `slowness(step)` times as long as planned for a step. @param dies after this step */
async function training(
  place: string,
  slowness: (step: number) => number,
  { limited = true, resume = false, dies = Infinity, mostEpochs = epochs } = {},
) {
  const model = new ToyModel(7);
  const optimiser = new Sgd(model.namedParameters(), { lr: 0.1, momentum: 0.9 });
  const schedule = new OneCycle({ lr: 0.1, steps: planned });
  const checkpoints = checkpointsIn(join(folder, place), { model, optimiser, schedule });
  let seconds = 0;
  const rates: number[] = [];
  const changes: number[] = [];
  /** Of the whole training, as the source is told at each epoch; undefined: as planned. */
  const told: (number | undefined)[] = [];
  const source = {
    ...toySource,
    epoch(epoch: number, of?: number) {
      told.push(of);
      return toySource.epoch(epoch);
    },
  };
  const result = fit({
    ...{ model, optimiser, schedule, checkpoints, resume, epochs, mostEpochs, source },
    task: new ToyTask(model),
    patience: null,
    keep: 'last',
    quarter: true,
    validateEvery: 10,
    ...(limited && { limit: { ...limit, now: () => 1000 * seconds } }),
    signal: new AbortController().signal,
    onStep(done) {
      const step = Math.round((done * toySource.batches) / toySource.images);
      seconds += perStep * slowness(step);
      rates.push(optimiser.lr);
      if (step === dies) throw new Error('died');
    },
    onSteps: (steps) => changes.push(steps),
  });
  if (dies < Infinity) await assert.rejects(result, /died/);
  const { steps } = dies < Infinity ? { steps: dies } : await result;
  const weights = [...model.namedState().values()].flatMap((t) => [...t.toFloat32Array()]);
  return { steps, seconds, rates, changes, weights, told };
}

test('on a machine as fast as planned nothing changes', async () => {
  const free = await training('free', () => 1, { limited: false });
  const timed = await training('timed', () => 1);
  assert.equal(timed.steps, planned);
  assert.deepEqual(timed.changes, []);
  assert.deepEqual(timed.told, Array(epochs).fill(undefined));
  assert.deepEqual(timed.weights, free.weights);
  assert.equal(loadQuarterWeights(join(folder, 'timed'), new ToyModel(1)), 1 / 4);
});

test('on one that becomes three times slower the training ends in time, and the schedule with it', async () => {
  const { steps, seconds, rates, changes } = await training('slow', (step) => (step < 80 ? 1 : 3));
  assert.ok(changes.length >= 1 && steps < 0.75 * planned, `${steps} steps`);
  // What follows takes longer too: twice as long is set aside.
  assert.ok(seconds + 2 * limit.after <= 1.03 * limit.seconds, `${seconds} s`);
  assert.ok(seconds + 2 * limit.after >= 0.9 * limit.seconds, `${seconds} s`);
  // The rate falls all the way, without a jump.
  assert.ok(rates.at(-1)! < 1e-3 * 0.1, `${rates.at(-1)}`);
  const falls = rates.slice(1).map((rate, i) => rates[i] - rate);
  assert.ok(Math.max(...falls) < 0.1 * 0.12, `${Math.max(...falls)}`);
  // The weights of a planned quarter, 50 steps, are those of a larger part.
  const share = loadQuarterWeights(join(folder, 'slow'), new ToyModel(1));
  assert.ok(Math.abs(share! - 50 / steps) < 1e-9, `${share}`);
});

test('what is done to the images of the last epochs is done in those of a shorter training', async () => {
  const { steps, changes, told } = await training('shorter', (step) => (step < 80 ? 1 : 3));
  const last = Math.ceil(steps / toySource.batches);
  assert.equal(told.length, last);
  assert.equal(told[0], undefined);
  assert.equal(told.at(-1), last);
  // Each is told what the clock has said so far.
  for (const of of told.filter((e) => e !== undefined))
    assert.ok(changes.some((all) => Math.ceil(all / toySource.batches) === of));
});

test('a machine that was slow for a while makes up for it', async () => {
  const slow = await training('slow', (step) => (step > 40 ? 3 : 1));
  const passing = await training('passing', (step) => (step > 40 && step < 60 ? 3 : 1));
  assert.ok(passing.steps > 1.3 * slow.steps, `${passing.steps}, ${slow.steps}`);
  assert.ok(passing.seconds + limit.after <= 1.03 * limit.seconds);
});

test('on a machine that is faster than it was measured the training is longer, where it may be', async () => {
  const fast = (): number => 1 / 3;
  const asPlanned = await training('planned', fast);
  assert.equal(asPlanned.steps, planned);
  assert.deepEqual(asPlanned.changes, []);
  const { steps, seconds, rates } = await training('fast', fast, { mostEpochs: Infinity });
  assert.ok(steps > 2.5 * planned, `${steps} steps`);
  assert.ok(seconds + limit.after <= 1.03 * limit.seconds, `${seconds} s`);
  assert.ok(rates.at(-1)! < 1e-3 * 0.1, `${rates.at(-1)}`);
  const capped = await training('capped', fast, { mostEpochs: 1.5 * epochs });
  assert.equal(capped.steps, 1.5 * planned);
});

test('cut before a quarter of the plan, it keeps a quarter of what it becomes', async () => {
  const { steps } = await training('slowest', () => 8);
  assert.ok(steps < planned / 4);
  const share = loadQuarterWeights(join(folder, 'slowest'), new ToyModel(1));
  assert.ok(share! >= 0.2 && share! <= 0.6, `${share} of ${steps}`);
});

test('what the clock decided is kept: a run that dies after it goes on to the same end', async () => {
  const slowness = (step: number): number => (step <= 80 ? 1 : 2);
  const whole = await training('whole', slowness);
  assert.equal(whole.changes.length >= 1, true);
  const decided = whole.steps - 20;
  await training('dies', slowness, { dies: decided });
  const resumed = await training('dies', slowness, { resume: true });
  assert.equal(resumed.steps, whole.steps);
  assert.deepEqual(resumed.weights, whole.weights);
});
