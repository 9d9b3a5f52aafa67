import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { Sgd, OneCycle } from '../../src/nn/index.js';
import { grownTo, type StrengthGrowth } from '../../src/train/growing-strength.js';
import { checkpointsIn, fit, type BatchSource, type EpochReport } from '../../src/train/index.js';
import { ToyModel, ToyTask, toySource, type Points } from './toy.js';

// What is done to the images grows while a training runs ahead of its held-out images.

const growth: StrengthGrowth = { least: 1, leastKnown: 2, most: 4, share: 0.9 };

const after = (strength: number, train: number, held: number, share = 0.05): number =>
  grownTo(growth, strength, { train, held, figure: held, share });

test('strength rises where the training is ahead, and falls where it is not', () => {
  assert.equal(after(2, 0.31, 0.2), 2.25);
  assert.equal(after(2, 0.29, 0.2), 1.75);
  // Twice as many looks, each half as far.
  assert.equal(after(2, 0.31, 0.2, 0.025), 2.125);
  assert.equal(after(3.9, 0.9, 0.2), 4);
  assert.equal(after(1.1, 0.2, 0.7), 1);
  assert.equal(after(2, NaN, 0.2), 2);
});

test('the fewer held-out images are wrong, the less a training may be ahead', () => {
  // 15 % of the eight hundredths that are wrong.
  assert.equal(after(3, 0.933, 0.92), 3.25);
  assert.equal(after(3, 0.931, 0.92), 2.75);
  assert.equal(after(3, 1, 1), 2.75);
});

test('of a task that is known, images are changed by no less than that bears', () => {
  assert.equal(after(1, 0.7, 0.9), 2);
  assert.equal(after(1, 0.7, 0.89), 1);
  assert.equal(after(2.1, 0.7, 0.95), 2);
  assert.equal(after(2.1, 0.97, 0.95), 2.35);
  // Many single labels are right where average precision is low.
  const of = { train: 0.9, held: 0.95, share: 0.05 };
  assert.equal(grownTo(growth, 1, { ...of, figure: 0.4 }), 1);
  assert.equal(grownTo(growth, 1, { ...of, figure: NaN }), 1);
});

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'growth-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const epochs = 8;

/** A training that is far ahead at first, and behind from epoch 4 on; its source writes down the strengths it is asked for. */
function sitting(place: string, { grows = true, ...more }: Partial<Sitting> = {}) {
  const model = new ToyModel(7);
  const optimiser = new Sgd(model.namedParameters(), { lr: 0.1, momentum: 0.9, weightDecay: 0 });
  const schedule = new OneCycle({ lr: 0.1, steps: epochs * toySource.batches });
  const asked: [epoch: number, strength: number | undefined][] = [];
  const source: BatchSource<Points> = {
    ...toySource,
    ...(grows && { growth }),
    epoch(epoch, of, strength) {
      asked.push([epoch, strength]);
      return toySource.epoch(epoch, of);
    },
  };
  const reports: EpochReport[] = [];
  const task = new ToyTask(
    model,
    undefined,
    () => 1,
    (epoch) => (epoch < 4 ? -9 : 0.9),
  );
  const options = {
    ...{ model, task, source, optimiser, schedule, epochs, patience: null },
    keep: 'last' as const,
    checkpoints: checkpointsIn(join(folder, place), { model, optimiser, schedule }),
    resume: false,
    signal: new AbortController().signal,
    validateEvery: 2,
    onEpoch: (report: EpochReport) => reports.push(report),
    ...more,
  };
  return { options, asked, reports };
}

interface Sitting {
  readonly grows: boolean;
  readonly resume: boolean;
  readonly signal: AbortSignal;
  onStep(done: number): void;
}

// A look after every second of eight epochs moves it by 1.25.
// Nine tenths of them are seven; the last one's images are changed in another way.
const expected = [1, 1, 2.25, 2.25, 3.5, 3.5, 2.25, undefined];

test('each look at held-out images says how strongly the next epochs change theirs', async () => {
  const { options, asked, reports } = sitting('whole');
  await fit(options);
  assert.deepEqual(
    asked,
    expected.map((strength, epoch) => [epoch, strength]),
  );
  assert.deepEqual(
    reports.map(({ strength }) => strength),
    expected,
  );
});

test('where both kinds of images have an accuracy, it is compared, not the figure that chooses an epoch', async () => {
  const { options, reports } = sitting('accuracy');
  // Training images alone tell their steps. By its figures the training is never ahead after epoch 4.
  options.task.accuracy = ({ steps }) => (steps === undefined ? 0.1 : 0.9);
  await fit(options);
  assert.deepEqual(
    reports.map(({ strength }) => strength),
    [1, 1, 2.25, 2.25, 3.5, 3.5, 4, undefined],
  );
});

test('without growth a source is asked for no strength', async () => {
  const { options, asked, reports } = sitting('still', { grows: false });
  await fit(options);
  assert.ok(asked.every(([, strength]) => strength === undefined));
  assert.ok(reports.every(({ strength }) => strength === undefined));
});

for (const stopAfter of [12, 20])
  test(`stopped after ${stopAfter} steps and resumed, the strengths are those of one sitting`, async () => {
    const controller = new AbortController();
    let steps = 0;
    const first = sitting('halves', {
      signal: controller.signal,
      onStep: () => {
        if (++steps === stopAfter) controller.abort();
      },
    });
    assert.equal((await fit(first.options)).ended, 'interrupted');
    const second = sitting('halves', { resume: true });
    assert.equal((await fit(second.options)).ended, 'epochs');
    const all = new Map([...first.asked, ...second.asked]);
    assert.deepEqual(
      [...all],
      expected.map((strength, epoch) => [epoch, strength]),
    );
    // An epoch that was begun in both was asked for with one strength.
    for (const [epoch, strength] of first.asked) assert.equal(strength, expected[epoch]);
  });
