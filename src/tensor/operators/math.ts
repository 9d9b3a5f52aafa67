import { TensorError } from '../error.js';
import { call, type Handle } from '../native.js';
import { all, apply, h, list, needNumbers, needRank, sizes } from '../op.js';
import { track, type Device, type Dtype, type Tensor } from '../tensor.js';

type Operand = Tensor | number;

/** a + b, broadcast. */
export function add(a: Tensor, b: Operand): Tensor {
  return typeof b === 'number' ? apply('addScalar', h('add', a), b) : broadcast('add', a, b);
}

/** a - b, broadcast. */
export function sub(a: Tensor, b: Operand): Tensor {
  return typeof b === 'number' ? apply('addScalar', h('sub', a), -b) : broadcast('sub', a, b);
}

/** a * b, broadcast. */
export function mul(a: Tensor, b: Operand): Tensor {
  return typeof b === 'number' ? apply('mulScalar', h('mul', a), b) : broadcast('mul', a, b);
}

/** a / b, broadcast; integers give float32. */
export function div(a: Tensor, b: Operand): Tensor {
  return typeof b === 'number' ? apply('divScalar', h('div', a), b) : broadcast('div', a, b);
}

function broadcast(operator: string, a: Tensor, b: Tensor): Tensor {
  const first = h(operator, a);
  const second = h(operator, b);
  for (let i = 1; i <= Math.min(a.shape.length, b.shape.length); i++) {
    const x = a.shape[a.shape.length - i];
    const y = b.shape[b.shape.length - i];
    if (x !== y && x !== 1 && y !== 1)
      throw new TensorError(
        operator,
        `shapes that broadcast to [${a.shape.join(',')}]`,
        `[${b.shape.join(',')}]`,
      );
  }
  return apply(operator, first, second);
}

/** a to the power of a number, elementwise. */
export function pow(a: Tensor, exponent: number): Tensor {
  return apply('powScalar', h('pow', a), exponent);
}

/** a += alpha * b, in place, broadcast. Returns a. */
export function add_(a: Tensor, b: Operand, alpha = 1): Tensor {
  needNumbers('add_', alpha);
  if (typeof b === 'number') call('addScalar_', h('add_', a), alpha * b);
  else call('add_', h('add_', a), h('add_', b), alpha);
  return a;
}

/** a *= factor, in place. Returns a. */
export function mul_(a: Tensor, factor: number): Tensor {
  call('mul_', h('mul_', a), factor);
  return a;
}

export const neg = unary('neg');
export const exp = unary('exp');
/** Natural logarithm. */
export const log = unary('log');
export const sqrt = unary('sqrt');
export const abs = unary('abs');
export const relu = unary('relu');
/** 1 / (1 + exp(-x)) */
export const sigmoid = unary('sigmoid');
/** The same values outside of the graph, sharing memory. */
export const detach = unary('detach');
/** A copy with memory of its own. */
export const clone = unary('clone');
/** Row-major in memory; the same tensor where it already is. */
export const contiguous = unary('contiguous');
/** `[N,C,H,W]` with channels innermost in memory; the same tensor where it already is. */
export function channelsLast(a: Tensor): Tensor {
  needRank('channelsLast', 'tensor', a, 4);
  return apply('channelsLast', h('channelsLast', a));
}

function unary(operator: string): (a: Tensor) => Tensor {
  return (a) => apply(operator, h(operator, a));
}

/** Values limited to [low, high]. */
export function clamp(a: Tensor, low: number, high: number): Tensor {
  return apply('clamp', h('clamp', a), low, high);
}

/** a = b, elementwise, bool. */
export function eq(a: Tensor, b: Tensor): Tensor {
  return broadcast('eq', a, b);
}

/** a > b, elementwise, bool. */
export function greater(a: Tensor, b: number): Tensor {
  return apply('gtScalar', h('greater', a), b);
}

/** a < b, elementwise, bool. */
export function less(a: Tensor, b: number): Tensor {
  return apply('ltScalar', h('less', a), b);
}

/** a where the condition (bool) holds, b elsewhere. */
export function where(condition: Tensor, a: Tensor, b: Tensor): Tensor {
  return apply('where', h('where', condition, 'condition'), h('where', a), h('where', b));
}

