import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as t from '../../src/tensor/index.js';
import { assertClose, fill } from './reference.js';

/** bfloat16 keeps 8 significant bits: rounding to the nearest changes a value by 2^-8 of itself at most. */
const rounding = 2 ** -8;

/** float32 values that bfloat16 holds exactly, so that both precisions start from the same. */
function exact(name: string, ...shape: number[]): t.Tensor {
  return rounded(fill(name, shape));
}

function rounded(x: t.Tensor): t.Tensor {
  return t.toDtype(t.toDtype(x, 'bfloat16'), 'float32');
}

function leafOf(tensor: t.Tensor): t.Tensor {
  const leaf = t.clone(t.detach(tensor));
  leaf.requiresGrad = true;
  return leaf;
}

/** What `run` makes of x in both precisions, and the gradients of x and of float32 parameters. */
function both(
  x: t.Tensor,
  parameters: readonly t.Tensor[],
  run: (x: t.Tensor, parameters: readonly t.Tensor[]) => t.Tensor,
): { float32: Float32Array[]; bfloat16: Float32Array[] } {
  const of = (dtype: t.Dtype): Float32Array[] => {
    const own = [x, ...parameters].map(leafOf);
    const y = run(t.channelsLast(t.toDtype(own[0], dtype)), own.slice(1));
    const weights = exact('sent back', ...y.shape);
    t.sum(t.mul(t.toDtype(y, 'float32'), weights)).backward();
    for (const leaf of own) assert.equal(leaf.grad!.dtype, 'float32');
    assert.equal(y.dtype, dtype);
    return [y, ...own.map((leaf) => leaf.grad!)].map((each) => each.toFloat32Array());
  };
  return { float32: of('float32'), bfloat16: of('bfloat16') };
}

/** The largest difference in units of the largest value. */
function worst(got: Float32Array, expected: Float32Array): number {
  const largest = expected.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  return expected.reduce((most, v, i) => Math.max(most, Math.abs(v - got[i])), 0) / largest;
}

test('float32 values become the nearest bfloat16, ties to even, and come back', () =>
  t.scope(() => {
    const values = [0, -0, 1, 1 + 2 ** -9, 1 + 2 ** -8, 1 + 3 * 2 ** -8, -1e38, Infinity, NaN];
    const half = t.toDtype(t.fromFloat32(values, [values.length]), 'bfloat16');
    assert.equal(half.dtype, 'bfloat16');
    const expected = [0, -0, 1, 1, 1, 1 + 2 ** -6, -9.9692e37, Infinity, NaN];
    half.toFloat32Array().forEach((value, i) => {
      if (Number.isFinite(expected[i])) assertClose([value], [expected[i]], 1e34 * 2, `${i}`);
      else assert.equal(value, expected[i]);
    });
    assert.deepEqual([...half.toFloat32Array()].slice(0, 6), expected.slice(0, 6));
  }));

for (const [name, options, kernel] of [
  ['3x3', { padding: 1 }, 3],
  ['3x3, stride 2', { padding: 1, stride: 2 }, 3],
  ['1x1', {}, 1],
] as const)
  test(
    `a ${name} convolution multiplies bfloat16 and adds in float32`,
    {
      // Elsewhere libtorch emulates it and rounds more than once; training is refused there.
      skip: t.hasBfloat16() ? false : 'the processor does not multiply bfloat16',
    },
    () =>
      t.scope(() => {
        const x = exact('x', 3, 20, 9, 7);
        const weight = exact('w', 24, 20, kernel, kernel);
        const bias = exact('b', 24);
        const { float32, bfloat16 } = both(x, [weight, bias], (input, [w, b]) =>
          t.conv2d(input, w, b, options),
        );
        // Products of the same numbers: what differs is one rounding of each result, relative to the largest.
        ['y', 'x', 'weight', 'bias'].forEach((what, i) => {
          const difference = worst(bfloat16[i], float32[i]);
          assert.ok(difference <= 1.1 * rounding, `${what}: ${difference}`);
        });
      }),
  );

for (const residual of [false, true])
  test(`norm and ReLU ${residual ? 'with a residual ' : ''}in bfloat16 are those in float32, rounded`, () =>
    t.scope(() => {
      const x = rounded(t.add(fill('x', [3, 27, 7, 6]), 2));
      const parameters = [exact('w', 27), exact('b', 27)];
      if (residual) parameters.push(exact('r', 3, 27, 7, 6));
      const statistics: Float32Array[] = [];
      const { float32, bfloat16 } = both(x, parameters, (input, [weight, bias, other]) => {
        const [runningMean, runningVar] = [t.zeros([27]), t.ones([27])];
        const y = t.normRelu(
          input,
          { weight, bias, runningMean, runningVar },
          other && t.channelsLast(t.toDtype(other, input.dtype)),
          { momentum: 0.1, eps: 1e-5 },
        );
        statistics.push(runningMean.toFloat32Array(), runningVar.toFloat32Array());
        return y;
      });
      // The same float32 arithmetic on the same numbers, one rounding at its end.
      ['y', 'x', 'weight', 'bias', 'residual'].slice(0, bfloat16.length).forEach((what, i) => {
        const difference = worst(bfloat16[i], float32[i]);
        assert.ok(difference <= 1.1 * rounding, `${what}: ${difference}`);
      });
      assertClose(statistics[2], statistics[0], 1e-6, 'running mean');
      assertClose(statistics[3], statistics[1], 1e-6, 'running variance');
    }));

