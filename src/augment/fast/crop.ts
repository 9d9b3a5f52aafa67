import * as reference from '../kernels/crop.js';
import { wasmEngine } from '../wasm/engine.js';
import { pointerOf, scratchPointer } from '../wasm/memory.js';
import { OUT } from '../wasm/run.js';

/** Windows up to this size go through the engine's memory; larger ones row by row straight across. */
const SMALL = 1 << 14;

/** Copies the window at (x, y) of `outWidth` x `outHeight` pixels. */
export function crop(
  src: Uint8Array,
  width: number,
  channels: number,
  x: number,
  y: number,
  outWidth: number,
  outHeight: number,
  dst: Uint8Array,
): void {
  const engine = wasmEngine();
  const from = pointerOf(src);
  const to = pointerOf(dst);
  if (engine === null || from === 0 || (to === 0 && dst.length > SMALL)) {
    reference.crop(src, width, channels, x, y, outWidth, outHeight, dst);
    return;
  }
  const stride = width * channels;
  const bytes = outWidth * channels;
  const target = to || scratchPointer(engine, OUT, dst.length);
  const first = from + y * stride + x * channels;
  engine.kernels.copyRows(first, stride, target, bytes, bytes, outHeight);
  if (to === 0) dst.set(engine.bytes.subarray(target, target + dst.length));
}
