import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Rng } from '../../src/core/index.js';
import { buildModel } from '../../src/models/index.js';
import { Sgd } from '../../src/nn/index.js';
import * as t from '../../src/tensor/index.js';

for (const precision of ['float32', 'bfloat16'] as const)
  test(`the resident size stays flat over 100 training steps in ${precision}`, () => {
    // One thread: two test files run side by side.
    t.setThreads(1);
    const [batch, size] = [32, 16];
    const model = buildModel({ name: 'resnet-small', classes: 10, labels: 15 }, new Rng(1));
    model.setPrecision(precision);
    const optimiser = new Sgd(model.namedParameters(), { lr: 0.01, momentum: 0.9, weightDecay: 0 });
    const bytes = new Uint8Array(batch * size * size * 3).map((_, i) => (i * 37) % 256);
    const classes = Array.from({ length: batch }, (_, i) => i % 10);
    const normalisation = { mean: [0.5, 0.5, 0.5], std: [0.25, 0.25, 0.25] };
    const steps = (count: number) => {
      for (let i = 0; i < count; i++)
        t.scope(() => {
          const out = model.forward(t.imageBatch(bytes, [batch, size, size, 3], normalisation));
          const labels = t.bceWithLogits(out.labels, t.zeros([batch, 15]));
          t.add(t.crossEntropy(out.task, t.fromInt64(classes)), labels).backward();
          optimiser.step();
          optimiser.zeroGrad();
        });
      return process.memoryUsage.rss() / 2 ** 20;
    };
    const early = steps(20);
    const late = steps(80);
    optimiser.free();
    model.free();
    // A single activation of the first stage, kept once a step, would be 80 MB.
    assert.ok(late - early < 24, `from ${early.toFixed(0)} to ${late.toFixed(0)} MB`);
  });
