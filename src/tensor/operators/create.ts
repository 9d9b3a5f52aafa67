import type { Rng } from '../../core/index.js';
import { TensorError } from '../error.js';
import { apply, h } from '../op.js';
import type { Device, Dtype, Tensor } from '../tensor.js';

/** A uint8 tensor of these bytes, copied. @throws TensorError when their number does not fit the shape */
export function fromUint8(
  data: Uint8Array,
  shape: readonly number[],
  device: Device = 'cpu',
): Tensor {
  return fromData('fromUint8', data, shape, device);
}

/** A float32 tensor of these values, copied. @throws TensorError when their number does not fit the shape */
export function fromFloat32(
  data: Float32Array | readonly number[],
  shape: readonly number[],
  device: Device = 'cpu',
): Tensor {
  const values = data instanceof Float32Array ? data : Float32Array.from(data);
  return fromData('fromFloat32', values, shape, device);
}

/** An int64 tensor of these integers, copied. @throws TensorError for fractions or another number of them */
export function fromInt64(
  data: Int32Array | Uint8Array | readonly number[],
  shape: readonly number[] = [data.length],
  device: Device = 'cpu',
): Tensor {
  for (let i = 0; i < data.length; i++)
    if ((data[i] | 0) !== data[i])
      throw new TensorError('fromInt64', '32-bit integers', String(data[i]));
  const values = data instanceof Int32Array ? data : Int32Array.from(data);
  return fromData('fromInt64', values, shape, device);
}

function fromData(
  operator: string,
  data: Uint8Array | Float32Array | Int32Array | BigInt64Array,
  shape: readonly number[],
  device: Device,
): Tensor {
  const count = shape.reduce((product, side) => product * side, 1);
  if (count !== data.length)
    throw new TensorError(
      operator,
      `${count} values for shape [${shape.join(',')}]`,
      `${data.length}`,
    );
  return apply('fromData', data, shape, device);
}

/** Options of `full`, `zeros` and `ones`; default float32 on the CPU. */
interface FullOptions {
  readonly dtype?: Dtype;
  readonly device?: Device;
}

/** All values the same; float32 unless said otherwise. */
export function full(
  shape: readonly number[],
  value: number,
  { dtype = 'float32', device = 'cpu' }: FullOptions = {},
): Tensor {
  return apply('full', shape, value, dtype, device);
}

export function zeros(shape: readonly number[], options: FullOptions = {}): Tensor {
  return full(shape, 0, options);
}

export function ones(shape: readonly number[], options: FullOptions = {}): Tensor {
  return full(shape, 1, options);
}

/** Zeros of a tensor's shape, dtype, device and layout. */
export function zerosLike(tensor: Tensor): Tensor {
  return apply('zerosLike', h('zerosLike', tensor));
}

/** An int64 tensor of these integers, copied. */
export function fromBigInt64(data: BigInt64Array, shape: readonly number[]): Tensor {
  return fromData('fromBigInt64', data, shape, 'cpu');
}

/** Normal values, mean 0. Drawn from our own stream: the same on every version of libtorch. */
export function randn(
  shape: readonly number[],
  rng: Rng,
  deviation = 1,
  device: Device = 'cpu',
): Tensor {
  return filled('randn', shape, () => deviation * rng.normal(), device);
}

/** Uniform values of [low, high), drawn from our own stream. */
export function uniform(
  shape: readonly number[],
  rng: Rng,
  low: number,
  high: number,
  device: Device = 'cpu',
): Tensor {
  return filled('uniform', shape, () => rng.uniform(low, high), device);
}

function filled(
  operator: string,
  shape: readonly number[],
  draw: () => number,
  device: Device,
): Tensor {
  const values = new Float32Array(shape.reduce((product, side) => product * side, 1));
  for (let i = 0; i < values.length; i++) values[i] = draw();
  return fromData(operator, values, shape, device);
}

/** How bytes become the network's input: y = (x / 255 - mean) / std, a value a channel. */
interface Normalisation {
  readonly mean: readonly number[];
  readonly std: readonly number[];
}

/**
 * A batch of images as the network's input, in one pass over the bytes.
 *
 * @param data uint8 `[N,H,W,C]`
 * @returns float32 `[N,C,H,W]`, channels-last in memory
 * @throws TensorError when the bytes, the shape and the number of channels don't fit together
 */
export function imageBatch(
  data: Uint8Array,
  shape: readonly [number, number, number, number],
  { mean, std, device = 'cpu' }: Normalisation & { readonly device?: Device },
): Tensor {
  if (std.some((value) => !(value > 0)))
    throw new TensorError('imageBatch', 'standard deviations above 0', `[${std.join(',')}]`);
  const scale = std.map((deviation) => 1 / (255 * deviation));
  const shift = std.map((deviation, c) => -(mean[c] ?? NaN) / deviation);
  if (shift.some(Number.isNaN) || mean.length !== std.length)
    throw new TensorError('imageBatch', `${std.length} means`, `[${mean.join(',')}]`);
  return apply('imageBatch', data, shape, scale, shift, device);
}
