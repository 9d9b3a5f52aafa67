import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Rng } from '../../src/core/index.js';
import * as t from '../../src/tensor/index.js';

const ok = (...shape: number[]) => t.ones(shape);
const words = () => t.fromInt64([0, 1]);
const norm = (c: number) => ({
  ...{ weight: ok(c), bias: ok(c) },
  ...{ runningMean: ok(c), runningVar: ok(c) },
});
const momentum = { momentum: 0.1, eps: 1e-5 };
const after = { training: true, ...momentum };
const layer = () => [ok(3), ok(3), ok(8, 3, 1, 1), ok(8), ok(8), ok(2, 8, 3, 3)];
const buffers = () => [ok(3), ok(3), ok(8), ok(8)];
const sgd = { lr: 1, momentum: 0.9, weightDecay: 0, nesterov: false };
const adam = { step: 1, lr: 1, betas: [0.9, 0.9], eps: 1, weightDecay: 0, decoupled: false };

/** Arguments that each operator takes; one of them at a time is replaced by something wrong. */
const right: Record<string, () => unknown[]> = {
  add: () => [ok(2), 1],
  sub: () => [ok(2), ok(2)],
  mul: () => [ok(2), 2],
  div: () => [ok(2), 2],
  pow: () => [ok(2), 2],
  add_: () => [ok(2), ok(2), 1],
  mul_: () => [ok(2), 2],
  clamp: () => [ok(2), 0, 1],
  greater: () => [ok(2), 1],
  less: () => [ok(2), 1],
  toDtype: () => [ok(2), 'float64'],
  toDevice: () => [ok(2), 'cpu'],
  reshape: () => [ok(4), [2, 2]],
  permute: () => [ok(2, 2), [1, 0]],
  expand: () => [ok(1, 2), [2, 2]],
  flatten: () => [ok(2, 2), 1],
  narrow: () => [ok(3), 0, 0, 1],
  indexSelect: () => [ok(3), 0, words()],
  cat: () => [[ok(2), ok(2)], 0],
  stack: () => [[ok(2), ok(2)], 0],
  sum: () => [ok(2, 2), [0], true],
  mean: () => [ok(2, 2), [0], true],
  maxWithIndex: () => [ok(2, 2), 0],
  argmax: () => [ok(2, 2), 0],
  topk: () => [ok(3), 1],
  conv2d: () => [ok(1, 3, 8, 8), ok(4, 3, 3, 3), ok(4), { stride: 1, padding: 1 }],
  batchNorm: () => [ok(2, 3, 4, 4), norm(3), { training: true }],
  groupNorm: () => [ok(2, 4, 4, 4), 2, { weight: ok(4), bias: ok(4) }, 1e-5],
  normRelu: () => [ok(2, 3, 4, 4), norm(3), undefined, momentum],
  normRelu6: () => [ok(2, 3, 4, 4), norm(3), after],
  normAdd: () => [ok(2, 3, 4, 4), norm(3), ok(2, 3, 4, 4), after],
  depthwiseNorms: () => [ok(2, 3, 4, 4), ok(3, 1, 3, 3), norm(3), norm(3), 1, after],
  denseBlock: () => [ok(2, 3, 4, 4), layer(), buffers(), momentum],
  softmax: () => [ok(2, 2), 1],
  dropout: () => [ok(2), 0.5, true],
  maxPool2d: () => [ok(1, 1, 4, 4), 2, { stride: 2 }],
  avgPool2d: () => [ok(1, 1, 4, 4), 2, { padding: 0 }],
  adaptiveAvgPool2d: () => [ok(1, 1, 4, 4), 1],
  interpolate: () => [ok(1, 1, 4, 4), 2],
  crossEntropy: () => [ok(2, 2), words(), { weight: ok(2) }],
  bceWithLogits: () => [ok(2), ok(2), {}],
  zeroGrad: () => [[ok(1)]],
  sgdStep: () => [[ok(1)], [ok(1)], sgd],
  adamStep: () => [[ok(1)], [ok(1)], [ok(1)], adam],
  moveParameter: () => [ok(1), 'cpu'],
  fromUint8: () => [new Uint8Array(4), [2, 2], 'cpu'],
  fromFloat32: () => [new Float32Array(4), [2, 2], 'cpu'],
  fromInt64: () => [[1, 2], [2], 'cpu'],
  fromBigInt64: () => [new BigInt64Array(2), [2]],
  full: () => [[2], 1, {}],
  zeros: () => [[2], {}],
  ones: () => [[2], {}],
  randn: () => [[2], new Rng(1)],
  uniform: () => [[2], new Rng(1), 0, 1],
  imageBatch: () => [new Uint8Array(12), [1, 2, 2, 3], { mean: [0, 0, 0], std: [1, 1, 1] }],
  imageFigures: () => [new Uint8Array(12), [1, 2, 2, 3], { left: 0, top: 0, right: 0, bottom: 0 }],
  setThreads: () => [1],
  scope: () => [() => 1],
  noGrad: () => [() => 1],
  trace: () => [() => 1],
  freeAll: () => [[ok(1)]],
  handleOf: () => [ok(1)],
  readSafetensors: () => ['/no/such/file'],
};

const wrong: readonly unknown[] = [
  ...[undefined, null, 7, -1, NaN, 1.5, 'x', true, 1e300, 1n, Symbol('s')],
  ...[{}, [], [1], [null], ['x'], new Map(), new Uint8Array(3), [undefined, undefined]],
  ...[{ weight: 7 }, { mean: 7 }, () => 1],
];

test('whatever an argument is, the operator is named, and the error is no TypeError', () => {
  const functions = t as unknown as Record<string, (...args: unknown[]) => unknown>;
  const threads = t.getThreads();
  let refused = 0;
  for (const [name, make] of Object.entries(right))
    for (let place = 0; place < make().length; place++)
      for (const value of wrong)
        t.scope(() => {
          const args = make();
          args[place] = value;
          try {
            functions[name](...args);
          } catch (error) {
            refused++;
            const { message } = error as Error;
            const isNamed = error instanceof t.TensorError && message.includes(name);
            const isFile = (error as Error).name === 'UserError' && name === 'readSafetensors';
            assert.ok(isNamed || isFile, `${name}, argument ${place}: ${String(error)}`);
          }
        });
  t.setThreads(threads);
  assert.ok(refused > 1000, `${refused} refused`);
});
