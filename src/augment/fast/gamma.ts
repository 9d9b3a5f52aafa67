import * as reference from '../kernels/gamma.js';
import { wasmEngine, type Engine } from '../wasm/engine.js';
import { reserveTable } from '../wasm/memory.js';
import { applyLut, lookUpInside } from './lut.js';

let logs = 0;
let work = 0;
let target = 0;
/** Above it, powers of the kernel's halves leave float64. */
const MOST_EXPONENT = 1000;

/** 255 (i / 255) ^ exponent, cut off to uint8, in `table`; see kernels/gamma.ts. */
export function gammaLut(exponent: number, table: Uint8Array): void {
  const engine = engineFor(exponent);
  if (engine === null) {
    reference.gammaLut(exponent, table);
    return;
  }
  makeTable(engine, exponent);
  for (let i = 0; i < 256; i++) table[i] = engine.bytes[target + i];
}

/** Replaces every value by that of `gammaLut`, whose table stays in the engine. */
export function applyGamma(src: Uint8Array, exponent: number, dst: Uint8Array): void {
  const engine = engineFor(exponent);
  if (engine !== null) {
    makeTable(engine, exponent);
    if (lookUpInside(engine, src, target, dst)) return;
  }
  const table = new Uint8Array(256);
  gammaLut(exponent, table);
  applyLut(src, table, dst);
}

function engineFor(exponent: number): Engine | null {
  return exponent > MOST_EXPONENT ? null : wasmEngine();
}

function makeTable({ kernels, bytes }: Engine, exponent: number): void {
  if (logs === 0) {
    logs = reserveTable(256 * 8);
    work = reserveTable(256 * 8);
    target = reserveTable(256);
    const values = Float64Array.from({ length: 256 }, (_, i) => Math.log(reference.fractionOf(i)));
    bytes.set(new Uint8Array(values.buffer), logs);
  }
  kernels.gammaTable(logs, exponent, work, target);
}
