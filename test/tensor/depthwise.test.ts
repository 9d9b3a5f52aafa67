import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as t from '../../src/tensor/index.js';
import { assertClose, fill, fillValues, relativeError } from './reference.js';

/** bfloat16 keeps 8 significant bits: rounding to the nearest changes a value by 2^-8 of itself at most. */
const rounding = 2 ** -8;
const kept = { momentum: 0.1, eps: 1e-5 };

interface Norm {
  readonly weight: t.Tensor;
  readonly bias: t.Tensor;
  readonly runningMean: t.Tensor;
  readonly runningVar: t.Tensor;
}

function leafOf(tensor: t.Tensor): t.Tensor {
  const leaf = t.clone(t.detach(tensor));
  leaf.requiresGrad = true;
  return leaf;
}

/** Values that bfloat16 holds exactly, so that both precisions start from the same. */
function exact(name: string, ...shape: number[]): t.Tensor {
  return t.toDtype(t.toDtype(fill(name, shape), 'bfloat16'), 'float32');
}

/** A norm some of whose results lie below 0, some above 6; or, `inside`, all between: rounding then decides nothing. */
function normOf(name: string, channels: number, inside = false): Norm {
  const [weight, bias, variance] = inside
    ? [
        [0.1, 0.3],
        [2.8, 3.2],
        [40, 60],
      ]
    : [
        [1, 5],
        [-1, 4],
        [0.2, 0.6],
      ];
  return {
    weight: leafOf(fill(`${name} weight`, [channels], weight[0], weight[1])),
    bias: leafOf(fill(`${name} bias`, [channels], bias[0], bias[1])),
    runningMean: fill(`${name} mean`, [channels], -0.3, 0.3),
    runningVar: fill(`${name} var`, [channels], variance[0], variance[1]),
  };
}

function plainRelu6(x: t.Tensor, state: Norm, training: boolean): t.Tensor {
  return t.clamp(t.batchNorm(x, state, { training, ...kept }), 0, 6);
}

interface Case {
  readonly size: readonly [number, number];
  readonly channels: number;
  readonly kernel: 3 | 5;
  readonly stride: 1 | 2;
  readonly training: boolean;
  /** Whether there is a norm before. */
  readonly normed: boolean;
  readonly images?: number;
  readonly inside?: boolean;
}

/** Result, gradients and running statistics, by the plain operators or by the fused one. */
function runOf(
  { size, channels, kernel, stride, training, normed, images = 3, inside }: Case,
  dtype: 'float32' | 'bfloat16',
  fused: boolean,
): Map<string, Float32Array> {
  return t.scope(() => {
    const x = leafOf(exact('x', images, channels, ...size));
    const weight = leafOf(exact('w', channels, 1, kernel, kernel));
    const before = normed ? normOf('before', channels, inside) : undefined;
    const after = normOf('after', channels, inside);
    const input = t.channelsLast(t.toDtype(x, dtype));
    const convolution = { stride, padding: (kernel - 1) / 2, groups: channels };
    let y: t.Tensor;
    if (fused) y = t.depthwiseNorms(input, weight, before, after, stride, { training, ...kept });
    else {
      const entering = before ? plainRelu6(input, before, training) : input;
      y = plainRelu6(t.conv2d(entering, weight, undefined, convolution), after, training);
    }
    assert.equal(y.dtype, dtype);
    t.sum(t.mul(t.asDtype(y, 'float32'), exact('sent', ...y.shape))).backward();
    const found = new Map([
      ['y', y],
      ['x', x.grad!],
      ['weight', weight.grad!],
    ]);
    for (const [name, norm] of [
      ['before', before],
      ['after', after],
    ] as const)
      if (norm) {
        found.set(`${name} weight`, norm.weight.grad!).set(`${name} bias`, norm.bias.grad!);
        found.set(`${name} mean`, norm.runningMean).set(`${name} variance`, norm.runningVar);
      }
    return new Map([...found].map(([name, tensor]) => [name, tensor.toFloat32Array()]));
  });
}

