import * as reference from '../kernels/lut.js';
import { wasmEngine, type Engine } from '../wasm/engine.js';
import { reserveTable } from '../wasm/memory.js';
import { runStripes } from '../wasm/run.js';
import { separableParts } from './separable.js';

/** Shorter images don't repay looking for a table's structure. */
const STRUCTURE_PAYS = 4096;
let tablePointer = 0;
let partsPointer = 0;

/** Replaces every value by `table[value]`. `table`: `[256]`. */
export function applyLut(src: Uint8Array, table: Uint8Array, dst: Uint8Array): void {
  const engine = wasmEngine();
  if (engine === null || !accelerated(engine, src, table, dst)) reference.applyLut(src, table, dst);
}

function accelerated(engine: Engine, src: Uint8Array, table: Uint8Array, dst: Uint8Array): boolean {
  const { kernels, bytes } = engine;
  if (src.length >= STRUCTURE_PAYS) {
    const shift = shiftOf(table);
    if (shift !== undefined)
      return runStripes(engine, src, 1, dst, 1, (from, to, n) =>
        kernels.addSaturated(from, to, n, shift),
      );
  }
  tablePointer ||= reserveTable(256);
  bytes.set(table, tablePointer);
  const parts = src.length >= STRUCTURE_PAYS ? separableParts(table) : undefined;
  if (parts === undefined)
    return runStripes(engine, src, 1, dst, 1, (from, to, n) =>
      kernels.lookUp(from, to, n, tablePointer),
    );
  partsPointer ||= reserveTable(64);
  bytes.set(parts, partsPointer);
  return runStripes(engine, src, 1, dst, 1, (from, to, n) =>
    kernels.separable(from, to, n, partsPointer, tablePointer),
  );
}

/** k where the table is value + k, kept within 0 to 255; undefined for other tables. */
function shiftOf(table: Uint8Array): number | undefined {
  const k = table[128] - 128;
  for (let i = 0; i < 256; i++)
    if (table[i] !== Math.min(255, Math.max(0, i + k))) return undefined;
  return k;
}
