import * as reference from '../kernels/lut.js';
import { wasmEngine, type Engine } from '../wasm/engine.js';
import { reserveTable } from '../wasm/memory.js';
import { runStripes } from '../wasm/run.js';
import { separableParts } from './separable.js';

let tablePointer = 0;
let curvePointer = 0;
let partsPointer = 0;

/** Bytes from which on taking a table apart pays. */
const CURVE_FROM = 1024;
/** Factors so near to 1 have few steps: their tables are taken apart; others into products of both halves of x. */
const CURVED = 0.22;
/** Bytes of what `fitCurve` writes. */
export const CURVE_BYTES = 496;
/** Bytes that the kernels of curves take at least. */
export const CURVE_LEAST = 576;

/** Replaces every value by `table[value]`. `table`: `[256]`. */
export function applyLut(src: Uint8Array, table: Uint8Array, dst: Uint8Array): void {
  const engine = wasmEngine();
  if (engine !== null) {
    tablePointer ||= reserveTable(256);
    engine.bytes.set(table, tablePointer);
    if (lookUpInside(engine, src, tablePointer, dst)) return;
  }
  reference.applyLut(src, table, dst);
}

/** As `applyLut`, with a table at `table` in the engine's memory; false, with nothing done, where there is no room. */
export function lookUpInside(
  engine: Engine,
  src: Uint8Array,
  table: number,
  dst: Uint8Array,
): boolean {
  const { kernels } = engine;
  curvePointer ||= reserveTable(CURVE_BYTES);
  const answer = src.length < CURVE_FROM ? -1 : kernels.fitCurve(table, curvePointer);
  const curve = answer < 0 ? undefined : engine.curve(answer);
  return runStripes(engine, src, 1, dst, 1, (from, to, n) => {
    // A last stripe may be shorter than what the curves' kernels take.
    if (curve !== undefined && n >= CURVE_LEAST) curve(from, to, n, curvePointer);
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
  if (shift - levels > 0.999) applyLut(src, reference.shiftLut(beta), dst);
  else addLevels(src, levels, dst);
}

/** Products with `alpha`, cut off to uint8: `scaleLut` applied. */
export function scaleValues(src: Uint8Array, alpha: number, dst: Uint8Array): void {
  const engine = wasmEngine();
  if (engine !== null && Math.abs(alpha - 1) < CURVED) {
    tablePointer ||= reserveTable(256);
    engine.kernels.scaleTable(alpha, tablePointer);
    if (lookUpInside(engine, src, tablePointer, dst)) return;
  }
  const parts = engine === null ? undefined : separableParts(Math.fround(alpha));
  if (engine === null || parts === undefined) {
    applyLut(src, reference.scaleLut(alpha), dst);
    return;
  }
  partsPointer ||= reserveTable(64);
  engine.bytes.set(parts, partsPointer);
  const done = runStripes(engine, src, 1, dst, 1, (from, to, n) =>
    engine.kernels.separable(from, to, n, partsPointer),
  );
  if (!done) reference.applyLut(src, reference.scaleLut(alpha), dst);
}

function clamp(x: number): number {
  return x < 0 ? 0 : x > 255 ? 255 : x;
}