/** Matrix product, `[..,n,k] x [..,k,m]`. */
export function matmul(a: Tensor, b: Tensor): Tensor {
  const first = h('matmul', a);
  const second = h('matmul', b);
  const inner = a.shape.at(-1);
  const other = b.shape.length > 1 ? b.shape.at(-2) : b.shape.at(0);
  if (inner === undefined || inner !== other)
    throw new TensorError(
      'matmul',
      `inner sizes that agree with [${a.shape.join(',')}]`,
      `[${b.shape.join(',')}]`,
    );
  return apply('matmul', first, second);
}

export function toDtype(a: Tensor, dtype: Dtype): Tensor {
  return apply('toDtype', h('toDtype', a), dtype);
}

/** Another dtype where it has another; the same tensor where not. */
export function asDtype(a: Tensor, dtype: Dtype): Tensor {
  const handle = h('asDtype', a);
  return a.dtype === dtype ? a : apply('toDtype', handle, dtype);
}

export function toDevice(a: Tensor, device: Device): Tensor {
  return apply('toDevice', h('toDevice', a), device);
}

/** Another shape for the same values; one size may be -1. */
export function reshape(a: Tensor, shape: readonly number[]): Tensor {
  return apply('reshape', h('reshape', a), shape);
}

/** Dimensions in another order. */
export function permute(a: Tensor, order: readonly number[]): Tensor {
  needRank('permute', 'tensor', a, sizes('permute', order, 'order').length);
  return apply('permute', h('permute', a), order);
}

/** Sizes of 1 repeated to `shape`, without a copy. */
export function expand(a: Tensor, shape: readonly number[]): Tensor {
  return apply('expand', h('expand', a), shape);
}

/** Dimensions `from` to `to` (inclusive) made one. */
export function flatten(a: Tensor, from = 0, to = -1): Tensor {
  return apply('flatten', h('flatten', a), from, to);
}

/** `length` entries of a dimension from `start` on, sharing memory. */
export function narrow(a: Tensor, dim: number, start: number, length: number): Tensor {
  return apply('narrow', h('narrow', a), dim, start, length);
}

/** The entries of a dimension that `index` (int64, rank 1) names. */
export function indexSelect(a: Tensor, dim: number, index: Tensor): Tensor {
  return apply('indexSelect', h('indexSelect', a), dim, h('indexSelect', index, 'index'));
}

/** Tensors joined along a dimension they already have. */
export function cat(parts: readonly Tensor[], dim = 0): Tensor {
  if (list('cat', parts, 'tensors').length === 0)
    throw new TensorError('cat', 'at least one tensor', 'none');
  return apply('cat', all('cat', parts), dim);
}

/** Tensors of one shape joined along a new dimension. */
export function stack(parts: readonly Tensor[], dim = 0): Tensor {
  if (list('stack', parts, 'tensors').length === 0)
    throw new TensorError('stack', 'at least one tensor', 'none');
  return apply('stack', all('stack', parts), dim);
}

/** Sum over all values, or over `dims`. */
export function sum(a: Tensor, dims?: readonly number[], keepDims = false): Tensor {
  return dims ? apply('sumDims', h('sum', a), dims, keepDims) : apply('sum', h('sum', a));
}

/** Mean over all values, or over `dims`. Floating dtypes only. */
export function mean(a: Tensor, dims?: readonly number[], keepDims = false): Tensor {
  return dims ? apply('meanDims', h('mean', a), dims, keepDims) : apply('mean', h('mean', a));
}

/** Maximum over all values, or over `dims`. */
export function max(a: Tensor, dims?: readonly number[], keepDims = false): Tensor {
  return dims ? apply('amax', h('max', a), dims, keepDims) : apply('max', h('max', a));
}

/** Maximum along one dimension and where it stands (int64). */
export function maxWithIndex(a: Tensor, dim: number): { values: Tensor; indices: Tensor } {
  return two(call<[Handle, Handle]>('maxDim', h('maxWithIndex', a), dim));
}

/** Where the maximum along a dimension stands, int64. */
export function argmax(a: Tensor, dim = -1): Tensor {
  return apply('argmax', h('argmax', a), dim);
}

/** The k largest along a dimension, in falling order. */
export function topk(a: Tensor, k: number, dim = -1): { values: Tensor; indices: Tensor } {
  return two(call<[Handle, Handle]>('topk', h('topk', a), k, dim));
}

function two([values, indices]: [Handle, Handle]): { values: Tensor; indices: Tensor } {
  return { values: track(values), indices: track(indices) };
}

/** Copies values over, in place, whatever the layouts; outside of the graph. Shapes must be equal. */
export function copy_(to: Tensor, from: Tensor): Tensor {
  call('copy_', h('copy_', to, 'target'), h('copy_', from, 'source'));
  return to;
}
