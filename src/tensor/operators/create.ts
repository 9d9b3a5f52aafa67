import type { Rng } from '../../core/index.js';
import { TensorError } from '../error.js';
import { call } from '../native.js';
import { apply, fields, h, list, needNumbers, sizes } from '../op.js';
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
  const values =
    data instanceof Float32Array ? data : Float32Array.from(sizes('fromFloat32', data, 'values'));
  return fromData('fromFloat32', values, shape, device);
}

/** An int64 tensor of these integers, copied. @throws TensorError for fractions or another number of them */
export function fromInt64(
  data: Int32Array | Uint8Array | readonly number[],
  shape?: readonly number[],
  device: Device = 'cpu',
): Tensor {
  list('fromInt64', data, 'values');
  for (let i = 0; i < data.length; i++)
    if ((data[i] | 0) !== data[i])
      throw new TensorError('fromInt64', '32-bit integers', String(data[i]));
  const values = data instanceof Int32Array ? data : Int32Array.from(data);
  return fromData('fromInt64', values, shape ?? [values.length], device);
}

function fromData(
  operator: string,
  data: Uint8Array | Float32Array | Int32Array | BigInt64Array,
  shape: readonly number[],
  device: Device,
): Tensor {
  if (Array.isArray(data)) throw new TensorError(operator, 'a typed array', 'an array');
  list(operator, data, 'values');
  if (typeof device !== 'string')
    throw new TensorError(operator, 'device to be a string', typeof device);
  const count = sizes(operator, shape).reduce((product, side) => product * side, 1);
  if (count !== data.length)
    throw new TensorError(
      operator,
      `${count} values for shape [${shape.join(',')}]`,
      `${data.length}`,
    );
  try {
    return apply('fromData', data, shape, device);
  } catch (error) {
    if (!(error instanceof TensorError)) throw error;
    throw new TensorError(operator, error.message, undefined, { cause: error });
  }
}

/** Options of `full`, `zeros` and `ones`; default float32 on the CPU. */
interface FullOptions {
  readonly dtype?: Dtype;
  readonly device?: Device;
}

/** All values the same; float32 unless said otherwise. */
export function full(shape: readonly number[], value: number, options: FullOptions = {}): Tensor {
  const { dtype = 'float32', device = 'cpu' } = fields('full', options);
  return apply('full', shape, value, dtype, device);
}

export function zeros(shape: readonly number[], options: FullOptions = {}): Tensor {
  return full(sizes('zeros', shape), 0, fields('zeros', options));
}

export function ones(shape: readonly number[], options: FullOptions = {}): Tensor {
  return full(sizes('ones', shape), 1, fields('ones', options));
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
  needNumbers('randn', deviation);
  return filled(
    'randn',
    shape,
    fields('randn', rng, 'rng'),
    () => deviation * rng.normal(),
    device,
  );
}

/** Uniform values of [low, high), drawn from our own stream. */
export function uniform(
  shape: readonly number[],
  rng: Rng,
  low: number,
  high: number,
  device: Device = 'cpu',
): Tensor {
  needNumbers('uniform', low, high);
  return filled(
    'uniform',
    shape,
    fields('uniform', rng, 'rng'),
    () => rng.uniform(low, high),
    device,
  );
}

/** Values of one typed array. */
const mostDrawn = 2 ** 30;

function filled(
  operator: string,
  shape: readonly number[],
  rng: Rng,
  draw: () => number,
  device: Device,
): Tensor {
  if (typeof rng.normal !== 'function') throw new TensorError(operator, 'rng to be an Rng');
  const count = sizes(operator, shape).reduce((product, side) => product * side, 1);
  if (!(count >= 0 && count <= mostDrawn))
    throw new TensorError(operator, `${count} values`, `shape [${shape.join(',')}]`);
  const values = new Float32Array(count);
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
  options: Normalisation & { readonly device?: Device },
): Tensor {
  const { mean, std, device = 'cpu' } = fields('imageBatch', options);
  sizes('imageBatch', mean, 'mean');
  sizes('imageBatch', std, 'std');
  if (std.some((value) => !(value > 0)))
    throw new TensorError('imageBatch', 'standard deviations above 0', `[${std.join(',')}]`);
  const scale = std.map((deviation) => 1 / (255 * deviation));
  const shift = std.map((deviation, c) => -(mean[c] ?? NaN) / deviation);
  if (shift.some(Number.isNaN) || mean.length !== std.length)
    throw new TensorError('imageBatch', `${std.length} means`, `[${mean.join(',')}]`);
  return apply('imageBatch', data, shape, scale, shift, device);
}

/** What is left out at the sides of an image, in pixels. */
interface Sides {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/** Nothing is left out. */
const noSides: Sides = { left: 0, top: 0, right: 0, bottom: 0 };

/**
 * Figures of levels, differences, colour and thumbnail of each image, on the processor's cores.
 *
 * @param data uint8 `[N,H,W,C]`, 1 or 3 channels
 * @param inside only what lies inside these is read
 * @returns `[N][1 + F]`: FNV-1a of the bytes that were read, then the figures, F = 38 for one channel, 44 for three
 * @throws TensorError when the bytes, the shape and the sides don't fit together
 */
export function imageFigures(
  data: Uint8Array,
  shape: readonly [number, number, number, number],
  inside: Sides = noSides,
): number[][] {
  sizes('imageFigures', shape);
  const { left, top, right, bottom } = fields('imageFigures', inside, 'sides');
  return call('imageFigures', data, shape, [left, top, right, bottom]);
}
