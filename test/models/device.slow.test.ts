import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Rng } from '../../src/core/index.js';
import { buildModel } from '../../src/models/index.js';
import { Adam, Sgd, type Optimiser } from '../../src/nn/index.js';
import * as t from '../../src/tensor/index.js';

// Every device here must learn what the CPU learns, or the one named by TEST_DEVICE (scripts/gpu-check.sh).
const wanted = process.env.TEST_DEVICE;
const devices = wanted ? [t.resolveDevice(wanted)] : t.availableDevices();

const [batch, size, steps] = [8, 16, 4];
const classes = Array.from({ length: batch }, (_, i) => i % 3);
const normalisation = { mean: [0.5, 0.5, 0.5], std: [0.25, 0.25, 0.25] };

type Optimise = (parameters: Map<string, t.Tensor>) => Optimiser;

/** The losses of some steps, then the clean logits. */
function train(name: 'densenet121' | 'resnet-small', device: t.Device, make: Optimise): number[] {
  const model = buildModel({ name, stem: 'small', classes: 3, labels: 2 }, new Rng(4)).to(device);
  const optimiser = make(model.namedParameters());
  const rng = new Rng(6);
  const bytes = Uint8Array.from({ length: batch * size * size * 3 }, () => rng.int(0, 256));
  const images = () => t.imageBatch(bytes, [batch, size, size, 3], { ...normalisation, device });
  const result = Array.from({ length: steps }, () =>
    t.scope(() => {
      const { task, labels } = model.forward(images());
      assert.equal(task.device.split(':')[0], device.split(':')[0]);
      const target = t.full([batch, 2], 1, { device });
      const loss = t.crossEntropy(task, t.fromInt64(classes, undefined, device));
      const total = t.add(loss, t.bceWithLogits(labels, target));
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
  sgd: (p) => new Sgd(p, { lr: 0.01, momentum: 0.9, weightDecay: 5e-4 }),
  adam: (p) => new Adam(p, { lr: 1e-4 }),
};

for (const device of devices)
  for (const name of ['resnet-small', 'densenet121'] as const)
    for (const [kind, make] of Object.entries(optimisers))
      test(`${name} learns by ${kind} on ${device} as it does on the CPU`, () => {
        // Layer by layer on the CPU, and in whatever way the device takes.
        t.setFusion(false);
        const expected = train(name, 'cpu', make);
        t.setFusion(true);
        const got = train(name, device, make);
        assert.ok(expected[steps - 1] < expected[0], 'it learns');
        // A card's convolutions round to TF32, 10 bits.
        const tolerance = device === 'cpu' ? 0.01 : 0.05;
        const scale = Math.max(...expected.map(Math.abs));
        got.forEach((value, i) =>
          assert.ok(
            Math.abs(value - expected[i]) < tolerance * scale,
            `${i}: ${value}, ${expected[i]}`,
          ),
        );
      });
