import { wasmEngine, type WasmEngine } from '../wasm/engine.js';
import { reserveTable } from '../wasm/memory.js';
import { runStripes } from '../wasm/run.js';
import { separableParts } from './separable.js';

/** Replaces every value by `table[value]`. `table`: `[256]`. */
export function referenceApplyLut(src: Uint8Array, table: Uint8Array, dst: Uint8Array): void {
  const n = src.length;
  const even = n - (n & 3);
  let i = 0;
  for (; i < even; i += 4) {
    dst[i] = table[src[i]];
    dst[i + 1] = table[src[i + 1]];
    dst[i + 2] = table[src[i + 2]];
    dst[i + 3] = table[src[i + 3]];
  }
  for (; i < n; i++) dst[i] = table[src[i]];
}

/** True where the table changes no value. */
export function isIdentityLut(table: Uint8Array): boolean {
  for (let i = 0; i < 256; i++) if (table[i] !== i) return false;
  return true;
}

/** The uint8 that a clipped value is cut off to (`numpy.clip(...).astype(uint8)`). */
export function truncateUint8(x: number): number {
  return x <= 0 ? 0 : x >= 255 ? 255 : Math.trunc(x);
}

/** Products with `alpha` in single precision, cut off to uint8. */
export function scaleLut(alpha: number): Uint8Array {
  const table = new Uint8Array(256);
  const a = Math.fround(alpha);
  for (let i = 0; i < 256; i++) table[i] = truncateUint8(Math.fround(i * a));
  return table;
}

/** Values plus `beta` x 255 in single precision, cut off to uint8. */
export function shiftLut(beta: number): Uint8Array {
  const table = new Uint8Array(256);
  const shift = Math.fround(beta * 255);
  for (let i = 0; i < 256; i++) table[i] = truncateUint8(Math.fround(i + shift));
  return table;
}

// Places in the engine's memory, 0 before the first use: a table `[256]`, what `fitCurve` makes of one, and what
// `separableParts` makes of a factor.
let tablePointer = 0;
let curvePointer = 0;
let partsPointer = 0;

/** Bytes from which on taking a table apart pays. */
const curveFrom = 1024;
/** Factors so near to 1 have few steps: their tables are taken apart; others into products of both halves of x. */
const curvedWithin = 0.22;
/** Bytes of what `fitCurve` writes. */
export const curveBytes = 496;
/** Bytes that the kernels of curves take at least. */
export const curveLeast = 576;

/** `referenceApplyLut` with the kernels in WebAssembly. `table`: `[256]`. */
export function applyLut(src: Uint8Array, table: Uint8Array, dst: Uint8Array): void {
  const engine = wasmEngine();
  if (engine !== null) {
    tablePointer ||= reserveTable(256);
    engine.bytes.set(table, tablePointer);
    if (lookUpInside(engine, src, tablePointer, dst)) return;
  }
  referenceApplyLut(src, table, dst);
}

/** As `applyLut`, with a table at `table` in the engine's memory; false, with nothing done, where there is no room. */
export function lookUpInside(
  engine: WasmEngine,
  src: Uint8Array,
  table: number,
  dst: Uint8Array,
): boolean {
  const { kernels } = engine;
  curvePointer ||= reserveTable(curveBytes);
  const answer = src.length < curveFrom ? -1 : kernels.fitCurve(table, curvePointer);
  const curve = answer < 0 ? undefined : engine.curve(answer);
  return runStripes(engine, src, 1, dst, 1, (from, to, n) => {
    // A last stripe may be shorter than what the curves' kernels take.
    if (curve !== undefined && n >= curveLeast) curve(from, to, n, curvePointer);
    else kernels.lookUp(from, to, n, table);
  });
}

/** Adds whole grey levels, -255 to 255, and stays within 0 to 255. */
export function addLevels(src: Uint8Array, levels: number, dst: Uint8Array): void {
  const engine = wasmEngine();
  const done =
    engine !== null &&
    runStripes(engine, src, 1, dst, 1, (from, to, n) =>
      engine.kernels.addSaturated(from, to, n, levels),
    );
  if (!done) for (let i = 0; i < src.length; i++) dst[i] = clamp(src[i] + levels);
}

/** Values plus `beta` x 255, cut off to uint8: `shiftLut` applied. */
export function shiftValues(src: Uint8Array, beta: number, dst: Uint8Array): void {
  const shift = Math.fround(beta * 255);
  const levels = Math.floor(shift);
  // Just below a whole number, single precision rounds some sums up and others not.
  if (shift - levels > 0.999) applyLut(src, shiftLut(beta), dst);
  else addLevels(src, levels, dst);
}

/** Products with `alpha`, cut off to uint8: `scaleLut` applied. */
export function scaleValues(src: Uint8Array, alpha: number, dst: Uint8Array): void {
  const engine = wasmEngine();
  if (engine !== null && Math.abs(alpha - 1) < curvedWithin) {
    tablePointer ||= reserveTable(256);
    engine.kernels.scaleTable(alpha, tablePointer);
    if (lookUpInside(engine, src, tablePointer, dst)) return;
  }
  const parts = engine === null ? undefined : separableParts(Math.fround(alpha));
  if (engine === null || parts === undefined) {
    applyLut(src, scaleLut(alpha), dst);
    return;
  }
  partsPointer ||= reserveTable(64);
  engine.bytes.set(parts, partsPointer);
  const done = runStripes(engine, src, 1, dst, 1, (from, to, n) =>
    engine.kernels.separable(from, to, n, partsPointer),
  );
  if (!done) referenceApplyLut(src, scaleLut(alpha), dst);
}

function clamp(x: number): number {
  return x < 0 ? 0 : x > 255 ? 255 : x;
}
