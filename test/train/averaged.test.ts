import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { AdamW, OneCycle, WeightAverage } from '../../src/nn/index.js';
import {
  checkpointsIn,
  fit,
  loadKeptWeights,
  loadQuarterWeights,
  type EpochReport,
  type FitOptions,
} from '../../src/train/index.js';
import { ToyModel, ToyTask, toySource, type Points } from './toy.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'averaged-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const epochs = 4;
const steps = epochs * toySource.batches;

/** Everything a sitting needs, made anew as a new process would. */
function sitting(place: string, averaged = true, options: Partial<FitOptions<Points>> = {}) {
  const model = new ToyModel(7);
  const optimiser = new AdamW(model.namedParameters(), { lr: 0.1, weightDecay: 1e-2 });
  const average = averaged ? new WeightAverage(model, { decay: 0.9 }) : undefined;
  const schedule = new OneCycle({ lr: 0.1, steps });
  const reports: EpochReport[] = [];
  const all: FitOptions<Points> = {
    model,
    task: new ToyTask(model),
    source: toySource,
    optimiser,
    average,
    schedule,
    epochs,
    patience: null,
    keep: 'last',
    quarter: true,
    checkpoints: checkpointsIn(join(folder, place), { model, optimiser, average, schedule }),
    resume: false,
    signal: new AbortController().signal,
    onEpoch: (report) => reports.push(report),
    ...options,
  };
  return { all, model, reports };
}

const weights = (model: ToyModel) =>
  [...model.namedState().values()].flatMap((t) => [...t.toFloat32Array()]);
const held = (reports: EpochReport[]) => reports.map((report) => report.held?.loss);
const trained = (reports: EpochReport[]) => reports.map((report) => report.train.loss);

for (const keep of ['last', 'best'] as const)
  test(`averaged weights are looked at, kept (${keep}) and returned; training goes on from its own`, async () => {
    const [plain, averaged] = [
      sitting('plain', false, { keep }),
      sitting('averaged', true, { keep }),
    ];
    await fit(plain.all);
    await fit(averaged.all);
    assert.deepEqual(trained(averaged.reports), trained(plain.reports));
    for (const [epoch, loss] of held(averaged.reports).entries())
      assert.notEqual(loss, held(plain.reports)[epoch], `epoch ${epoch}`);
    assert.notDeepEqual(weights(averaged.model), weights(plain.model));
    const kept = new ToyModel(1);
    loadKeptWeights(join(folder, 'averaged'), kept);
    assert.deepEqual(weights(kept), weights(averaged.model));
    // What is returned is what was looked at.
    const loss = (await averaged.all.task.validate(epochs - 1)).loss;
    if (keep === 'last') assert.equal(loss, held(averaged.reports).at(-1));
    else assert.equal(loss, Math.min(...averaged.reports.map((report) => report.held!.loss)));
  });

test('weights after a quarter of the training are averaged too', async () => {
  const [plain, averaged] = [sitting('plain', false), sitting('averaged')];
  await fit(plain.all);
  await fit(averaged.all);
  const [first, second] = [new ToyModel(1), new ToyModel(1)];
  loadQuarterWeights(join(folder, 'plain'), first);
  loadQuarterWeights(join(folder, 'averaged'), second);
  assert.notDeepEqual(weights(second), weights(first));
});

for (const stopAfter of [1, 5, 12])
  test(`stopped after ${stopAfter} steps and resumed, an averaged run ends with the very same numbers`, async () => {
    const whole = sitting('whole');
    await fit(whole.all);
    const abort = new AbortController();
    let done = 0;
    const first = sitting('parts', true, {
      signal: abort.signal,
      onStep: () => {
        if (++done === stopAfter) abort.abort();
      },
    });
    assert.equal((await fit(first.all)).ended, 'interrupted');
    const second = sitting('parts', true, { resume: true });
    assert.equal((await fit(second.all)).ended, 'epochs');
    assert.deepEqual(weights(second.model), weights(whole.model));
    assert.deepEqual(
      held([...first.reports, ...second.reports]),
      held(whole.reports),
      'what was looked at',
    );
    const again = sitting('parts', true, { resume: true });
    await fit(again.all);
    assert.deepEqual(weights(again.model), weights(whole.model), 'resumed after its end');
  });

test('parameters that wait stay for the steps asked for, whether or not the run is interrupted', async () => {
  const waitingFor = (place: string, options: Partial<FitOptions<Points>>) => {
    const made = sitting(place, false, options);
    const waited: boolean[] = [];
    const step = made.all.optimiser.step.bind(made.all.optimiser);
    made.all.optimiser.step = () => {
      waited.push(made.all.optimiser.waiting);
      step();
    };
    return { ...made, waited };
  };
  const headsFirst = toySource.batches + 2;
  const abort = new AbortController();
  let done = 0;
  const onStep = () => {
    if (++done === headsFirst - 1) abort.abort();
  };
  const first = waitingFor('waits', { headsFirst, signal: abort.signal, onStep });
  await fit(first.all);
  const second = waitingFor('waits', { headsFirst, resume: true });
  await fit(second.all);
  const expected = Array.from({ length: steps }, (_, i) => i < headsFirst);
  assert.deepEqual([...first.waited, ...second.waited], expected);
});
