import { wasmEngine, type WasmEngine } from '../wasm/engine.js';
import { reserveTable } from '../wasm/memory.js';
import { runWhole } from '../wasm/run.js';

/** The table, `[256]`, that a channel's values go through, from how often each of them occurs, `[256]`. */
export type TableOf = (histogram: Float64Array) => Uint8Array;

/** Replaces every channel's values by a table made from the channel's histogram. `src`, `dst`: `[pixels, channels]`. */
export function referenceMapEach(
  src: Uint8Array,
  channels: number,
  tableOf: TableOf,
  dst: Uint8Array,
): void {
  for (let c = 0; c < channels; c++) {
    const histogram = new Float64Array(256);
    for (let i = c; i < src.length; i += channels) histogram[src[i]]++;
    const table = tableOf(histogram);
    for (let i = c; i < src.length; i += channels) dst[i] = table[src[i]];
  }
}

/** `referenceMapEach` with the kernels in WebAssembly, for one channel and for three. */
export function mapEach(
  src: Uint8Array,
  channels: number,
  tableOf: TableOf,
  dst: Uint8Array,
): void {
  const engine = wasmEngine();
  const done =
    engine !== null &&
    runWhole(engine, src, dst, (from, to) =>
      mapInside(engine, from, src.length / channels, channels, tableOf, to),
    );
  if (!done) referenceMapEach(src, channels, tableOf, dst);
}

/** Room for counts and tables of three channels, 0 before the first use; the kernel counts twice. */
let countsPointer = 0;
const countBytes = 2 * 3 * 1024;

function mapInside(
  engine: WasmEngine,
  from: number,
  pixels: number,
  channels: number,
  tableOf: TableOf,
  to: number,
): void {
  const { kernels, bytes } = engine;
  countsPointer ||= reserveTable(countBytes + 3 * 256);
  const tables = countsPointer + countBytes;
  kernels.histograms(from, pixels, channels, countsPointer);
  for (let c = 0; c < channels; c++) {
    const counts = new Int32Array(bytes.buffer, countsPointer + 1024 * c, 256);
    bytes.set(tableOf(Float64Array.from(counts)), tables + 256 * c);
  }
  if (channels === 1) kernels.lookUp(from, to, pixels, tables);
  else kernels.lookUp3(from, to, pixels, tables);
}
