import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as t from '../../src/tensor/index.js';
import { assertClose, fill } from './reference.js';

// Convolutions of channels-last images against sums as they are defined, in double precision: results and all gradients.

interface Case {
  readonly images: number;
  readonly size: readonly [number, number];
  readonly inputs: number;
  readonly outputs: number;
  readonly kernel: number;
  readonly stride: number;
  readonly padding: number;
  readonly bias?: boolean;
}

const usual = { images: 3, size: [6, 5], inputs: 16, outputs: 16, kernel: 3, padding: 1 } as const;
const cases: readonly Case[] = [
  { ...usual, stride: 1 },
  { ...usual, stride: 2 },
  { ...usual, stride: 1, bias: true, inputs: 5, outputs: 19 },
  { ...usual, stride: 2, bias: true, inputs: 3, outputs: 7, size: [7, 8] },
  { ...usual, stride: 1, padding: 0, outputs: 33 },
  { ...usual, stride: 2, padding: 0, images: 1, size: [3, 3] },
  { ...usual, stride: 1, padding: 2, inputs: 1, outputs: 1, size: [1, 1] },
  { ...usual, stride: 2, padding: 2, inputs: 2, outputs: 80, size: [2, 9] },
  { ...usual, kernel: 7, stride: 2, padding: 3, inputs: 3, size: [15, 12] },
  { ...usual, kernel: 5, stride: 1, padding: 2, inputs: 4 },
  { ...usual, kernel: 2, stride: 2, padding: 0 },
  { ...usual, kernel: 2, stride: 1, padding: 1, size: [4, 1] },
  { ...usual, kernel: 1, padding: 0, stride: 1 },
  { ...usual, kernel: 1, padding: 0, stride: 2, outputs: 24 },
  { ...usual, kernel: 1, padding: 0, stride: 1, inputs: 3, outputs: 21, bias: true },
  { ...usual, kernel: 1, padding: 0, stride: 1, inputs: 21, outputs: 40, bias: true },
  { ...usual, kernel: 1, padding: 0, stride: 1, inputs: 200, outputs: 13, size: [19, 17] },
  { ...usual, kernel: 1, padding: 0, stride: 1, inputs: 96, outputs: 24, size: [40, 31] },
  { ...usual, kernel: 1, padding: 0, stride: 1, inputs: 48, outputs: 150, size: [1, 1], images: 7 },
  // Many small images at a time, and images that are worked on by rows.
  { ...usual, stride: 1, images: 70, size: [4, 4], inputs: 24, outputs: 40 },
  { ...usual, stride: 1, images: 2, size: [70, 61], inputs: 20, outputs: 9 },
  { ...usual, stride: 1, images: 5, size: [7, 6], inputs: 70, outputs: 19, bias: true },
  { ...usual, stride: 1, padding: 0, images: 2, size: [8, 9], inputs: 64, outputs: 150 },
  { ...usual, stride: 1, padding: 2, images: 2, size: [41, 44], inputs: 64, outputs: 17 },
  { ...usual, stride: 2, images: 2, size: [61, 70], inputs: 20, outputs: 9, bias: true },
];

function describe(each: Case): string {
  const { images, size, inputs, outputs, kernel, stride, padding, bias } = each;
  const shape = `${images}x${inputs}x${size.join('x')} to ${outputs}`;
  return `${shape}, kernel ${kernel}, stride ${stride}, padding ${padding}${bias ? ', bias' : ''}`;
}

for (const each of cases)
  test(`convolution of channels-last images: ${describe(each)}`, () => {
    t.scope(() => {
      const { y, judged, dx, dw, db, leaves, dy } = ran(each);
      const expected = plainly(each, leaves, dy);
      // Values up to 1; a sum of n products is rounded n times.
      const within = (terms: number) => 1e-6 * (1 + Math.sqrt(terms));
      const { inputs, outputs, kernel } = each;
      const places = expected.y.length / outputs;
      assertClose(y, expected.y, within(inputs * kernel ** 2), 'result');
      assertClose(judged, expected.y, within(inputs * kernel ** 2), 'result without a graph');
      assertClose(dx, expected.dx, within(outputs * kernel ** 2), 'gradient of the input');
      assertClose(dw, expected.dw, within(places), 'gradient of the weights');
      if (db) assertClose(db, expected.db, within(places), 'gradient of the bias');
    });
  });

