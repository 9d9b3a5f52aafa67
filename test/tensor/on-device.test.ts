import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import * as t from '../../src/tensor/index.js';
import { cases, type Put } from './device-cases.js';
import { assertClose, fill } from './reference.js';

// What a device computes is what the CPU computes: every device here, or the one named by TEST_DEVICE
// (scripts/gpu-check.sh). `meta`, where tensors have shapes but no values, shows what only the CPU may be given.
const wanted = process.env.TEST_DEVICE;
const devices = wanted ? [t.resolveDevice(wanted)] : t.availableDevices();

/** Results and gradients, whatever their dtype, as numbers. */
function numbersOf(tensors: readonly t.Tensor[]): number[][] {
  return tensors.map((each) => [...t.toDtype(each, 'float32').toFloat32Array()]);
}

/** What `body` gives and the gradients of what it has learned, on a device. */
function run(device: t.Device, body: (put: Put) => readonly t.Tensor[]): number[][] {
  return t.scope(() => {
    const learned: t.Tensor[] = [];
    const put: Put = (values, learns = false) => {
      const placed = t.toDevice(t.clone(values), device);
      if (!learns) return placed;
      const leaf = t.detach(placed);
      leaf.requiresGrad = true;
      learned.push(leaf);
      return leaf;
    };
    const results = body(put);
    for (const each of results) assert.equal(each.device.split(':')[0], device.split(':')[0]);
    if (learned.length > 0)
      results
        .map((each) => t.asDtype(each, 'float32'))
        .map((each) => t.sum(t.mul(each, put(fill('weights', each.shape)))))
        .reduce((a, b) => t.add(a, b))
        .backward();
    return numbersOf([...results, ...learned.map((leaf) => leaf.grad!)]);
  });
}

