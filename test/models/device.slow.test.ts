import assert from 'node:assert/strict';
import { afterEach, test } from 'node:test';
import { Rng } from '../../src/core/index.js';
import { buildModel, type ModelSpec } from '../../src/models/index.js';
import { Adam, Sgd, type Optimiser } from '../../src/nn/index.js';
import * as t from '../../src/tensor/index.js';

// Every device here must learn what the CPU learns, or the one named by TEST_DEVICE (scripts/gpu-check.sh).
const wanted = process.env.TEST_DEVICE;
const devices = wanted ? [t.resolveDevice(wanted)] : t.availableDevices();

afterEach(() => t.setFusion(true));

const [batch, steps] = [8, 4];
const classes = Array.from({ length: batch }, (_, i) => i % 3);
const normalisation = { mean: [0.5, 0.5, 0.5], std: [0.25, 0.25, 0.25] };

type Optimise = (parameters: Map<string, t.Tensor>, share: number) => Optimiser;
interface Network extends Pick<ModelSpec, 'name' | 'outputs'> {
  readonly size: number;
  /** Of the learning rate, where rounding would grow to other numbers within these steps. Default 1. */
  readonly share?: number;
}

/** The losses of some steps, then the clean logits. */
function train(
  { size, share = 1, ...spec }: Network,
  device: t.Device,
  make: Optimise,
  precision: t.Precision = 'float32',
): number[] {
  const model = buildModel({ ...spec, stem: 'small', classes: 3, labels: 2 }, new Rng(4))
    .to(device)
    .setPrecision(precision);
  const optimiser = make(model.namedParameters(), share);
  const rng = new Rng(6);
  const bytes = Uint8Array.from({ length: batch * size * size * 3 }, () => rng.int(0, 256));
  const masks = Uint8Array.from({ length: batch * size * size }, (_, i) => Math.floor(i / 7) % 3);
  const images = () => t.imageBatch(bytes, [batch, size, size, 3], { ...normalisation, device });
  const truth = () =>
    spec.outputs === 'pixel'
      ? t.toDtype(t.fromUint8(masks, [batch, size, size], device), 'int64')
      : t.fromInt64(classes, undefined, device);
  const result = Array.from({ length: steps }, () =>
    t.scope(() => {
      const { task, labels } = model.forward(images());
      assert.equal(task.device.split(':')[0], device.split(':')[0]);
      const target = t.full([batch, 2], 1, { device });
      const total = t.add(t.crossEntropy(task, truth()), t.bceWithLogits(labels, target));
      total.backward();
      optimiser.step();
      optimiser.zeroGrad();
      return total.item();
    }),
  );
  model.eval();
  const logits = t.scope(() => t.noGrad(() => [...model.forward(images()).task.toFloat32Array()]));
  optimiser.free();
  model.free();
  return [...result, ...logits];
}

const optimisers: Record<string, Optimise> = {
  sgd: (p, share) => new Sgd(p, { lr: 0.01 * share, momentum: 0.9, weightDecay: 5e-4 }),
  adam: (p, share) => new Adam(p, { lr: 1e-4 * share }),
};
const networks: readonly Network[] = [
  { name: 'resnet-small', size: 16 },
  { name: 'densenet121', size: 16 },
  { name: 'efficientnet-lite0', size: 64, share: 0.1 },
  { name: 'resnet18', size: 32 },
  { name: 'resnet-small', outputs: 'pixel', size: 16 },
];

for (const device of devices)
  for (const network of networks)
    for (const [kind, make] of Object.entries(optimisers)) {
      const what = `${network.outputs === 'pixel' ? 'a pyramid on ' : ''}${network.name}`;
      // A card's convolutions round to TF32, 10 bits.
      test(`${what} learns by ${kind} on ${device} as it does on the CPU`, () =>
        compare(network, make, device, device === 'cpu' ? 0.01 : 0.05, 'float32'));
      if (t.worksInBfloat16(device) && kind === 'sgd')
        test(`${what} learns in bfloat16 on ${device} as it does on the CPU in float32`, () =>
          compare(network, make, device, 0.15, 'bfloat16'));
    }

/** @param tolerance of the losses, a share of the largest figure; clean logits may differ by twice as much */
function compare(
  network: Network,
  make: Optimise,
  device: t.Device,
  tolerance: number,
  precision: t.Precision,
): void {
  // Layer by layer on the CPU, and in whatever way the device takes.
  t.setFusion(false);
  const expected = train(network, 'cpu', make);
  t.setFusion(true);
  const got = train(network, device, make, precision);
  assert.ok(expected[steps - 1] < expected[0], 'it learns');
  const scale = Math.max(...expected.map(Math.abs));
  got.forEach((value, i) =>
    assert.ok(
      Math.abs(value - expected[i]) < (i < steps ? tolerance : 2 * tolerance) * scale,
      `${i}: ${value}, ${expected[i]}`,
    ),
  );
}
