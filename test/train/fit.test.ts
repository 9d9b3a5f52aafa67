import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { UserError } from '../../src/core/index.js';
import { OneCycle, ReduceOnPlateau, Sgd, type Schedule } from '../../src/nn/index.js';
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
  folder = mkdtempSync(join(tmpdir(), 'fit-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const epochs = 4;

/** Everything a sitting needs, made anew as a new process would. */
function sitting(place: string, options: Partial<FitOptions<Points>> = {}, plateau = false) {
  const model = new ToyModel(7);
  const optimiser = new Sgd(model.namedParameters(), { lr: 0.1, momentum: 0.9, weightDecay: 1e-3 });
  const schedule: Schedule = plateau
    ? new ReduceOnPlateau({ lr: 0.1, patience: 0 })
    : new OneCycle({ lr: 0.1, steps: epochs * toySource.batches });
  const reports: EpochReport[] = [];
  const all: FitOptions<Points> = {
    model,
    task: new ToyTask(model),
    source: toySource,
    optimiser,
    schedule,
    epochs,
    patience: null,
    keep: 'best',
    checkpoints: checkpointsIn(join(folder, place), { model, optimiser, schedule }),
    resume: false,
    signal: new AbortController().signal,
    onEpoch: (report) => reports.push(report),
    ...options,
  };
  return { all, model, reports };
}

const weights = (model: ToyModel) =>
  [...model.namedState().values()].flatMap((t) => [...t.toFloat32Array()]);
const numbers = (reports: EpochReport[]) =>
  reports.map(({ epoch, lr, train, held, best }) => ({ epoch, lr, train, held, best }));

for (const stopAfter of [3, 5, 12])
  test(`stopped after ${stopAfter} steps and resumed, a run ends with the very same numbers`, async () => {
    const whole = sitting('whole');
    assert.equal((await fit(whole.all)).ended, 'epochs');

    const controller = new AbortController();
    let steps = 0;
    const first = sitting('halves', {
      signal: controller.signal,
      onStep: () => {
        if (++steps === stopAfter) controller.abort();
      },
    });
    assert.equal((await fit(first.all)).ended, 'interrupted');
    const second = sitting('halves', { resume: true });
    const result = await fit(second.all);
    assert.equal(result.ended, 'epochs');
    assert.deepEqual(weights(second.model), weights(whole.model));
    assert.deepEqual(numbers([...first.reports, ...second.reports]), numbers(whole.reports));
  });

test('the loss falls and the best weights are those returned', async () => {
  const { all, model, reports } = sitting('a');
  const result = await fit(all);
  assert.ok(reports.at(-1)!.train.loss < reports[0].train.loss);
  const best = Math.min(...reports.map((r) => r.held!.loss));
  assert.equal(result.best!.loss, best);
  const again = new ToyModel(1);
  loadKeptWeights(join(folder, 'a'), again);
  assert.deepEqual(weights(again), weights(model));
  assert.deepEqual(readdirSync(join(folder, 'a')).sort(), [
    'latest.safetensors',
    'weights.safetensors',
  ]);
});

/** An overconfident network: from the second epoch on its loss rises, while its accuracy does too, up to the third. */
const overconfident = (model: ToyModel) =>
  new ToyTask(
    model,
    undefined,
    (epoch) => [1, 0.5, 0.8, 1.2][epoch],
    (epoch) => [0.4, 0.5, 0.7, 0.6][epoch],
  );

/** The weights at the end of every epoch. */
async function weightsByEpoch(place: string): Promise<number[][]> {
  const { all, model } = sitting(place);
  const found: number[][] = [];
  await fit({ ...all, onEpoch: () => found.push(weights(model)) });
  return found;
}

test('a schedule that runs to its end ends with its last weights, whatever the held-out loss says', async () => {
  const every = await weightsByEpoch('every');
  const { all, model } = sitting('last', { keep: 'last' });
  const result = await fit({ ...all, task: overconfident(model) });
  assert.deepEqual(weights(model), every[3]);
  const kept = new ToyModel(1);
  loadKeptWeights(join(folder, 'last'), kept);
  assert.deepEqual(weights(kept), every[3]);
  assert.deepEqual(
    [result.keep, result.best?.epoch, result.last],
    ['last', 2, { epoch: 3, loss: 1.2, figure: 0.6 }],
  );
});

test('where an epoch is chosen, the figure chooses it, not the loss', async () => {
  const every = await weightsByEpoch('every');
  const { all, model } = sitting('best', { keep: 'best' });
  const result = await fit({ ...all, task: overconfident(model) });
  assert.deepEqual(weights(model), every[2]);
  assert.deepEqual(result.best, { epoch: 2, loss: 0.8, figure: 0.7 });
});

test('of epochs with one figure the last is kept, but patience does not wait for more of them', async () => {
  const { all, model } = sitting('same', { patience: 2, epochs: 50 }, true);
  const task = new ToyTask(
    model,
    undefined,
    () => 0,
    () => 1,
  );
  const result = await fit({ ...all, task });
  assert.deepEqual([result.ended, result.epochs, result.best?.epoch], ['early', 4, 3]);
});

test('the weights after a quarter of the steps are kept where they are asked for', async () => {
  // 4 epochs: the quarter ends with the first.
  const [first] = await weightsByEpoch('every');
  const { all } = sitting('quarter', { keep: 'last', quarter: true });
  await fit(all);
  const quarter = new ToyModel(1);
  assert.equal(loadQuarterWeights(join(folder, 'quarter'), quarter), 1 / 4);
  assert.deepEqual(weights(quarter), first);
  assert.equal(loadQuarterWeights(join(folder, 'every'), quarter), undefined);
});

test('weights under the name that older versions gave them are found', async () => {
  const { all, model } = sitting('older');
  await fit(all);
  const place = join(folder, 'older');
  renameSync(join(place, 'weights.safetensors'), join(place, 'best.safetensors'));
  const again = new ToyModel(1);
  loadKeptWeights(place, again);
  assert.deepEqual(weights(again), weights(model));
});

test('early stopping waits for its patience, and the plateau lowers the rate', async () => {
  const { all, model, reports } = sitting('b', { epochs: 50, patience: 2 }, true);
  const held = [1, 0.5, 0.6, 0.7, 0.8];
  const task = new ToyTask(model, undefined, (epoch) => held[epoch]);
  const result = await fit({ ...all, task });
  assert.equal(result.ended, 'early');
  assert.equal(result.epochs, 5);
  assert.deepEqual(result.best, { epoch: 1, loss: 0.5, figure: -0.5 });
  assert.deepEqual(result.last, { epoch: 4, loss: 0.8, figure: -0.8 });
  assert.deepEqual(
    reports.map((r) => Number(r.lr.toPrecision(3))),
    [0.1, 0.1, 0.1, 0.01, 0.001],
  );
});

test('held-out images are looked at as often as asked, and after the last epoch', async () => {
  const { all, reports } = sitting('c', { validateEvery: 3 });
  await fit(all);
  assert.deepEqual(
    reports.map((r) => r.held !== null),
    [false, false, true, true],
  );
});

test('a loss that is not finite stops with step, learning rate and remedy', async () => {
  const { all, model } = sitting('d');
  const task = new ToyTask(model, (step) => (step === 7 ? Infinity : 1));
  await assert.rejects(fit({ ...all, task }), (error: unknown) => {
    assert.ok(error instanceof UserError);
    assert.equal(error.code, 'LOSS_NOT_FINITE');
    assert.match(error.message, /epoch 2, step 3/);
    assert.match(error.message, /learning rate 0\.\d+/);
    assert.match(error.message, /remedy: {3}lower the learning rate/);
    return true;
  });
});

test('a damaged or foreign checkpoint is refused by name', async () => {
  const { all } = sitting('e');
  await fit(all);
  writeFileSync(join(folder, 'e', 'latest.safetensors'), 'nonsense');
  await assert.rejects(fit(sitting('e', { resume: true }).all), (error: unknown) => {
    assert.ok(error instanceof UserError);
    assert.match(error.message, /latest\.safetensors/);
    return true;
  });
  assert.throws(() => loadKeptWeights(join(folder, 'nowhere'), new ToyModel(1)), {
    code: 'CHECKPOINT_MISSING',
  });
});
