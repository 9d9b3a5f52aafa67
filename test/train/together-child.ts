// A process of a training in several: trains on images made up, and prints the loss of every step as JSON.
//   node together-child.js OUT STEPS NORMS BATCH [MODEL]      with RANK, WORLD_SIZE, MASTER_ADDR and MASTER_PORT
import { Rng } from '../../src/core/index.js';
import { buildModel, modelNames } from '../../src/models/index.js';
import { Constant, Sgd } from '../../src/nn/index.js';
import { launchOf } from '../../src/run/processes/launch.js';
import { ProcessGroup } from '../../src/run/processes/group.js';
import {
  crossEntropy,
  fromFloat32,
  fromInt64,
  quitProcess,
  setNormsTogether,
  setThreads,
} from '../../src/tensor/index.js';
import {
  checkpointsIn,
  fit,
  sharedCheckpoints,
  Together,
  type BatchSource,
} from '../../src/train/index.js';

const [out, stepsText, norms, batchText, name = 'resnet-small'] = process.argv.slice(2);
const steps = Number(stepsText);
const batch = Number(batchText);
const side = 16;
const classes = 4;
setThreads(1);

interface Images {
  readonly x: Float32Array;
  readonly y: Int32Array;
}

/** This process's part of batch b: each image is of its number in the whole training alone. */
function imagesOf(b: number, { rank, size }: { rank: number; size: number }): Images {
  const part = batch / size;
  const pixels = 3 * side * side;
  const x = new Float32Array(part * pixels);
  const y = new Int32Array(part);
  for (let i = 0; i < part; i++) {
    const rng = new Rng('image', b * batch + rank * part + i);
    y[i] = rng.int(0, classes);
    for (let p = 0; p < pixels; p++)
      x[i * pixels + p] = rng.normal() + (p % classes === y[i] ? 1 : 0);
  }
  return { x, y };
}

const launch = launchOf();
const group = launch.size > 1 ? await ProcessGroup.join(launch) : undefined;
const count = group ?? { rank: 0, size: 1 };
const network = modelNames.find((each) => each === name) ?? 'resnet-small';
// Other weights in every process: they start from those of process 0.
const model = buildModel(
  { name: network, stem: 'small', width: 8, outputs: 'image', classes, labels: 0, channels: 3 },
  new Rng(count.rank, 'weights'),
);
model.to('cpu');
const optimiser = new Sgd(model.namedParameters(), { lr: 0.02, momentum: 0.9 });
const schedule = new Constant(0.02);
const source: BatchSource<Images> = {
  batches: steps,
  images: steps * batch,
  epoch: () => ({
    waited: () => 0,
    async *[Symbol.asyncIterator]() {
      for (let b = 0; b < steps; b++) yield imagesOf(b, count);
    },
  }),
};
const parts = { model, optimiser, schedule };
const { signal } = new AbortController();
const together = group && new Together(group, model, signal);
setNormsTogether(norms === 'all' && group !== undefined);
const losses: number[] = [];
const { ended } = await fit({
  ...{ model, source, optimiser, schedule, together, epochs: 1, patience: null, keep: 'last' },
  task: {
    batchLoss({ x, y }) {
      const { task } = model.forward(fromFloat32(x, [y.length, 3, side, side]));
      return { total: crossEntropy(task, fromInt64(y)), images: y.length, figures: () => ({}) };
    },
    validate: () => Promise.resolve({ loss: 0 }),
    figure: () => 0,
  },
  checkpoints: group ? sharedCheckpoints(parts, group, out, false) : checkpointsIn(out, parts),
  resume: group !== undefined,
  signal: together?.signal ?? signal,
  onStep: (_done, loss) => losses.push(loss),
});
await group?.leave();
console.log(JSON.stringify({ ended, losses }));
if (group) quitProcess(0);