// Our own kernels: with AVX-512 those of training, with AVX2 all of them. lanes.test.ts runs this file with eight values
// a vector, wherever processors have them.
const areOurs =
  process.env.SAFE_AUGMENT_LANES !== '4' && t.engineInfo().cpuCapability.startsWith('AVX');

test('convolution: the same bytes with any number of threads', { skip: !areOurs }, () => {
  const each: Case = { ...usual, stride: 1, images: 40, size: [9, 8], outputs: 32, bias: true };
  const before = t.getThreads();
  const [one, ...others] = [1, 2, 3].map((threads) => {
    t.setThreads(threads);
    return t.scope(() => ran(each));
  });
  t.setThreads(before);
  for (const other of others)
    for (const key of ['y', 'dx', 'dw', 'db'] as const) assert.deepEqual(other[key], one[key], key);
});

test('convolution of channels-last images: no gradient where none is wanted', () => {
  t.scope(() => {
    const x = t.channelsLast(fill('x', [2, 16, 5, 5]));
    const weight = leafOf(fill('weight', [16, 16, 3, 3]));
    t.sum(t.conv2d(x, weight, undefined, { padding: 1 })).backward();
    assert.equal(x.grad, undefined);
    assert.ok(weight.grad);
  });
});

test('convolution of channels-last images: a bias of another size is refused', () => {
  t.scope(() => {
    const [x, weight] = [t.channelsLast(fill('x', [2, 16, 5, 5])), fill('weight', [16, 16, 3, 3])];
    for (const size of [1, 15, 17])
      assert.throws(() => t.conv2d(x, weight, fill('bias', [size]), { padding: 1 }), /bias/);
  });
});

/** What the operator makes of a case. */
function ran(each: Case) {
  const { images, size, inputs, outputs, kernel, stride, padding } = each;
  const x = leafOf(fill('x', [images, inputs, ...size]));
  const weight = leafOf(fill('weight', [outputs, inputs, kernel, kernel]));
  const bias = each.bias ? leafOf(fill('bias', [outputs])) : undefined;
  const convolved = () => t.conv2d(t.channelsLast(x), weight, bias, { stride, padding });
  const y = convolved();
  const dy = fill('dy', y.shape);
  t.sum(t.mul(y, dy)).backward();
  return {
    y: y.toFloat32Array(),
    judged: t.noGrad(convolved).toFloat32Array(),
    ...{ dx: gradientOf(x), dw: gradientOf(weight), db: bias ? gradientOf(bias) : undefined },
    leaves: [x, weight, bias].map((leaf) => leaf?.toFloat32Array()),
    dy: dy.toFloat32Array(),
  };
}

function leafOf(tensor: t.Tensor): t.Tensor {
  tensor.requiresGrad = true;
  return tensor;
}

function gradientOf(leaf: t.Tensor): Float32Array {
  assert.ok(leaf.grad);
  return leaf.grad.toFloat32Array();
}

/** Result and gradients, one product after another. */
function plainly(
  { images, size: [height, width], inputs, outputs, kernel, stride, padding }: Case,
  [x, weight, bias]: readonly (Float32Array | undefined)[],
  dy: Float32Array,
) {
  assert.ok(x && weight);
  const high = Math.floor((height + 2 * padding - kernel) / stride) + 1;
  const wide = Math.floor((width + 2 * padding - kernel) / stride) + 1;
  const y = new Float64Array(images * outputs * high * wide);
  const [dx, dw, db] = [x.length, weight.length, outputs].map((n) => new Float64Array(n));
  let at = 0;
  for (let n = 0; n < images; n++)
    for (let o = 0; o < outputs; o++)
      for (let a = 0; a < high; a++)
        for (let b = 0; b < wide; b++, at++) {
          y[at] = bias?.[o] ?? 0;
          db[o] += dy[at];
          for (let i = 0; i < inputs; i++)
            for (let u = 0; u < kernel; u++)
              for (let v = 0; v < kernel; v++) {
                const [row, column] = [a * stride + u - padding, b * stride + v - padding];
                if (row < 0 || row >= height || column < 0 || column >= width) continue;
                const from = ((n * inputs + i) * height + row) * width + column;
                const tap = ((o * inputs + i) * kernel + u) * kernel + v;
                y[at] += x[from] * weight[tap];
                dx[from] += weight[tap] * dy[at];
                dw[tap] += x[from] * dy[at];
              }
        }
  return { y, dx, dw, db };
}
