import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Rng } from '../../src/core/index.js';
import * as t from '../../src/tensor/index.js';

const ok = (...shape: number[]) => t.ones(shape);
const words = () => t.fromInt64([1, 2]);
const freed = () => {
  const tensor = t.ones([1, 1, 1, 1]);
  tensor.free();
  return tensor;
};
const normal = { training: true };
const after = { training: true, momentum: 0.1, eps: 1e-5 };
const norm = (c: number) => ({
  weight: ok(c),
  bias: ok(c),
  runningMean: ok(c),
  runningVar: ok(c),
});

/** Every operator on tensors, given one tensor (and what else it needs). */
const operators: Record<string, (x: t.Tensor) => unknown> = {
  add: (x) => t.add(x, 1),
  sub: (x) => t.sub(x, ok(1)),
  mul: (x) => t.mul(x, ok(1)),
  div: (x) => t.div(x, 2),
  pow: (x) => t.pow(x, 2),
  add_: (x) => t.add_(x, ok(1)),
  mul_: (x) => t.mul_(x, 2),
  neg: (x) => t.neg(x),
  exp: (x) => t.exp(x),
  log: (x) => t.log(x),
  sqrt: (x) => t.sqrt(x),
  abs: (x) => t.abs(x),
  relu: (x) => t.relu(x),
  sigmoid: (x) => t.sigmoid(x),
  detach: (x) => t.detach(x),
  clone: (x) => t.clone(x),
  contiguous: (x) => t.contiguous(x),
  channelsLast: (x) => t.channelsLast(x),
  clamp: (x) => t.clamp(x, 0, 1),
  eq: (x) => t.eq(x, ok(1)),
  greater: (x) => t.greater(x, 1),
  less: (x) => t.less(x, 1),
  where: (x) => t.where(x, ok(1), ok(1)),
  matmul: (x) => t.matmul(x, ok(1, 1)),
  toDtype: (x) => t.toDtype(x, 'float64'),
  asDtype: (x) => t.asDtype(x, 'float64'),
  toDevice: (x) => t.toDevice(x, 'cpu'),
  reshape: (x) => t.reshape(x, [1]),
  permute: (x) => t.permute(x, [0, 1, 2, 3]),
  expand: (x) => t.expand(x, [1, 1, 1, 1]),
  flatten: (x) => t.flatten(x),
  narrow: (x) => t.narrow(x, 0, 0, 1),
  indexSelect: (x) => t.indexSelect(x, 0, words()),
  cat: (x) => t.cat([ok(1), x]),
  stack: (x) => t.stack([x, ok(1)]),
  sum: (x) => t.sum(x),
  mean: (x) => t.mean(x, [0]),
  max: (x) => t.max(x),
  maxWithIndex: (x) => t.maxWithIndex(x, 0),
  argmax: (x) => t.argmax(x),
  topk: (x) => t.topk(x, 1),
  copy_: (x) => t.copy_(ok(1), x),
  zerosLike: (x) => t.zerosLike(x),
  linear: (x) => t.linear(x, ok(2, 3)),
  conv2d: (x) => t.conv2d(x, ok(2, 1, 1, 1)),
  batchNorm: (x) => t.batchNorm(x, {}, normal),
  groupNorm: (x) => t.groupNorm(x, 1),
  canFuse: (x) => t.canFuse(x),
  canFuseAfter: (x) => t.canFuseAfter(x, true),
  canFuseJudging: (x) => t.canFuseJudging(x),
  canFuseNorms: (x) => t.canFuseNorms(x),
  averageGradients: (x) => t.averageGradients([x]),
  backwardTogether: (x) => t.backwardTogether(x, []),
  spreadTensors: (x) => t.spreadTensors([x]),
  normRelu: (x) => t.normRelu(x, norm(1), undefined, { momentum: 0.1, eps: 1e-5 }),
  normRelu6: (x) => t.normRelu6(x, norm(1), after),
  normAdd: (x) => t.normAdd(x, norm(1), undefined, after),
  depthwiseNorms: (x) => t.depthwiseNorms(x, ok(1, 1, 3, 3), undefined, norm(1), 1, after),
  normReluJudging: (x) => t.normReluJudging(x, norm(1), undefined, 1e-5),
  denseBlock: (x) => t.denseBlock(x, [], [], { momentum: 0.1, eps: 1e-5 }),
  denseBlockJudging: (x) => t.denseBlockJudging(x, [], [], 1e-5),
  spatialMoments: (x) => t.spatialMoments(x, 1e-5),
  softmax: (x) => t.softmax(x),
  logSoftmax: (x) => t.logSoftmax(x),
  dropout: (x) => t.dropout(x, 0.5, true),
  maxPool2d: (x) => t.maxPool2d(x, 2),
  avgPool2d: (x) => t.avgPool2d(x, 2),
  adaptiveAvgPool2d: (x) => t.adaptiveAvgPool2d(x),
  interpolate: (x) => t.interpolate(x, 2),
  crossEntropy: (x) => t.crossEntropy(x, words()),
  bceWithLogits: (x) => t.bceWithLogits(ok(1), x),
  backward: (x) => t.backward(x),
  gradOf: (x) => t.gradOf(x),
  zeroGrad: (x) => t.zeroGrad([x]),
  sgdStep: (x) => t.sgdStep([x], [], { lr: 1, momentum: 0, weightDecay: 0, nesterov: false }),
  adamStep: (x) =>
    t.adamStep([x], [x], [x], {
      step: 1,
      lr: 1,
      betas: [0.9, 0.9],
      eps: 1,
      weightDecay: 0,
      decoupled: false,
    }),
  follow: (x) => t.follow([x], [ok(1)], 0.1),
  moveParameter: (x) => t.moveParameter(x, 'cpu'),
  later: (x) => t.later(x, String),
  itemLater: (x) => t.itemLater(x),
};

