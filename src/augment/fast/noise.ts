import * as reference from '../kernels/noise.js';
import { wasmEngine } from '../wasm/engine.js';
import { reserveTable } from '../wasm/memory.js';
import { runWhole } from '../wasm/run.js';

let table = 0;

/** Adds normally distributed noise; see kernels/noise.ts. */
export function addNormalNoise(
  src: Uint8Array,
  channels: number,
  seed: number,
  mean: number,
  deviation: number,
  shared: boolean,
  dst: Uint8Array,
): void {
  const engine = shared && channels > 1 ? null : wasmEngine();
  if (engine !== null && table === 0) {
    const quantiles = reference.normalQuantiles();
    table = reserveTable(quantiles.byteLength);
    engine.bytes.set(new Uint8Array(quantiles.buffer), table);
  }
  const done =
    engine !== null &&
    runWhole(engine, src, dst, (from, to) =>
      engine.kernels.addNormal(from, to, src.length, seed, deviation, mean, table),
    );
  if (!done) reference.addNormalNoise(src, channels, seed, mean, deviation, shared, dst);
}

export { addRaisedNormalNoise } from '../kernels/noise.js';
