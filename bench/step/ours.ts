import { createInterface } from 'node:readline';
import { Rng } from '../../src/core/index.js';
import { buildModel, type ModelSpec, type TwoHeaded } from '../../src/models/index.js';
import { crossEntropy, Sgd } from '../../src/nn/index.js';
import * as t from '../../src/tensor/index.js';

// Our side of the step benchmark: a JSON request a line in, the seconds of each step out.

interface Request {
  readonly model: ModelSpec['name'];
  readonly stem: 'imagenet' | 'small';
  readonly batch: number;
  readonly steps: number;
}

const size = 32;
const threads = 2;
t.setThreads(threads);
const { libtorch, cpuCapability, blas } = t.engineInfo();
console.log(JSON.stringify({ libtorch, cpuCapability, blas, threads: String(threads) }));

let current: { key: string; step: () => void; model: TwoHeaded } | undefined;
for await (const line of createInterface(process.stdin)) {
  const { model, stem, batch, steps } = JSON.parse(line) as Request;
  const key = [model, stem, batch].join();
  if (current?.key !== key) current = { key, ...prepare(model, stem, batch) };
  const seconds = Array.from({ length: steps }, () => {
    const start = performance.now();
    current!.step();
    return (performance.now() - start) / 1000;
  });
  console.log(JSON.stringify({ seconds }));
}

function prepare(name: Request['model'], stem: Request['stem'], batch: number) {
  const model = buildModel({ name, stem, classes: 10, labels: 0 }, new Rng(1));
  const optimiser = new Sgd(model.namedParameters(), {
    lr: 0.1,
    momentum: 0.9,
    weightDecay: 5e-4,
  });
  const rng = new Rng(2);
  const bytes = Uint8Array.from({ length: batch * size * size * 3 }, () => rng.int(0, 256));
  const classes = Array.from({ length: batch }, () => rng.int(0, 10));
  const normalisation = { mean: [0.5, 0.5, 0.5], std: [0.25, 0.25, 0.25] };
  const step = () =>
    t.scope(() => {
      const x = t.imageBatch(bytes, [batch, size, size, 3], normalisation);
      const loss = crossEntropy(model.forward(x).task, t.fromInt64(classes));
      loss.backward();
      optimiser.step();
      optimiser.zeroGrad();
      loss.item();
    });
  return { step, model };
}
