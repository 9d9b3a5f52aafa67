import { InternalError } from '../../core/index.js';
import type { TracedOp } from '../../tensor/index.js';
import type { Attribute } from './file.js';

/** What converting an operator may do: look up its inputs, write nodes and constants. */
export interface Writer {
  /** The value that a traced tensor has become. */
  name(handle: unknown): string;
  shape(handle: unknown): readonly number[];
  /** Writes a node; returns the name of its output. */
  node(op: string, inputs: readonly string[], attributes?: Record<string, Attribute>): string;
  floats(values: readonly number[], shape: readonly number[]): string;
  integers(values: readonly number[]): string;
}

type Convert = (args: readonly unknown[], to: Writer, op: TracedOp) => string;

const ints = (value: unknown): number[] => [...(value as readonly number[])];
/** Padding of both ends: top, left, bottom, right. */
const both = ([y, x]: number[]): number[] => [y, x, y, x];
const same: Convert = ([x], to) => to.name(x);
const unary =
  (op: string): Convert =>
  ([x], to) =>
    to.node(op, [to.name(x)]);
const binary =
  (op: string): Convert =>
  ([a, b], to) =>
    to.node(op, [to.name(a), to.name(b)]);
const withScalar =
  (op: string): Convert =>
  ([a, b], to) =>
    to.node(op, [to.name(a), to.floats([b as number], [])]);

/** How the engine's operators look in ONNX: https://onnx.ai/onnx/operators, opset 13. */
const converters: Readonly<Record<string, Convert>> = {
  conv2d: ([x, weight, bias, stride, padding, dilation, groups], to) =>
    to.node(
      'Conv',
      [x, weight, ...(bias === null ? [] : [bias])].map((t) => to.name(t)),
      {
        kernel_shape: to.shape(weight).slice(2),
        strides: ints(stride),
        pads: both(ints(padding)),
        dilations: ints(dilation),
        group: groups as number,
      },
    ),
  batchNorm: ([x, weight, bias, mean, variance, training, , eps], to) => {
    if (training === true) throw new InternalError('onnx: the network is in training mode');
    return to.node(
      'BatchNormalization',
      [x, weight, bias, mean, variance].map((t) => to.name(t)),
      { epsilon: { float: eps as number } },
    );
  },
  groupNorm: ([x, groups, weight, bias, eps], to) => {
    const [, channels] = to.shape(x);
    const n = groups as number;
    // Opset 13 has no group norm: groups as the channels of an instance norm, [N,C,H,W] to [N,groups,C/groups*H*W].
    const grouped = to.node('Reshape', [to.name(x), to.integers([0, n, -1])]);
    const ones = to.floats(new Array<number>(n).fill(1), [n]);
    const zeros = to.floats(new Array<number>(n).fill(0), [n]);
    const normed = to.node('InstanceNormalization', [grouped, ones, zeros], {
      epsilon: { float: eps as number },
    });
    // [N,C,H,W] again
    const back = to.node('Reshape', [normed, to.node('Shape', [to.name(x)])]);
    if (weight === null || bias === null) return back;
    const wide = to.integers([1, channels, 1, 1]);
    const factor = (t: unknown): string => to.node('Reshape', [to.name(t), wide]);
    return to.node('Add', [to.node('Mul', [back, factor(weight)]), factor(bias)]);
  },
  relu: unary('Relu'),
  sqrt: unary('Sqrt'),
  add: binary('Add'),
  sub: binary('Sub'),
  mul: binary('Mul'),
  div: binary('Div'),
  addScalar: withScalar('Add'),
  mulScalar: withScalar('Mul'),
  divScalar: withScalar('Div'),
  clamp: ([x, low, high], to) =>
    to.node('Clip', [to.name(x), to.floats([low as number], []), to.floats([high as number], [])]),
  channelsLast: same,
  dropout: ([x, p, training], to) => {
    if (training === true && p !== 0)
      throw new InternalError('onnx: the network is in training mode');
    return to.name(x);
  },
  cat: ([parts, axis], to) =>
    to.node(
      'Concat',
      (parts as unknown[]).map((t) => to.name(t)),
      { axis: axis as number },
    ),
  linear: ([x, weight, bias], to) =>
    to.node(
      'Gemm',
      [x, weight, ...(bias === null ? [] : [bias])].map((t) => to.name(t)),
      {
        transB: 1,
      },
    ),
  softmax: ([x, axis], to) => to.node('Softmax', [to.name(x)], { axis: axis as number }),
  maxPool2d: ([x, kernel, stride, padding], to) =>
    to.node('MaxPool', [to.name(x)], {
      kernel_shape: ints(kernel),
      strides: ints(stride),
      pads: both(ints(padding)),
    }),
  avgPool2d: ([x, kernel, stride, padding], to) =>
    to.node('AveragePool', [to.name(x)], {
      kernel_shape: ints(kernel),
      strides: ints(stride),
      pads: both(ints(padding)),
      count_include_pad: 1,
    }),
  adaptiveAvgPool2d: ([x, size], to) => {
    if (ints(size).some((side) => side !== 1))
      throw new InternalError('onnx: adaptive pooling to more than one value');
    return to.node('GlobalAveragePool', [to.name(x)]);
  },
  flatten: ([x, from], to) => to.node('Flatten', [to.name(x)], { axis: from as number }),
  meanDims: ([x, axes, keep], to) =>
    to.node('ReduceMean', [to.name(x)], { axes: ints(axes), keepdims: keep === true ? 1 : 0 }),
  upsampleNearest: ([x], to, { shape }) =>
    resize(x, to, shape, {
      mode: 'nearest',
      coordinate_transformation_mode: 'asymmetric',
      nearest_mode: 'floor',
    }),
  upsampleBilinear: ([x], to, { shape }) =>
    resize(x, to, shape, { mode: 'linear', coordinate_transformation_mode: 'half_pixel' }),
};

function resize(
  x: unknown,
  to: Writer,
  shape: readonly number[],
  attributes: Record<string, Attribute>,
): string {
  // Scales rather than sizes: the number of images stays free.
  const from = to.shape(x);
  const scales = to.floats([1, 1, shape[2] / from[2], shape[3] / from[3]], [4]);
  return to.node('Resize', [to.name(x), '', scales], attributes);
}

/** Writes one operator; returns the name of its result. @throws InternalError where ONNX has none like it */
export function convert(op: TracedOp, to: Writer): string {
  const converter = converters[op.operator];
  if (converter === undefined) throw new InternalError(`onnx: no counterpart of ${op.operator}`);
  return converter(op.args, to, op);
}

/** The traced tensors among an operator's arguments, of those that are known. */
export function inputsOf(op: TracedOp, known: ReadonlySet<number>): number[] {
  return op.args.flat(2).filter((arg): arg is number => known.has(arg as number));
}
