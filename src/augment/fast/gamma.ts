import * as reference from '../kernels/gamma.js';
import { wasmEngine } from '../wasm/engine.js';
import { reserveTable } from '../wasm/memory.js';

let logs = 0;
let target = 0;

/** 255 (i / 255) ^ exponent, cut off to uint8, in `table`; see kernels/gamma.ts. */
export function gammaLut(exponent: number, table: Uint8Array): void {
  const engine = wasmEngine();
  if (engine === null) {
    reference.gammaLut(exponent, table);
    return;
  }
  const { kernels, bytes } = engine;
  if (logs === 0) {
    logs = reserveTable(256 * 8);
    target = reserveTable(256);
    const values = Float64Array.from({ length: 256 }, (_, i) => Math.log(reference.fractionOf(i)));
    bytes.set(new Uint8Array(values.buffer), logs);
  }
  kernels.gammaTable(logs, exponent, target);
  for (let i = 0; i < 256; i++) table[i] = bytes[target + i];
}
