import type { Affine } from '../kernels/affine.js';
import * as reference from '../kernels/warp-float.js';
import { wasmEngine } from '../wasm/engine.js';
import { runWhole } from '../wasm/run.js';

/** Bilinear warp in single precision; see kernels/warp-float.ts. */
export function warpLinearFloat(
  src: Uint8Array,
  width: number,
  height: number,
  channels: number,
  inverse: Affine,
  fill: number | undefined,
  dst: Uint8Array,
): void {
  const engine = channels === 3 && fill === undefined ? wasmEngine() : null;
  const done =
    engine !== null &&
    runWhole(engine, src, dst, (from, to) =>
      engine.kernels.warpLinear3(from, to, width, height, ...inverse),
    );
  if (!done) reference.warpLinearFloat(src, width, height, channels, inverse, fill, dst);
}

export { warpNearestFloat } from '../kernels/warp-float.js';