for (const device of devices)
  describe(`on ${device}`, () => {
    for (const [name, [tolerance, body]] of Object.entries(cases))
      test(`${name} gives what the CPU gives, forwards and backwards`, () => {
        const expected = run('cpu', body);
        const got = run(device, body);
        assert.equal(got.length, expected.length);
        got.forEach((values, i) => {
          const scale = Math.max(1, ...expected[i].map(Math.abs));
          assertClose(Float32Array.from(values), expected[i], tolerance * scale, `${name}, ${i}`);
        });
      });

    test('images of bytes become the same input, channels-last', () => {
      const bytes = Uint8Array.from({ length: 2 * 5 * 4 * 3 }, (_, i) => (i * 37) % 256);
      const constants = { mean: [0.4, 0.5, 0.6], std: [0.2, 0.25, 0.3] };
      t.scope(() => {
        const [here, there] = ['cpu', device].map((on) =>
          t.imageBatch(bytes, [2, 5, 4, 3], { ...constants, device: on }),
        );
        assert.deepEqual(there.shape, [2, 3, 5, 4]);
        assert.ok(there.isChannelsLast);
        assertClose(there.toFloat32Array(), [...here.toFloat32Array()], 1e-5, 'input');
      });
    });

    test('memory that values travelled in is not written again before they have arrived', () =>
      t.scope(() => {
        const sent = Array.from({ length: 40 }, (_, i) =>
          t.fromFloat32(new Float32Array(1 << 16).fill(i), [1 << 16], device),
        );
        sent.forEach((each, i) => assert.equal(t.mean(each).item(), i));
        const classes = t.fromInt64([3, -1, 7], undefined, device);
        assert.deepEqual([...classes.toInt32Array()], [3, -1, 7]);
      }));

    test('values read later are those of the moment they were asked for', () => {
      const read = t.scope(() => {
        const x = t.fromFloat32([1, 2, 3], [3], device);
        const values = t.later(x, (on) => [...on.toFloat32Array()]);
        if (device === 'cpu')
          return (
            (seen) => () =>
              seen
          )(values());
        t.mul_(x, 10);
        return values;
      });
      t.synchronise(device);
      assert.deepEqual(read(), [1, 2, 3]);
    });

    for (const kind of ['sgd', 'nesterov', 'adam', 'adamw'] as const)
      test(`${kind} takes the steps it takes on the CPU, whatever the layout`, () => {
        const shapes = [[5], [4, 6, 3, 3], [4, 6, 1, 1], [3, 4]];
        const steps = (on: t.Device): number[][] =>
          t.scope(() => {
            const parameters = shapes.map((shape, i) => {
              const parameter = fill(`p${i}`, shape);
              parameter.requiresGrad = true;
              t.moveParameter(parameter, on);
              return parameter;
            });
            const [firsts, seconds] = [0, 1].map(() =>
              parameters.map((p) => t.zerosLike(t.detach(p))),
            );
            for (let step = 1; step <= 3; step++) {
              const squares = parameters.map((p) => t.sum(t.mul(t.mul(p, p), p)));
              squares.reduce((a, b) => t.add(a, b)).backward();
              if (kind === 'sgd' || kind === 'nesterov')
                t.sgdStep(parameters, firsts, {
                  ...{ lr: 0.1, momentum: 0.9, weightDecay: 0.01 },
                  nesterov: kind === 'nesterov',
                });
              else
                t.adamStep(parameters, firsts, seconds, {
                  ...{ step, lr: 0.01, betas: [0.9, 0.99], eps: 1e-8, weightDecay: 0.1 },
                  decoupled: kind === 'adamw',
                });
              t.zeroGrad(parameters);
            }
            return numbersOf([...parameters, ...firsts]);
          });
        const expected = steps('cpu');
        steps(device).forEach((values, i) =>
          assertClose(Float32Array.from(values), expected[i], 1e-4, `${kind}, ${i}`),
        );
      });

    test('files of weights hold what lies on the device, and are read back onto it', () => {
      const folder = mkdtempSync(join(tmpdir(), 'on-device-'));
      try {
        t.scope(() => {
          const weights = fill('w', [4, 3, 3, 3]);
          t.moveParameter(weights, device);
          const file = join(folder, 'w.safetensors');
          t.writeSafetensors(file, new Map([['w', weights]]));
          const read = t.readSafetensors(file).tensors.get('w')!;
          const other = t.zerosLike(weights);
          other.copyFrom(read);
          assert.deepEqual(other.toFloat32Array(), weights.toFloat32Array());
        });
      } finally {
        rmSync(folder, { recursive: true });
      }
    });
  });

test('kernels for the CPU refuse tensors of another device', () =>
  t.scope(() => {
    const at = (shape: number[]) => t.zeros(shape, { device: 'meta' });
    const x = at([2, 4, 3, 3]);
    assert.ok(!t.canFuse(x));
    assert.ok(!t.noGrad(() => t.canFuseJudging(t.toDtype(x, 'bfloat16'))));
    const state = { weight: at([4]), bias: at([4]), runningMean: at([4]), runningVar: at([4]) };
    const here = Object.fromEntries(
      Object.keys(state).map((key) => [key, t.ones([4])]),
    ) as typeof state;
    const options = { momentum: 0.1, eps: 1e-5 };
    const refuse = (body: () => unknown) => assert.throws(body, /on the CPU|expected|float32/);
    refuse(() => t.normRelu(x, state, undefined, options));
    refuse(() => t.normRelu(t.zeros([2, 4, 3, 3]), state, undefined, options));
    refuse(() => t.normRelu(t.zeros([2, 4, 3, 3]), here, x, options));
    refuse(() => t.normReluJudging(x, state, undefined, 1e-5));
    refuse(() => t.spatialMoments(x, 1e-5));
    const block = [at([4]), at([4]), at([8, 4, 1, 1]), at([8]), at([8]), at([2, 8, 3, 3])];
    const buffers = [at([4]), at([4]), at([8]), at([8])];
    refuse(() => t.denseBlock(x, block, buffers, options));
    refuse(() => t.denseBlock(t.zeros([2, 4, 3, 3]), block, buffers, options));
    refuse(() => t.denseBlockJudging(x, block, buffers, 1e-5));
  }));