for (const [name, run] of Object.entries(operators)) {
  const refuses = (x: unknown, pattern: RegExp) =>
    t.scope(() =>
      assert.throws(
        () => run(x as t.Tensor),
        (error: Error) =>
          error instanceof t.TensorError &&
          error.message.includes(name) &&
          pattern.test(error.message),
        `${name} with ${String(x)}`,
      ),
    );
  test(`${name} refuses a freed tensor and what is none`, () => {
    refuses(freed(), /expected a live tensor, got a freed one/);
    for (const value of [undefined, null, 7, 'x', {}, [1]])
      refuses(value, /expected .*Tensor, got/);
  });
}

test('every exported operator on tensors is in this list', () => {
  const others = new Set([
    ...['Tensor', 'TensorError', 'scope', 'keep', 'freeAll', 'liveTensors', 'noGrad', 'needShape'],
    ...['fromUint8', 'fromFloat32', 'fromInt64', 'fromBigInt64', 'full', 'zeros', 'ones', 'randn'],
    ...['uniform', 'imageBatch', 'imageFigures', 'setThreads', 'getThreads', 'defaultThreads'],
    ...['manualSeed', 'synchronise', 'setConvolutionSearch', 'releaseMemory', 'trace', 'handleOf'],
    ...['availableDevices', 'setFusion', 'resolveDevice'],
    ...['hasBfloat16', 'multipliesBfloat16', 'resolvePrecision', 'worksInBfloat16'],
    ...['buildCommand', 'builtEngines', 'chooseEngine', 'engineCommand', 'glibcVersion'],
    ...['installCommand', 'mendPackageCommand'],
    ...['engineInfo', 'readSafetensors', 'writeSafetensors'],
    ...['canJoinProcesses', 'joinProcesses', 'connectProcesses', 'leaveProcesses', 'lostProcess'],
    ...['ProcessLost', 'tellProcesses', 'toldProcesses', 'quitProcess', 'setNormsTogether'],
  ]);
  const missing = Object.keys(t).filter((name) => !others.has(name) && !(name in operators));
  assert.deepEqual(missing, []);
});

