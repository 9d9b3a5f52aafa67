import { TensorError } from './error.js';
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
    const handle = call<Handle | null>('grad', this.handleFor('grad'));
    return handle === null ? undefined : track(handle);
  }

  /**
   * Adds the gradient of this one value to every parameter it depends on, and lets go of the graph.
   *
   * @throws TensorError when it is not one value or depends on no parameter
   */
  backward(): void {
    const handle = this.handleFor('backward');
    if (this.size !== 1)
      throw new TensorError('backward', 'a scalar loss', `shape [${this.shape.join(',')}]`);
    call('backward', handle, null);
  }

  /** Takes over another's values, in place, outside of the graph; device and layout stay. */
  copyFrom(source: Tensor): this {
    call('copy_', this.handleFor('copy_'), source.handleFor('copy_'));
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

/** @internal The scopes under way, the innermost one last. */
export const scopes: Set<Tensor>[] = [];

// A net for tensors made outside of every scope and dropped without `free`.
const forgotten = new FinalizationRegistry<Handle>((handle) => call('free', [handle]));

/** @internal Makes the object for an operator's result and enters it in the innermost scope. */
export function track(handle: Handle): Tensor {
  const tensor = new Tensor(handle);
  const innermost = scopes.at(-1);
  if (innermost) innermost.add(tensor);
  else unscoped(tensor, handle);
  return tensor;
}

/** @internal From now on this tensor's memory waits for `free` or the garbage collector. */
export function unscoped(tensor: Tensor, handle: Handle): void {
  call('account', handle);
  forgotten.register(tensor, handle);
}
