import { wasmEngine } from '../wasm/engine.js';
import { pointerOf, scratchPointer } from '../wasm/memory.js';
import { outSlot } from '../wasm/run.js';

/** Copies the window at (x, y) of `outWidth` x `outHeight` pixels, row by row. */
export function referenceCrop(
  src: Uint8Array,
  width: number,
  channels: number,
  x: number,
  y: number,
  outWidth: number,
  outHeight: number,
  dst: Uint8Array,
): void {
  const stride = width * channels;
  const outStride = outWidth * channels;
  let from = y * stride + x * channels;
  if (outStride === stride) {
    dst.set(src.subarray(from, from + outStride * outHeight));
    return;
  }
  for (let row = 0; row < outHeight; row++, from += stride)
    dst.set(src.subarray(from, from + outStride), row * outStride);
}

/** Windows up to this size go through the engine's memory; larger ones row by row straight across. */
const smallBytes = 1 << 14;

/** `referenceCrop` with the kernel in WebAssembly, for images in its memory. */
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
  if (engine === null || from === 0 || (to === 0 && dst.length > smallBytes)) {
    referenceCrop(src, width, channels, x, y, outWidth, outHeight, dst);
    return;
  }
  const stride = width * channels;
  const bytes = outWidth * channels;
  const target = to || scratchPointer(engine, outSlot, dst.length);
  const first = from + y * stride + x * channels;
  engine.kernels.copyRows(first, stride, target, bytes, bytes, outHeight);
  if (to === 0) dst.set(engine.bytes.subarray(target, target + dst.length));
}
