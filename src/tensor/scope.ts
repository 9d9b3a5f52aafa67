import { TensorError } from './error.js';
import { call, type Handle } from './native.js';
import { needFunction } from './op.js';
import { scopes, Tensor, unscoped } from './tensor.js';

/**
 * Runs `body` and frees every tensor made in it, except those it returns (alone or inside arrays, plain
 * objects, Maps and Sets, which pass to the scope around) and those given to `keep`.
 *
 * @throws TensorError when `body` is asynchronous: a scope ends when `body` returns
 */
export function scope<T>(body: () => T): T {
  needFunction('scope', body);
  const own = new Set<Tensor>();
  scopes.push(own);
  let result: T | undefined;
  let done = false;
  try {
    result = body();
    if (result instanceof Promise)
      throw new TensorError('scope', 'a synchronous function', 'a Promise');
    done = true;
    return result;
  } finally {
    scopes.pop();
    if (done) {
      const outer = scopes.at(-1);
      for (const tensor of tensorsIn(result))
        if (own.delete(tensor)) {
          if (outer) outer.add(tensor);
          else if (!tensor.isFreed) unscoped(tensor, tensor.handleFor('scope'));
        }
    }
    freeAll(own);
  }
}

/** Takes a tensor out of its scope: from now on it lives until `free`. Returns it. */
export function keep(tensor: Tensor): Tensor {
  for (const each of scopes) if (each.delete(tensor)) unscoped(tensor, tensor.handleFor('keep'));
  return tensor;
}

/** Frees many tensors at once. */
export function freeAll(tensors: Iterable<Tensor>): void {
  if (typeof tensors !== 'object' || tensors === null || !(Symbol.iterator in tensors))
    throw new TensorError('freeAll', 'tensors to be a list', typeof tensors);
  const handles: Handle[] = [];
  for (const tensor of tensors) {
    if (!(tensor instanceof Tensor)) throw new TensorError('freeAll', 'tensors', typeof tensor);
    const handle = tensor.release();
    if (handle !== undefined) handles.push(handle);
  }
  if (handles.length > 0) call('free', handles);
}

/** How many tensors this thread holds. */
export function liveTensors(): number {
  return call<number>('liveTensors');
}

function* tensorsIn(value: unknown, seen = new Set<unknown>()): Generator<Tensor> {
  if (value instanceof Tensor) yield value;
  else if (typeof value === 'object' && value !== null && !ArrayBuffer.isView(value)) {
    if (seen.has(value)) return;
    seen.add(value);
    if (value instanceof Map) for (const each of value.values()) yield* tensorsIn(each, seen);
    else if (Array.isArray(value) || value instanceof Set)
      for (const each of value) yield* tensorsIn(each, seen);
    else if (Object.getPrototypeOf(value) === Object.prototype)
      for (const each of Object.values(value)) yield* tensorsIn(each, seen);
  }
}
