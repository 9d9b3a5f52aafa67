import { createInterface } from 'node:readline';
import { Rng } from '../../src/core/index.js';
import { buildModel, type ModelSpec, type TwoHeaded } from '../../src/models/index.js';
import { Adam, BatchNorm2d, Sgd } from '../../src/nn/index.js';
import * as t from '../../src/tensor/index.js';

// Our side of the step benchmark: a JSON request a line in, the seconds of each step out; on a card those of all steps
// in the mean. Arguments: the device (default cpu), threads (2), `cpu` to count processor time, and `search` for
// convolutions whose algorithm is measured.

interface Request {
  readonly model: ModelSpec['name'];
  readonly stem: 'imagenet' | 'small';
  readonly batch: number;
  readonly steps: number;
  readonly task?: 'segmentation';
  readonly size: number;
  readonly precision: t.Precision;
  readonly judging: boolean;
  readonly frozen: boolean;
  readonly frozenStages?: number;
}

const [threads, clock] = [Number(process.argv[3] ?? 2), process.argv[4] ?? 'wall'];
/** Seconds. */
const now = (): number => {
  const { user, system } = process.cpuUsage();
  return clock === 'cpu' ? (user + system) / 1e6 : performance.now() / 1000;
};
t.setThreads(threads);
const device = t.resolveDevice(process.argv[2] ?? 'cpu');
const onCard = device !== 'cpu';
t.setConvolutionSearch(process.argv[5] === 'search');
const { libtorch, cpuCapability, blas } = t.engineInfo();
console.log(JSON.stringify({ libtorch, cpuCapability, blas, threads: String(threads) }));

interface Prepared {
  readonly step: () => void;
  readonly judge: () => void;
  readonly model: TwoHeaded;
}
let current: (Prepared & { key: string }) | undefined;
for await (const line of createInterface(process.stdin)) {
  const request = JSON.parse(line) as Request;
  const { model, stem, batch, steps, task, size, precision, judging, frozen, frozenStages } =
    request;
  const key = [model, stem, batch, task, size, frozen, frozenStages].join();
  if (current?.key !== key) {
    const made = task === 'segmentation' ? prepareSegmentation(request) : prepare(request);
    current = { key, ...made };
  }
  const { model: network, step, judge } = current;
  if (precision === 'bfloat16' && !t.worksInBfloat16(device)) {
    console.log(JSON.stringify({ unable: 'the machine does not multiply bfloat16' }));
    continue;
  }
  network.setPrecision(precision).train(!judging);
  const work = judging ? judge : step;
  console.log(JSON.stringify({ seconds: onCard ? together(work, steps) : oneByOne(work, steps) }));
}

function oneByOne(work: () => void, steps: number): number[] {
  return Array.from({ length: steps }, () => {
    const start = now();
    work();
    return now() - start;
  });
}

function together(work: () => void, steps: number): number[] {
  t.synchronise(device);
  const start = now();
  for (let i = 0; i < steps; i++) work();
  t.synchronise(device);
  return [(now() - start) / steps];
}

function prepare(request: Request): Prepared {
  const { model: name, stem, batch, size, frozen, frozenStages } = request;
  const model = buildModel({ name, stem, classes: 10, labels: 0 }, new Rng(1)).to(device);
  if (frozen) for (const part of model.modules()) if (part instanceof BatchNorm2d) part.freeze();
  if (frozenStages !== undefined) model.startedFromWeights(frozen, frozenStages);
  const optimiser = new Sgd(model.trainedParameters(), {
    lr: 0.1,
    momentum: 0.9,
    weightDecay: 5e-4,
  });
  const rng = new Rng(2);
  const bytes = Uint8Array.from({ length: batch * size * size * 3 }, () => rng.int(0, 256));
  const classes = Array.from({ length: batch }, () => rng.int(0, 10));
  const normalisation = { mean: [0.5, 0.5, 0.5], std: [0.25, 0.25, 0.25], device };
  const input = () => t.imageBatch(bytes, [batch, size, size, 3], normalisation);
  const step = () =>
    t.scope(() => {
      const x = input();
      const loss = t.crossEntropy(model.forward(x).task, t.fromInt64(classes, undefined, device));
      loss.backward();
      optimiser.step();
      optimiser.zeroGrad();
      if (!onCard) loss.item();
    });
  return { step, judge: judgeWith(model, input), model };
}

function prepareSegmentation({ model: name, stem, batch, size }: Request): Prepared {
  const [classes, labels] = [19, 15];
  const spec: ModelSpec = { name, outputs: 'pixel', stem, classes, labels };
  const model = buildModel(spec, new Rng(1)).to(device);
  const optimiser = new Adam(model.namedParameters(), { lr: 1e-4 });
  const rng = new Rng(2);
  const bytes = Uint8Array.from({ length: batch * size * size * 3 }, () => rng.int(0, 256));
  const masks = Uint8Array.from({ length: batch * size * size }, () => rng.int(0, classes));
  const applied = Float32Array.from({ length: batch * labels }, () => rng.int(0, 2));
  const normalisation = { mean: [0.5, 0.5, 0.5], std: [0.25, 0.25, 0.25], device };
  const input = () => t.imageBatch(bytes, [batch, size, size, 3], normalisation);
  const step = () =>
    t.scope(() => {
      const x = input();
      const truth = t.toDtype(t.fromUint8(masks, [batch, size, size], device), 'int64');
      const out = model.forward(x);
      const loss = t.add(
        t.crossEntropy(out.task, truth, { ignoreIndex: 255 }),
        t.bceWithLogits(out.labels, t.fromFloat32(applied, [batch, labels], device)),
      );
      loss.backward();
      optimiser.step();
      optimiser.zeroGrad();
      if (!onCard) loss.item();
    });
  return { step, judge: judgeWith(model, input), model };
}

/** A forward pass whose scores are read. */
function judgeWith(model: TwoHeaded, input: () => t.Tensor): () => void {
  return () => t.noGrad(() => t.scope(() => model.forward(input()).task.toFloat32Array()));
}
