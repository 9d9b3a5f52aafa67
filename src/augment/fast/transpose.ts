import * as reference from '../kernels/transpose.js';
import { wasmEngine } from '../wasm/engine.js';
import { runWhole } from '../wasm/run.js';

/** Exchanges rows and columns: `dst` is `[width, height, channels]`. */
export function transpose(
  src: Uint8Array,
  width: number,
  height: number,
  channels: number,
  dst: Uint8Array,
): void {
  const engine = channels === 3 ? wasmEngine() : null;
  const done =
    engine !== null &&
    runWhole(engine, src, dst, (from, to) =>
      engine.kernels.transpose3(from, width * 3, to, height * 3, width, height),
    );
  if (!done) reference.transpose(src, width, height, channels, dst);
}

/** Turns counter-clockwise by `quarters` x 90 degrees (numpy.rot90). */
export function rotate90(
  src: Uint8Array,
  width: number,
  height: number,
  channels: number,
  quarters: 0 | 1 | 2 | 3,
  dst: Uint8Array,
): void {
  const engine = channels === 3 && quarters !== 0 ? wasmEngine() : null;
  const row = width * 3;
  const outRow = height * 3;
  const done =
    engine !== null &&
    runWhole(engine, src, dst, (from, to) => {
      const { kernels } = engine;
      const lastOut = to + (width - 1) * outRow;
      const lastIn = from + (height - 1) * row;
      if (quarters === 1) kernels.transpose3(from, row, lastOut, -outRow, width, height);
      else if (quarters === 3) kernels.transpose3(lastIn, -row, to, outRow, width, height);
      else kernels.flipRows3(from, to + (height - 1) * row, -row, width, height);
    });
  if (!done) reference.rotate90(src, width, height, channels, quarters, dst);
}
