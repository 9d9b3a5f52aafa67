import { UserError } from '../../core/index.js';
import { wasmEngine, type WasmEngine } from './engine.js';

/** Below it lie the module's own data and the tables of `table`. */
const firstBlock = 1 << 20;
/** Blocks begin on cache lines, and kernels may read one vector past an image. */
const lineBytes = 64;

let next = firstBlock;
const freed = new Map<number, number[]>();

/** Bytes in the engine's memory, or 0 where there is no room. */
function allocate(engine: WasmEngine, length: number): number {
  const size = blockSize(length);
  const reused = freed.get(size)?.pop();
  if (reused !== undefined) return reused;
  if (next + size > engine.bytes.length) return 0;
  const at = next;
  next += size;
  return at;
}

function release(at: number, length: number): void {
  const size = blockSize(length);
  const list = freed.get(size);
  if (list) list.push(at);
  else freed.set(size, [at]);
}

function blockSize(length: number): number {
  return Math.ceil((length + 16) / lineBytes) * lineBytes;
}

/**
 * A buffer in which the transforms work without copying: give it as an image's `data` or as `out`.
 *
 * Of the 64 MiB that each thread has; an ordinary buffer where they are used up. It is kept until
 * `freeBuffer`.
 *
 * @param length in bytes, at least 1
 */
export function allocateBuffer(length: number): Uint8Array {
  const engine = wasmEngine();
  const at = engine === null ? 0 : allocate(engine, length);
  if (engine === null || at === 0) return new Uint8Array(length);
  const buffer = new Uint8Array(engine.bytes.buffer, at, length);
  buffer.fill(0);
  return buffer;
}

/**
 * Gives back what `allocateBuffer` gave; the buffer and all views of it must not be used any more.
 *
 * @throws UserError `BUFFER` for a view of another length or place.
 */
export function freeBuffer(buffer: Uint8Array): void {
  const at = pointerOf(buffer);
  if (at === 0) return;
  if (at < firstBlock || at % lineBytes !== 0 || at + buffer.length > next)
    throw new UserError('BUFFER', 'This buffer was not returned by allocateBuffer.', {
      expected: 'the exact buffer that allocateBuffer returned',
      got: `a view of ${buffer.length} bytes at ${at}`,
    });
  release(at, buffer.length);
}

/** Where an array lies in the engine's memory; 0 for arrays elsewhere. */
export function pointerOf(data: Uint8Array): number {
  const engine = wasmEngine();
  return engine !== null && data.buffer === engine.buffer ? data.byteOffset : 0;
}

const slots: { at: number; length: number }[] = [];

/** At least `length` bytes to work in, the same ones for the same slot; 0 where there is no room. */
export function scratchPointer(engine: WasmEngine, slot: number, length: number): number {
  const held = (slots[slot] ??= { at: 0, length: 0 });
  if (held.length >= length) return held.at;
  if (held.at !== 0) release(held.at, held.length);
  // Half as much again, so that sizes that grow little by little don't leave holes behind.
  let size = Math.ceil(length * 1.5);
  held.at = allocate(engine, size);
  if (held.at === 0) held.at = allocate(engine, (size = length));
  held.length = held.at === 0 ? 0 : size;
  return held.at;
}

let nextTable = 1 << 16;

/** A place for a constant table, 16-byte aligned, below the blocks. */
export function reserveTable(length: number): number {
  const at = nextTable;
  nextTable += Math.ceil(length / 16) * 16;
  if (nextTable > firstBlock) throw new RangeError('no room left for tables');
  return at;
}
