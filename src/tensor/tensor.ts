import { TensorError } from './error.js';
import { backward, gradOf } from './gradients.js';
import { add, copy_, div, mul, sub } from './math.js';
import { call, type Handle } from './native.js';

/** Element types. Images are uint8, values float32, class indices int64. */
export type Dtype = 'float32' | 'float64' | 'int64' | 'uint8' | 'bool' | 'bfloat16';

/** Where a tensor lies: `cpu`, `cuda`, `cuda:1`, `mps`. */
export type Device = string;

/**
 * A multi-dimensional array in libtorch's memory.
 *
 * It lives until its scope ends (see `scope`) or `free` is called; use after that throws. Made outside
 * of every scope it lives until `free`, or until the garbage collector finds it unreachable.
 */
export class Tensor {
  #handle: Handle;
  #shape: readonly number[] | undefined;
  #dtype: Dtype | undefined;
  #freed = false;

  /** @internal Tensors are made by operators. */
  constructor(handle: Handle) {
    this.#handle = handle;
  }

  /** @internal The addon's number for it. @throws TensorError when it has been freed */
  handleFor(operator: string): Handle {
    if (this.#freed) throw new TensorError(operator, 'a live tensor', 'a freed one');
    return this.#handle;
  }

  /** Sizes, outermost first. */
  get shape(): readonly number[] {
    return (this.#shape ??= call<number[]>('shape', this.handleFor('shape')));
  }

  get dtype(): Dtype {
    return (this.#dtype ??= call<Dtype>('dtype', this.handleFor('dtype')));
  }

  get device(): Device {
    return call<string>('device', this.handleFor('device'));
  }

  /** The number of values. */
  get size(): number {
    return this.shape.reduce((product, side) => product * side, 1);
  }

  get isChannelsLast(): boolean {
    return call<boolean>('isChannelsLast', this.handleFor('isChannelsLast'));
  }

  get requiresGrad(): boolean {
    return call<boolean>('requiresGrad', this.handleFor('requiresGrad'));
  }

  /** Only for leaves of a floating dtype. */
  set requiresGrad(on: boolean) {
    call('setRequiresGrad', this.handleFor('setRequiresGrad'), on);
  }

  get isFreed(): boolean {
    return this.#freed;
  }

  /** The gradient gathered by `backward`; a tensor of the scope around. */
  get grad(): Tensor | undefined {
    return gradOf(this);
  }

  /** Computes the gradients of every parameter this one value depends on. */
  backward(): void {
    backward(this);
  }

  /** this + b, broadcast. */
  add(b: Tensor | number): Tensor {
    return add(this, b);
  }

  /** this - b, broadcast. */
  sub(b: Tensor | number): Tensor {
    return sub(this, b);
  }

  /** this * b, broadcast. */
  mul(b: Tensor | number): Tensor {
    return mul(this, b);
  }

  /** this / b, broadcast. */
  div(b: Tensor | number): Tensor {
    return div(this, b);
  }

  /** Takes over another's values, in place, outside of the graph; device and layout stay. */
  copyFrom(source: Tensor): this {
    copy_(this, source);
    return this;
  }

  /** The only value. @throws TensorError when there is more than one */
  item(): number {
    return call<number>('item', this.handleFor('item'));
  }

  /** Values in row-major order, whatever the memory's layout. */
  toFloat32Array(): Float32Array {
    return this.#copy(new Float32Array(this.size));
  }

  toFloat64Array(): Float64Array {
    return this.#copy(new Float64Array(this.size));
  }

  toInt32Array(): Int32Array {
    return this.#copy(new Int32Array(this.size));
  }

  toUint8Array(): Uint8Array {
    return this.#copy(new Uint8Array(this.size));
  }

  toBigInt64Array(): BigInt64Array {
    return this.#copy(new BigInt64Array(this.size));
  }

  #copy<T extends Float32Array | Float64Array | Int32Array | Uint8Array | BigInt64Array>(
    out: T,
  ): T {
    call('copyTo', this.handleFor('copyTo'), out);
    return out;
  }

  /** Gives its memory back now. A second call does nothing. */
  free(): void {
    if (this.#freed) return;
    this.#freed = true;
    call('free', [this.#handle]);
  }

  /** @internal Marks it freed and yields the number, for freeing many at once. */
  release(): Handle | undefined {
    if (this.#freed) return undefined;
    this.#freed = true;
    return this.#handle;
  }

  /** @internal The same object for another tensor: a parameter moved to a device or into a layout. */
  become(handle: Handle): void {
    call('free', [this.handleFor('become')]);
    this.#handle = handle;
    this.#shape = undefined;
    this.#dtype = undefined;
  }

  toString(): string {
    return this.#freed ? 'Tensor(freed)' : `Tensor([${this.shape.join(',')}], ${this.dtype})`;
  }
}
