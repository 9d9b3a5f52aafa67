import * as reference from '../kernels/blur.js';
import { reflectTable } from '../kernels/border.js';
import { wasmEngine, type Engine } from '../wasm/engine.js';
import { scratchPointer } from '../wasm/memory.js';
import { runWhole, WORK } from '../wasm/run.js';

/** Above, sums don't fit into int16. */
const LARGEST = 11;

/** Mean over a `ksize` x `ksize` window; see kernels/blur.ts. */
export function boxBlur(
  src: Uint8Array,
  width: number,
  height: number,
  channels: number,
  ksize: number,
  dst: Uint8Array,
): void {
  const engine = ksize >= 3 && ksize <= LARGEST ? wasmEngine() : null;
  const done = engine !== null && blurInside(engine, src, width, height, channels, ksize, dst);
  if (!done) reference.boxBlur(src, width, height, channels, ksize, dst);
}

function blurInside(
  engine: Engine,
  src: Uint8Array,
  width: number,
  height: number,
  channels: number,
  ksize: number,
  dst: Uint8Array,
): boolean {
  const indices = borderIndices(width, height, ksize);
  const n = width * channels;
  const workBytes = 4 * (n + ksize * channels + 32);
  const work = scratchPointer(engine, WORK, indices.length + workBytes);
  if (work === 0) return false;
  engine.bytes.set(indices, work);
  const edges = work + 4 * (height + ksize - 1);
  const { factor, shift } = division(ksize * ksize);
  // Vectors want their scratch rows aligned.
  const aligned = Math.ceil((work + indices.length) / 16) * 16;
  return runWhole(engine, src, dst, (from, to) =>
    engine.kernels.boxBlur(
      from,
      to,
      width,
      height,
      channels,
      ksize,
      aligned,
      work,
      edges,
      factor,
      shift,
    ),
  );
}

let held: { width: number; height: number; ksize: number; indices: Uint8Array } | undefined;

/** Reflected indices of all rows, then of the columns outside at the left and right; int32, as bytes. */
function borderIndices(width: number, height: number, ksize: number): Uint8Array {
  if (held?.width === width && held.height === height && held.ksize === ksize) return held.indices;
  const radius = ksize >> 1;
  const table = Int32Array.of(
    ...reflectTable(-radius, height + 2 * radius, height),
    ...reflectTable(-radius, radius, width),
    ...reflectTable(width, radius, width),
  );
  held = { width, height, ksize, indices: new Uint8Array(table.buffer) };
  return held.indices;
}

/** Division by d, rounded half up: `(sum * factor + 2^(shift - 1)) >> shift`, exact for all sums up to 255 d. */
function division(d: number): { factor: number; shift: number } {
  let shift = 16;
  while (2 ** (shift + 1) / d < 2 ** 15) shift++;
  return { factor: Math.round(2 ** shift / d), shift };
}
