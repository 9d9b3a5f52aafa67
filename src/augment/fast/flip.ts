import * as reference from '../kernels/flip.js';
import { pointerOf } from '../wasm/memory.js';
import { runStripes, runWhole } from '../wasm/run.js';
import { wasmEngine } from '../wasm/engine.js';

/** Mirrors every row. `src`, `dst`: `[height, width, channels]`. */
export function flipHorizontal(
  src: Uint8Array,
  width: number,
  height: number,
  channels: number,
  dst: Uint8Array,
): void {
  const engine = channels === 3 ? wasmEngine() : null;
  const stride = width * 3;
  const done =
    engine !== null &&
    runStripes(engine, src, stride, dst, stride, (from, to, rows) =>
      engine.kernels.flipRows3(from, to, stride, width, rows),
    );
  if (!done) reference.flipHorizontal(src, width, height, channels, dst);
}

/** Puts the rows in opposite order. `src`, `dst`: `[height, width, channels]`. */
export function flipVertical(
  src: Uint8Array,
  width: number,
  height: number,
  channels: number,
  dst: Uint8Array,
): void {
  const engine = wasmEngine();
  const stride = width * channels;
  // Long rows outside the engine's memory go straight across.
  const done =
    engine !== null &&
    (stride < 2048 || (pointerOf(src) !== 0 && pointerOf(dst) !== 0)) &&
    runWhole(engine, src, dst, (from, to) =>
      engine.kernels.copyRows(from, stride, to + (height - 1) * stride, -stride, stride, height),
    );
  if (!done) reference.flipVertical(src, width, height, channels, dst);
}
