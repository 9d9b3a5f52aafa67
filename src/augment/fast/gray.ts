import * as reference from '../kernels/gray.js';
import { wasmEngine } from '../wasm/engine.js';
import { runStripes } from '../wasm/run.js';

/** Luma of every RGB pixel, written to all three channels of `dst`. */
export function grayToRgb(src: Uint8Array, dst: Uint8Array): void {
  const engine = wasmEngine();
  const done =
    engine !== null &&
    runStripes(engine, src, 3, dst, 3, (from, to, pixels) =>
      engine.kernels.grayRgb(from, to, pixels),
    );
  if (!done) reference.grayToRgb(src, dst);
}
