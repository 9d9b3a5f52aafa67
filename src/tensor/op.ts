import { TensorError } from './error.js';
import { call, type Handle } from './native.js';
import { Tensor, track } from './tensor.js';

/** @internal The number behind an operator's argument. @throws TensorError for anything but a live tensor */
export function h(operator: string, value: unknown, name = 'tensor'): Handle {
  if (!(value instanceof Tensor))
    throw new TensorError(operator, `${name} to be a Tensor`, describe(value));
  return value.handleFor(operator);
}

/** @internal The same for arguments that may be left out. */
export function optional(operator: string, value: unknown, name: string): Handle | null {
  return value === undefined || value === null ? null : h(operator, value, name);
}

/** @internal The numbers behind a list. */
export function all(operator: string, values: readonly unknown[], name = 'tensors'): Handle[] {
  return list(operator, values, name).map((value) => h(operator, value, name));
}

/** @internal A list as it was given. @throws TensorError for anything else */
export function list<T extends ArrayLike<unknown>>(operator: string, value: T, name: string): T {
  if (Array.isArray(value) || (ArrayBuffer.isView(value) && !(value instanceof DataView)))
    return value;
  throw new TensorError(operator, `${name} to be a list`, describe(value));
}

/** @internal A shape as it was given. @throws TensorError for anything but a list of whole numbers */
export function sizes<T extends readonly number[]>(operator: string, shape: T, name = 'shape'): T {
  if (!Array.isArray(shape))
    throw new TensorError(operator, `${name} to be an array`, describe(shape));
  for (const side of shape as readonly unknown[])
    if (typeof side !== 'number')
      throw new TensorError(operator, `${name} to be a list of numbers`, `${describe(side)} in it`);
  return shape;
}

/** @internal Options as they were given. @throws TensorError for anything but an object */
export function fields<T extends object>(operator: string, value: T, name = 'options'): T {
  if (typeof value === 'object' && value !== null) return value;
  throw new TensorError(operator, `${name} to be an object`, describe(value));
}

/** @internal @throws TensorError for anything but numbers */
export function needNumbers(operator: string, ...values: unknown[]): void {
  for (const value of values)
    if (typeof value !== 'number') throw new TensorError(operator, 'a number', describe(value));
}

/** @internal @throws TensorError for anything but a function */
export function needFunction(operator: string, value: unknown): void {
  if (typeof value !== 'function') throw new TensorError(operator, 'a function', describe(value));
}

type Recorder = (operator: string, args: readonly unknown[], result: Tensor) => void;
let recorder: Recorder | undefined;

/** @internal From now on every operator is told to `record`, until the function returned is called. */
export function recordWith(record: Recorder): () => void {
  recorder = record;
  return () => (recorder = undefined);
}

/** @internal Whether operators are being recorded. */
export function isRecorded(): boolean {
  return recorder !== undefined;
}

/** @internal An operator of the addon that gives one tensor. */
export function apply(
  operator: string,
  ...args: Parameters<typeof call> extends [string, ...infer A] ? A : never
): Tensor {
  const result = track(call(operator, ...args));
  recorder?.(operator, args, result);
  return result;
}

/** @internal @throws TensorError when the rank is another */
export function needRank(operator: string, name: string, tensor: Tensor, ...ranks: number[]): void {
  h(operator, tensor, name);
  if (!ranks.includes(tensor.shape.length))
    throw new TensorError(
      operator,
      `${name} of rank ${ranks.join(' or ')}`,
      `shape [${tensor.shape.join(',')}]`,
    );
}

/** @internal @throws TensorError when the dtype is another */
export function needDtype(
  operator: string,
  name: string,
  tensor: Tensor,
  ...dtypes: string[]
): void {
  h(operator, tensor, name);
  if (!dtypes.includes(tensor.dtype))
    throw new TensorError(operator, `${name} of ${dtypes.join(' or ')}`, tensor.dtype);
}

/** @internal @throws TensorError when one size is another; undefined in `shape` stands for any */
export function needShape(
  operator: string,
  name: string,
  tensor: Tensor,
  shape: readonly (number | undefined)[],
): void {
  h(operator, tensor, name);
  const got = tensor.shape;
  if (
    got.length === shape.length &&
    shape.every((side, i) => side === undefined || side === got[i])
  )
    return;
  const wanted = shape.map((side) => side ?? '*').join(',');
  throw new TensorError(operator, `${name} of shape [${wanted}]`, `[${got.join(',')}]`);
}

/** @internal Two sizes, given as one or two numbers. */
export function pair(
  operator: string,
  value: number | readonly [number, number],
): [number, number] {
  if (typeof value === 'number') return [value, value];
  const [first, second] = sizes(operator, value, 'sizes');
  return [first, second];
}

function describe(value: unknown): string {
  if (value === null) return 'null';
  if (typeof value === 'object') return value.constructor?.name ?? 'an object';
  return typeof value === 'number' ? `the number ${value}` : typeof value;
}
