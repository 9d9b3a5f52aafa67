import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Rng } from '../../src/core/index.js';
import { targetsAs, type Batch } from '../../src/data/index.js';
import { buildModel, taskRanges, withHead } from '../../src/models/index.js';
import { JointObjective, SharedObjective } from '../../src/safe/index.js';
import { backward, gradOf, scope, zeroGrad } from '../../src/tensor/index.js';
import { ClassificationHead } from '../../src/tasks/classification.js';
import type { BatchStream } from '../../src/train/index.js';

const labels = 2;
const classes = [2, 3];
const side = 16;

/** Images of one set: every value keyed. */
function batch(set: number, count: number): Batch {
  const rng = new Rng('several', set);
  const bytes = (n: number, below: number) =>
    Uint8Array.from({ length: n }, () => rng.int(0, below));
  return {
    number: 0,
    count,
    size: { width: side, height: side },
    channels: 3,
    images: bytes(count * side * side * 3, 256),
    targets: { kind: 'class', classes: Int32Array.from(bytes(count, classes[set])) },
    applied: bytes(count * labels, 2),
    indices: Uint32Array.from({ length: count }, (_, i) => i),
  };
}

const streamOf = (...batches: Batch[]): BatchStream<Batch> => ({
  waited: () => 0,
  async *[Symbol.asyncIterator]() {
    yield* batches;
  },
});

const parts = [batch(0, 6), batch(1, 2)];
const heads = taskRanges(classes);
const model = buildModel(
  { name: 'resnet-small', classes: 5, labels, width: 8 },
  new Rng(1, 'weights'),
).eval();
const sets = heads.map((head, i) => ({
  name: ['a', 'b'][i],
  head,
  share: parts[i].count / 8,
  objective: new JointObjective({
    model: withHead(model, head),
    head: new ClassificationHead('cpu'),
    device: 'cpu',
    // Each set has its own.
    mean: [0.4, 0.5, 0.4 + 0.1 * i],
    std: [0.2, 0.3, 0.2],
    labels,
    seed: 0,
    held: () => streamOf(parts[i]),
  }),
}));
const several = new SharedObjective(model, sets);
const near = (a: number, b: number) => assert.ok(Math.abs(a - b) < 1e-5, `${a} is not ${b}`);

test('the loss of a mixed batch is the mean over its images, each by its own task head', () => {
  scope(() => {
    const alone = sets.map(({ objective }, i) => objective.batchLoss(parts[i]));
    const together = several.batchLoss({ parts, count: 8 });
    near(together.total.item(), (6 * alone[0].total.item() + 2 * alone[1].total.item()) / 8);
    assert.equal(together.images, 8);
    const all = together.figures();
    const [a, b] = alone.map((loss) => loss.figures());
    for (const key of ['taskLoss', 'augmentLoss', 'taskAccuracy']) {
      near(all[`a/${key}`], a[key]);
      near(all[`b/${key}`], b[key]);
      near(all[key], (6 * a[key] + 2 * b[key]) / 8);
    }
  });
});

test('an image teaches the task head of its own set alone', () => {
  const biasGradient = (of: readonly Batch[]): number[] =>
    scope(() => {
      const parameters = model.namedParameters();
      backward(several.batchLoss({ parts: of, count: 8 }).total);
      const gradient = [...gradOf(parameters.get('classifier.bias')!)!.toFloat32Array()];
      zeroGrad([...parameters.values()]);
      return gradient;
    });
  const gradient = biasGradient(parts);
  assert.ok(gradient.every((g) => g !== 0));
  // A softmax's gradients add up to nothing over the classes that it is taken over.
  for (const { start, classes: count } of heads)
    near(
      gradient.slice(start, start + count).reduce((sum, g) => sum + g),
      0,
    );
  const before = targetsAs(parts[1].targets, 'class').classes;
  const relabelled: Batch = {
    ...parts[1],
    targets: { kind: 'class', classes: before.map((l) => (l + 1) % 3) },
  };
  const other = biasGradient([parts[0], relabelled]);
  gradient.slice(0, 2).forEach((g, i) => near(g, other[i]));
  assert.ok(gradient.slice(2).some((g, i) => Math.abs(g - other[2 + i]) > 1e-3));
});

test('held-out figures are weighted as batches are', async () => {
  const held = await several.validate();
  const own = await Promise.all(sets.map(({ objective }) => objective.validate()));
  near(held.loss, (6 * own[0].loss + 2 * own[1].loss) / 8);
  near(held['b/taskAccuracy'], own[1].taskAccuracy);
  near(held.loss, held.taskLoss + held.augmentLoss);
});