const shapes: readonly Pick<Case, 'size' | 'channels' | 'images' | 'inside'>[] = [
  { size: [7, 6], channels: 16 },
  { size: [9, 11], channels: 27 },
  { size: [1, 1], channels: 40, images: 7 },
  { size: [2, 3], channels: 5 },
  // Several tiles of rows; among so many values some would lie at the ends of ReLU6.
  { size: [90, 61], channels: 33, images: 2, inside: true },
  // More images than parts that are summed on their own.
  { size: [5, 4], channels: 8, images: 35 },
];
for (const kernel of [3, 5] as const)
  for (const stride of [1, 2] as const)
    for (const training of [true, false])
      test(`${kernel}x${kernel}, stride ${stride}, ${training ? 'the batch’s' : 'running'} statistics: fused as operator by operator`, () => {
        for (const shape of shapes)
          for (const normed of [true, false]) {
            const each: Case = { ...shape, kernel, stride, training, normed };
            const [plain, fused] = [runOf(each, 'float32', false), runOf(each, 'float32', true)];
            assert.deepEqual([...fused.keys()], [...plain.keys()]);
            for (const [name, expected] of plain) {
              // Sums over many pixels: what rounding leaves goes with the largest. Where ReLU6 stops nothing, the norms
              // take out nearly all that the sums hold.
              const allowed = each.inside ? 4e-4 : 4e-5;
              const largest = expected.reduce((most, v) => Math.max(most, Math.abs(v)), 1);
              const what = `${name} of ${JSON.stringify(each)}`;
              assertClose(fused.get(name)!, expected, allowed * largest, what);
            }
          }
      });

test('in bfloat16 it is as near to float32 as operator by operator', () => {
  for (const training of [true, false])
    for (const [kernel, stride] of [
      [3, 1],
      [5, 2],
    ] as const) {
      const each: Case = {
        size: [13, 10],
        channels: 37,
        kernel,
        stride,
        training,
        normed: true,
        inside: true,
      };
      const exactly = runOf(each, 'float32', false);
      const plain = runOf(each, 'bfloat16', false);
      for (const [name, got] of runOf(each, 'bfloat16', true)) {
        const error = relativeError(got, exactly.get(name)!);
        const allowed = relativeError(plain.get(name)!, exactly.get(name)!);
        const what = `${name} of ${JSON.stringify(each)}`;
        assert.ok(error <= 1.5 * allowed + 1e-6, `${what}: ${error}, plain ${allowed}`);
        if (name === 'y') assert.ok(error <= rounding, `${what}: ${error}`);
      }
    }
});

test('outside of a graph it gives what it gives inside', () =>
  t.scope(() => {
    const x = fill('x', [2, 20, 9, 9]);
    const weight = fill('w', [20, 1, 5, 5]);
    const [before, after] = [normOf('before', 20), normOf('after', 20)];
    const run = () =>
      t.depthwiseNorms(x, weight, before, after, 2, { training: false, ...kept }).toFloat32Array();
    assert.deepEqual(t.noGrad(run), run());
  }));

test('gradients are those that differences of the loss show', () =>
  t.scope(() => {
    const shape = [2, 3, 5, 4];
    const weight = fill('w', [3, 1, 3, 3]);
    // Within ReLU6's linear part, so that differences mean something; statistics of the batch.
    const state = (name: string): Norm => ({
      ...{ weight: t.full([3], 0.8), bias: t.full([3], 3) },
      ...{ runningMean: fill(name, [3]), runningVar: t.ones([3]) },
    });
    const values = fillValues('x', 120);
    const sent = fill('sent', shape);
    const loss = (of: Float32Array): { x: t.Tensor; value: t.Tensor } => {
      const x = t.fromFloat32(of, shape);
      x.requiresGrad = true;
      const how = { training: true, ...kept };
      const y = t.depthwiseNorms(x, weight, state('a'), state('b'), 1, how);
      return { x, value: t.sum(t.mul(y, sent)) };
    };
    const { x, value } = loss(values);
    value.backward();
    const gradient = x.grad!.toFloat32Array();
    const step = 1e-2;
    for (const i of [0, 17, 58, 119]) {
      const at = (by: number): number =>
        loss(values.map((v, k) => (k === i ? v + by : v))).value.item();
      const difference = (at(step) - at(-step)) / (2 * step);
      assert.ok(Math.abs(difference - gradient[i]) < 2e-2, `${i}: ${difference}, ${gradient[i]}`);
    }
  }));