/** Wrong shapes and dtypes, and what the message must say. */
const mistakes: [name: string, run: () => unknown, message: RegExp][] = [
  [
    'add',
    () => t.add(ok(2, 3), ok(4)),
    /add: expected shapes that broadcast to \[2,3\], got \[4\]/,
  ],
  ['matmul', () => t.matmul(ok(2, 3), ok(4, 5)), /matmul: expected inner sizes .*\[4,5\]/],
  [
    'linear',
    () => t.linear(ok(2, 4), ok(3, 5)),
    /linear: expected input of shape \[..,5\], got \[2,4\]/,
  ],
  [
    'linear bias',
    () => t.linear(ok(2, 5), ok(3, 5), ok(4)),
    /linear: expected bias of shape \[3\], got \[4\]/,
  ],
  [
    'conv2d',
    () => t.conv2d(ok(1, 3, 8, 8), ok(4, 5, 3, 3)),
    /conv2d: expected input of shape \[\*,5,\*,\*\], got \[1,3,8,8\]/,
  ],
  ['conv2d kernel', () => t.conv2d(ok(1, 5, 2, 2), ok(4, 5, 3, 3)), /conv2d: .*[Kk]ernel size/],
  [
    'conv2d dtype',
    () => t.conv2d(t.full([1, 5, 4, 4], 1, { dtype: 'int64' }), ok(4, 5, 3, 3)),
    /conv2d: /,
  ],
  [
    'batchNorm',
    () => t.batchNorm(ok(2, 3, 4, 4), { weight: ok(4) }, normal),
    /batchNorm: expected weight of shape \[3\], got \[4\]/,
  ],
  [
    'maxPool2d',
    () => t.maxPool2d(ok(3, 4), 2),
    /maxPool2d: expected input of rank 4, got shape \[3,4\]/,
  ],
  ['avgPool2d', () => t.avgPool2d(ok(1, 1, 2, 2), 5), /avgPool2d: /],
  ['interpolate', () => t.interpolate(ok(1, 1, 2, 2), 0), /Bilinear: /],
  ['cat', () => t.cat([]), /cat: expected at least one tensor, got none/],
  ['cat sizes', () => t.cat([ok(2, 3), ok(2, 4)], 0), /cat: Sizes of tensors must match/],
  ['reshape', () => t.reshape(ok(2, 3), [4]), /reshape: /],
  ['permute', () => t.permute(ok(2, 3), [0, 0]), /permute: /],
  ['narrow', () => t.narrow(ok(2), 0, 1, 5), /narrow: /],
  ['topk', () => t.topk(ok(2), 5), /topk: /],
  ['indexSelect', () => t.indexSelect(ok(2), 0, t.fromInt64([5])), /indexSelect: /],
  ['softmax', () => t.softmax(ok(2), 4), /softmax: /],
  [
    'crossEntropy',
    () => t.crossEntropy(ok(3, 5), words()),
    /crossEntropy: expected target of shape \[3\], got \[2\]/,
  ],
  [
    'crossEntropy dtype',
    () => t.crossEntropy(ok(2, 5), ok(2)),
    /crossEntropy: expected target of int64, got float32/,
  ],
  [
    'crossEntropy range',
    () => t.crossEntropy(ok(2, 2), words()),
    /crossEntropy: Target 2 is out of bounds/,
  ],
  [
    'bceWithLogits',
    () => t.bceWithLogits(ok(2, 3), ok(2, 2)),
    /bceWithLogits: expected target of shape \[2,3\], got \[2,2\]/,
  ],
  [
    'bceWithLogits dtype',
    () => t.bceWithLogits(ok(2), words()),
    /bceWithLogits: expected target of float32 or float64, got int64/,
  ],
  ['backward', () => t.backward(ok(1)), /backward: expected a tensor that depends on parameters/],
  ['backward values', () => t.backward(ok(2)), /backward: expected a scalar loss, got shape \[2\]/],
  ['item', () => ok(2).item(), /item: expected a tensor with one element, got shape \[2\]/],
  ['copyFrom', () => ok(2).copyFrom(ok(3)), /copy_: expected shape \[2\], got \[3\]/],
  [
    'fromUint8',
    () => t.fromUint8(new Uint8Array(3), [2, 2]),
    /fromUint8: expected 4 values for shape \[2,2\], got 3/,
  ],
  ['fromInt64', () => t.fromInt64([1.5]), /fromInt64: expected 32-bit integers, got 1.5/],
  ['full', () => t.full([-1], 0), /full: expected sizes of at least 0, got -1/],
  ['full size', () => t.full([2 ** 30, 2 ** 30], 0), /full: shape too large/],
  ['full memory', () => t.full([2 ** 45], 0), /full: /],
  [
    'full dtype',
    () => t.full([1], 0, { dtype: 'int3' as t.Dtype }),
    /full: expected a dtype of float32/,
  ],
  ['full device', () => t.full([1], 0, { device: 'gpu' }), /full: /],
  ['requiresGrad', () => (words().requiresGrad = true), /setRequiresGrad: /],
  ['randn', () => t.randn([NaN], new Rng(1)), /randn: expected NaN values/],
  [
    'imageBatch',
    () => t.imageBatch(new Uint8Array(5), [1, 2, 2, 3], { mean: [0, 0, 0], std: [1, 1, 1] }),
    /imageBatch: expected 12 bytes, got 5/,
  ],
  [
    'imageBatch means',
    () => t.imageBatch(new Uint8Array(12), [1, 2, 2, 3], { mean: [0], std: [1] }),
    /imageBatch: expected 3 means and deviations, got 1 and 1/,
  ],
  [
    'normRelu',
    () => t.normRelu(ok(2, 3, 4, 4), norm(4), undefined, { momentum: 0.1, eps: 1e-5 }),
    /normRelu: expected weight of shape \[3\] and float32, got .*\[4\]/,
  ],
  [
    'normRelu residual',
    () => t.normRelu(ok(2, 3, 4, 4), norm(3), ok(2, 3, 4, 5), { momentum: 0.1, eps: 1e-5 }),
    /normRelu: expected residual of shape \[2,3,4,4\], got \[2,3,4,5\]/,
  ],
  [
    'denseBlock',
    () => t.denseBlock(ok(2, 3, 4, 4), [ok(1)], [], { momentum: 0.1, eps: 1e-5 }),
    /denseBlock: expected six parameters a layer, got 1/,
  ],
  [
    'denseBlock shapes',
    () => {
      const layer = [ok(3), ok(3), ok(8, 4, 1, 1), ok(8), ok(8), ok(2, 8, 3, 3)];
      const buffers = [ok(3), ok(3), ok(8), ok(8)];
      return t.denseBlock(ok(2, 3, 4, 4), layer, buffers, { momentum: 0.1, eps: 1e-5 });
    },
    /denseBlock: layer 0: expected a 1x1 convolution of 3 channels, got \[8, 4, 1, 1\]/,
  ],
  [
    'sgdStep',
    () => {
      const p = ok(2);
      t.sgdStep([p], [ok(3)], { lr: 1, momentum: 0.9, weightDecay: 0, nesterov: false });
    },
    /sgd: state tensor 0: expected shape \[2\], got \[3\]/,
  ],
  ['setThreads', () => t.setThreads(0), /setThreads: expected an integer of 1 to 1024, got 0/],
];

for (const [name, run, message] of mistakes)
  test(`${name}: a mistake is named`, () =>
    t.scope(() =>
      assert.throws(run, (error: Error) => {
        assert.ok(error instanceof t.TensorError);
        assert.match(error.message, message);
        assert.ok(!error.message.includes('\n'), 'one line');
        return true;
      }),
    ));