test('norm and ReLU for judging use the running statistics and leave them', () =>
  t.scope(() => {
    const x = exact('x', 2, 20, 5, 5);
    const [weight, bias] = [exact('w', 20), exact('b', 20)];
    const [runningMean, runningVar] = [exact('m', 20), fill('v', [20], 0.5, 1)];
    const state = { weight, bias, runningMean, runningVar };
    const before = runningVar.toFloat32Array();
    const expected = t.relu(t.batchNorm(x, state, { training: false }));
    const half = t.toDtype(x, 'bfloat16');
    const got = t.noGrad(() => t.normReluJudging(half, state, undefined, 1e-5));
    assert.equal(got.dtype, 'bfloat16');
    assertClose(got.toFloat32Array(), expected.toFloat32Array(), 1.1 * rounding, 'y');
    assert.deepEqual(runningVar.toFloat32Array(), before);
  }));

test('means and deviations over pixels, and their gradients, are float32 of bfloat16', () =>
  t.scope(() => {
    const x = rounded(t.add(fill('x', [3, 21, 6, 5]), 3));
    const run = (plain: boolean): Float32Array[] => {
      const leaf = leafOf(x);
      let [mean, deviation]: t.Tensor[] = [];
      if (plain) {
        mean = t.mean(leaf, [2, 3]);
        const far = t.sub(leaf, t.mean(leaf, [2, 3], true));
        deviation = t.sqrt(t.add(t.mean(t.mul(far, far), [2, 3]), 1e-5));
      } else ({ mean, deviation } = t.spatialMoments(t.toDtype(leaf, 'bfloat16'), 1e-5));
      const sent = t.add(t.mul(mean, fill('a', [3, 21])), t.mul(deviation, fill('b', [3, 21])));
      t.sum(sent).backward();
      return [mean, deviation, leaf.grad!].map((each) => each.toFloat32Array());
    };
    const [plain, fused] = [run(true), run(false)];
    assertClose(fused[0], plain[0], 1e-5, 'mean');
    assertClose(fused[1], plain[1], 1e-5, 'deviation');
    // What goes back to a bfloat16 tensor is bfloat16.
    assert.ok(worst(fused[2], plain[2]) <= 1.1 * rounding);
  }));

test('sums over pixels do not depend on the number of threads', () => {
  const before = t.getThreads();
  const run = (threads: number): Float32Array[] => {
    t.setThreads(threads);
    return t.scope(() => {
      const x = t.channelsLast(t.toDtype(fill('x', [16, 32, 12, 12]), 'bfloat16'));
      const leaf = leafOf(x);
      const [weight, bias] = [leafOf(fill('w', [32])), leafOf(fill('b', [32]))];
      const [runningMean, runningVar] = [t.zeros([32]), t.ones([32])];
      const state = { weight, bias, runningMean, runningVar };
      const y = t.normRelu(leaf, state, undefined, { momentum: 0.1, eps: 1e-5 });
      const { mean, deviation } = t.spatialMoments(y, 1e-5);
      t.sum(t.mul(mean, deviation)).backward();
      return [y, mean, deviation, leaf.grad!, weight.grad!, runningVar].map((each) =>
        each.toFloat32Array(),
      );
    });
  };
  try {
    assert.deepEqual(run(2), run(1));
  } finally {
    t.setThreads(before);
  }
});

test('a fused layer refuses a residual of another dtype', () =>
  t.scope(() => {
    const [weight, bias] = [t.ones([4]), t.zeros([4])];
    const state = { weight, bias, runningMean: t.zeros([4]), runningVar: t.ones([4]) };
    const x = t.toDtype(fill('x', [2, 4, 3, 3]), 'bfloat16');
    assert.throws(
      () => t.normRelu(x, state, fill('r', [2, 4, 3, 3]), { momentum: 0.1, eps: 1e-5 }),
      (error: Error) =>
        error instanceof t.TensorError && /residual.*input's type/.test(error.message),
    );
  }));

test('bfloat16 is chosen by the processor’s flags, and refused where it would be slow', () => {
  const withFlags = (flags: string): string => `processor : 0\nflags\t\t: fpu ${flags} sse\n`;
  assert.equal(t.multipliesBfloat16(withFlags('avx512_bf16')), true);
  assert.equal(t.multipliesBfloat16(withFlags('amx_bf16')), true);
  assert.equal(t.multipliesBfloat16(withFlags('avx512f avx2')), false);
  assert.equal(t.multipliesBfloat16(''), false);
  assert.equal(t.resolvePrecision('float32', 'cpu'), 'float32');
  assert.equal(t.resolvePrecision('auto', 'mps'), 'float32');
  assert.equal(t.resolvePrecision('auto', 'cpu'), t.hasBfloat16() ? 'bfloat16' : 'float32');
  assert.equal(t.resolvePrecision('auto', 'cuda:0'), 'float32');
  assert.throws(() => t.resolvePrecision('bfloat16', 'mps'), { code: 'PRECISION_MISSING' });
  if (t.availableDevices().includes('cuda')) return;
  assert.throws(() => t.resolvePrecision('bfloat16', 'cuda'), {
    code: 'PRECISION_MISSING',
    message: /a card of compute capability 8.0/,
  });
});
