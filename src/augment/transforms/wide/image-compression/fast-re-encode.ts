import { wasmEngine, type WasmEngine } from '../../../wasm/engine.js';
import { scratchPointer } from '../../../wasm/memory.js';
import { runWhole, workSlot } from '../../../wasm/run.js';
import { tablesOf } from './quantisation.js';
import { referenceReEncode } from './re-encode.js';

/** `referenceReEncode` with the kernels in WebAssembly. */
export function reEncode(
  src: Uint8Array,
  width: number,
  height: number,
  channels: number,
  quality: number,
  dst: Uint8Array,
): void {
  const engine = wasmEngine();
  const done = engine !== null && inside(engine, src, width, height, channels, quality, dst);
  if (!done) referenceReEncode(src, width, height, channels, quality, dst);
}

/** Bytes of the table of one component, of what a block's transform keeps, and of what rows of colours take besides their samples. */
const tableBytes = 64 * 6;
const blockBytes = 256;
const rowBytes = 256;

function inside(
  engine: WasmEngine,
  src: Uint8Array,
  width: number,
  height: number,
  channels: number,
  quality: number,
  dst: Uint8Array,
): boolean {
  const { kernels, bytes } = engine;
  const columns = wholeBlocks(width);
  const rows = wholeBlocks(height);
  const halfColumns = channels === 1 ? 0 : wholeBlocks((width + 1) >> 1);
  const halfRows = channels === 1 ? 0 : wholeBlocks((height + 1) >> 1);
  const plane = columns * rows;
  const halfPlane = halfColumns * halfRows;
  const total = 2 * tableBytes + blockBytes + rowBytes + 8 * halfColumns + plane + 2 * halfPlane;
  const luma = scratchPointer(engine, workSlot, total);
  if (luma === 0) return false;
  const chroma = luma + tableBytes;
  const block = chroma + tableBytes;
  const grey = block + blockBytes;
  const blue = grey + plane;
  const red = blue + halfPlane;
  const work = red + halfPlane;
  bytes.set(packedTables(quality), luma);
  return runWhole(engine, src, dst, (from, to) => {
    if (channels === 1) {
      kernels.jpegPlane(from, width, height, grey, columns, rows);
      kernels.jpegBlocks(grey, columns, rows, luma, block);
      kernels.copyRows(grey, columns, to, width, width, height);
      return;
    }
    kernels.jpegSplit(
      ...([from, width, height, grey, columns, rows] as const),
      ...([blue, red, halfColumns, halfRows, work] as const),
    );
    kernels.jpegBlocks(grey, columns, rows, luma, block);
    kernels.jpegBlocks(blue, halfColumns, halfRows, chroma, block);
    kernels.jpegBlocks(red, halfColumns, halfRows, chroma, block);
    kernels.jpegJoin(grey, columns, blue, red, halfColumns, width, height, to, work);
  });
}

function wholeBlocks(side: number): number {
  return Math.ceil(side / 8) * 8;
}

let held: { quality: number; tables: Uint8Array } | undefined;

/** Both tables as `jpegBlocks` takes them. */
function packedTables(quality: number): Uint8Array {
  if (held?.quality === quality) return held.tables;
  const tables = new Uint8Array(2 * tableBytes);
  const { luma, chroma } = tablesOf(quality);
  [luma, chroma].forEach((steps, k) => {
    // The transform is eight times as large. 2^-15 more lifts exact halves above the half, and nothing else: coefficients stay
    // below 2^15, and what is no half is at least 1 / (8 step) away from one.
    const factors = new Float32Array(tables.buffer, k * tableBytes, 64);
    factors.set(Float32Array.from(steps, (step) => (1 + 2 ** -15) / (8 * step)));
    new Int16Array(tables.buffer, k * tableBytes + 256, 64).set(steps);
  });
  held = { quality, tables };
  return tables;
}
