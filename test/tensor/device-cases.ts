import * as t from '../../src/tensor/index.js';
import { fill } from './reference.js';

/** Brings values to the device, of which `learned` ones get gradients. */
export type Put = (values: t.Tensor, learned?: boolean) => t.Tensor;

const half = (x: t.Tensor): t.Tensor => t.toDtype(x, 'bfloat16');
const image = (): t.Tensor => t.channelsLast(fill('x', [4, 8, 10, 6]));

/** Cases with what they may differ by; bfloat16 has 8 bits. */
export const cases: Record<string, readonly [number, (put: Put) => readonly t.Tensor[]]> = {
  'a convolution': [
    1e-3,
    (put) => [
      t.conv2d(
        put(image(), true),
        put(fill('w', [16, 8, 3, 3]), true),
        put(fill('b', [16]), true),
        {
          padding: 1,
        },
      ),
    ],
  ],
  'a depthwise convolution': [
    1e-3,
    (put) => [
      t.conv2d(put(image(), true), put(fill('w', [8, 1, 3, 3]), true), undefined, {
        padding: 1,
        stride: 2,
        groups: 8,
      }),
    ],
  ],
  'a convolution in bfloat16 with float32 weights': [
    0.05,
    (put) => [
      t.conv2d(
        half(put(image(), true)),
        put(fill('w', [16, 8, 3, 3]), true),
        put(fill('b', [16]), true),
        { padding: 1, stride: 2 },
      ),
    ],
  ],
  'batch normalisation in training, which moves the running statistics': [
    1e-3,
    (put) => {
      const state = {
        weight: put(fill('w', [8]), true),
        bias: put(fill('b', [8]), true),
        runningMean: put(fill('m', [8])),
        runningVar: put(fill('v', [8], 0.5, 1.5)),
      };
      const y = t.batchNorm(put(image(), true), state, { training: true });
      return [y, t.clone(state.runningMean), t.clone(state.runningVar)];
    },
  ],
  'batch normalisation of bfloat16': [
    0.05,
    (put) => {
      const state = {
        weight: put(fill('w', [8]), true),
        bias: put(fill('b', [8]), true),
        runningMean: put(fill('m', [8])),
        runningVar: put(fill('v', [8], 0.5, 1.5)),
      };
      const x = put(image(), true);
      return [
        t.relu(t.batchNorm(half(x), state, { training: true })),
        t.batchNorm(half(x), state, { training: false }),
      ];
    },
  ],
  'group normalisation': [
    1e-3,
    (put) => [
      t.groupNorm(put(image(), true), 4, {
        weight: put(fill('w', [8]), true),
        bias: put(fill('b', [8])),
      }),
    ],
  ],
  'pooling, resizing and joining': [
    1e-4,
    (put) => {
      const x = put(image(), true);
      return [
        t.maxPool2d(x, 3, { stride: 2, padding: 1 }),
        t.avgPool2d(x, 2),
        t.adaptiveAvgPool2d(x, 1),
        t.interpolate(x, [7, 13], 'bilinear'),
        t.interpolate(x, [20, 12], 'nearest'),
        t.cat([x, t.mul(x, x)], 1),
        t.clamp(x, -0.2, 0.2),
      ];
    },
  ],
  'the same in bfloat16': [
    0.05,
    (put) => {
      const x = half(put(image(), true));
      return [
        t.maxPool2d(x, 3, { stride: 2, padding: 1 }),
        t.avgPool2d(x, 2),
        t.interpolate(x, [7, 13], 'bilinear'),
        t.interpolate(x, [20, 12], 'nearest'),
        t.cat([x, x], 1),
        t.clamp(x, -0.2, 0.2),
      ];
    },
  ],
  losses: [
    1e-4,
    (put) => {
      const scores = put(fill('x', [6, 5]), true);
      const maps = put(fill('maps', [2, 3, 4, 4]), true);
      const classes = put(t.fromInt64([0, 4, 2, 1, 4, 3]));
      const pixels = put(t.toDtype(fill('t', [2, 4, 4], 0, 3), 'int64'));
      return [
        t.crossEntropy(scores, classes, {
          labelSmoothing: 0.1,
          weight: put(fill('c', [5], 0.5, 2)),
        }),
        t.crossEntropy(maps, pixels, { ignoreIndex: 1 }),
        t.crossEntropy(maps, pixels, { reduction: 'none' }),
        t.bceWithLogits(scores, put(fill('y', [6, 5], 0, 1))),
        t.logSoftmax(scores),
      ];
    },
  ],
  'matrices, reductions and choices': [
    1e-3,
    (put) => {
      const x = put(fill('x', [6, 5]), true);
      return [
        t.linear(x, put(fill('w', [7, 5]), true), put(fill('b', [7]), true)),
        t.matmul(x, put(fill('m', [5, 3]))),
        t.mean(t.mul(x, x), [1]),
        t.narrow(x, 0, 1, 2),
        t.indexSelect(x, 0, put(t.fromInt64([3, 0, 3]))),
        t.topk(x, 2).values,
        t.toDtype(t.argmax(x, 1), 'float32'),
      ];
    },
  ],
};