for (const [name, residual] of [
  ['normRelu6', false],
  ['normAdd', false],
  ['normAdd', true],
] as const)
  test(`${name}${residual ? ' with a residual' : ''} agrees with the plain operators`, () => {
    for (const training of [true, false])
      for (const channels of [16, 29]) {
        const run = (fused: boolean): Float32Array[] =>
          t.scope(() => {
            const [x, other] = [
              leafOf(fill('x', [3, channels, 7, 6])),
              leafOf(fill('r', [3, channels, 7, 6])),
            ];
            const state = normOf('n', channels);
            const how = { training, ...kept };
            let y: t.Tensor;
            if (name === 'normRelu6')
              y = fused ? t.normRelu6(x, state, how) : plainRelu6(x, state, training);
            else if (fused) y = t.normAdd(x, state, residual ? other : undefined, how);
            else {
              const normed = t.batchNorm(x, state, how);
              y = residual ? t.add(normed, other) : normed;
            }
            t.sum(t.mul(y, fill('sent', y.shape))).backward();
            const parts = [y, x.grad!, state.weight.grad!, state.bias.grad!];
            parts.push(state.runningMean, state.runningVar, ...(residual ? [other.grad!] : []));
            return parts.map((part) => part.toFloat32Array());
          });
        const fused = run(true);
        run(false).forEach((expected, i) =>
          assertClose(fused[i], expected, 2e-5, `part ${i}, ${channels} channels`),
        );
      }
  });

test('results do not depend on the number of threads', () => {
  const threads = t.getThreads();
  const run = (count: number): Float32Array[] => {
    t.setThreads(count);
    const each = { size: [11, 12], channels: 70, kernel: 5, stride: 1, normed: true } as const;
    return [true, false].flatMap((training) => [
      ...runOf({ ...each, training, images: 5 }, 'bfloat16', true).values(),
    ]);
  };
  try {
    assert.deepEqual(run(2), run(1));
  } finally {
    t.setThreads(threads);
  }
});

test('values that are no numbers pass through', () =>
  t.scope(() => {
    const [before, after] = [normOf('before', 3), normOf('after', 3)];
    const x = t.full([2, 3, 4, 4], NaN);
    const how = { training: true, ...kept };
    for (const y of [
      t.depthwiseNorms(x, fill('w', [3, 1, 3, 3]), before, after, 1, how),
      t.normRelu6(x, after, how),
    ])
      assert.ok(y.toFloat32Array().every(Number.isNaN));
  }));

test('mistakes are named', () =>
  t.scope(() => {
    const [x, good, bad] = [t.ones([2, 3, 4, 4]), normOf('good', 3), normOf('bad', 4)];
    const how = { training: true, ...kept };
    const of = (kernel: number, stride: number, before: Norm) => () =>
      t.depthwiseNorms(x, t.ones([3, 1, kernel, kernel]), before, good, stride, how);
    const named = (run: () => unknown, message: RegExp): void =>
      assert.throws(
        run,
        (error: Error) => error instanceof t.TensorError && message.test(error.message),
      );
    named(of(7, 1, good), /depthwiseNorms: expected float32 weights .* with K 3 or 5, got .*7/);
    named(of(3, 3, good), /depthwiseNorms: expected a stride of 1 or 2, got 3/);
    named(of(3, 1, bad), /depthwiseNorms: expected each tensor of the norm before of shape \[3\]/);
    named(() => t.normRelu6(x, bad, how), /normRelu6: expected weight of shape \[3\]/);
    named(
      () => t.normAdd(x, good, t.ones([2, 3, 5, 4]), how),
      /normAdd: expected residual of shape/,
    );
  }));
