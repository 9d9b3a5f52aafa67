import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { Rng, UserError } from '../../src/core/index.js';
import { Linear, OneCycle, Sgd } from '../../src/nn/index.js';
import { readSafetensors, scope, writeSafetensors } from '../../src/tensor/index.js';
import { checkpointsIn } from '../../src/train/index.js';

let folder: string;
before(() => (folder = mkdtempSync(join(tmpdir(), 'state-'))));
after(() => rmSync(folder, { recursive: true, force: true }));

test('a checkpoint whose state is not whole is refused, whatever it lacks', () => {
  const model = new Linear(new Rng('state'), 2, 2);
  const optimiser = new Sgd(model.namedParameters(), { lr: 0.1 });
  const schedule = new OneCycle({ lr: 0.1, steps: 4 });
  const store = checkpointsIn(folder, { model, optimiser, schedule });
  const older = { epoch: 1, batch: 0, sums: { images: 0, values: {} }, best: null, bad: 0 };
  const position = { ...older, last: null };
  store.saveLatest(position);
  assert.deepEqual(store.loadLatest(), position);
  const path = join(folder, 'latest.safetensors');
  // What was written before epochs had a figure, and before the last one was kept.
  const best = { epoch: 0, loss: 0.5 };
  scope(() => {
    const { tensors, metadata } = readSafetensors(path);
    const { schedule: stored } = JSON.parse(metadata.state) as { schedule: object };
    const state = JSON.stringify({ position: { ...older, best }, schedule: stored });
    writeSafetensors(path, tensors, { state });
  });
  assert.deepEqual(store.loadLatest(), { ...position, best });
  for (const state of [
    { position },
    { position, schedule: {} },
    { position, schedule: { done: 'many' } },
    { position: { ...position, sums: { images: 3, values: [1, 'x'] } }, schedule: { done: 1 } },
    { position: { ...position, sums: null }, schedule: { done: 1 } },
    { position: { ...position, epoch: -1 }, schedule: { done: 1 } },
    [],
  ]) {
    scope(() => {
      const { tensors } = readSafetensors(path);
      writeSafetensors(path, tensors, { state: JSON.stringify(state) });
    });
    assert.throws(
      () => store.loadLatest(),
      (error: Error) => error instanceof UserError && error.code === 'CHECKPOINT_DAMAGED',
      JSON.stringify(state),
    );
  }
});
