import { crop } from '../kernels/crop.js';
import * as reference from '../kernels/resize.js';
import { wasmEngine, type Engine } from '../wasm/engine.js';
import { pointerOf, scratchPointer } from '../wasm/memory.js';
import { IN, OUT, WORK } from '../wasm/run.js';

/** A rectangle of an image that is to be resized. */
export interface Source {
  readonly data: Uint8Array;
  /** Width of the whole image, and the rectangle in it. */
  readonly imageWidth: number;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** Bilinear resampling of a window of `[h, w, channels]` to `[outHeight, outWidth, channels]`; see kernels/resize.ts. */
export function resizeWindow(
  source: Source,
  channels: number,
  outWidth: number,
  outHeight: number,
  dst: Uint8Array,
): void {
  const engine = channels === 3 ? wasmEngine() : null;
  if (engine !== null && resizeInside(engine, source, outWidth, outHeight, dst)) return;
  const { width, height } = source;
  const data = windowOf(source, channels);
  reference.resizeLinear(data, width, height, channels, outWidth, outHeight, dst);
}

/** Bilinear resampling of a whole image. */
export function resizeLinear(
  data: Uint8Array,
  width: number,
  height: number,
  channels: number,
  outWidth: number,
  outHeight: number,
  dst: Uint8Array,
): void {
  const source = { data, imageWidth: width, x: 0, y: 0, width, height };
  resizeWindow(source, channels, outWidth, outHeight, dst);
}

/** The pixels of a rectangle, contiguous. */
export function windowOf(source: Source, channels: number): Uint8Array {
  const { data, imageWidth, x, y, width, height } = source;
  if (data.length === width * height * channels) return data;
  const window = new Uint8Array(width * height * channels);
  crop(data, imageWidth, channels, x, y, width, height, window);
  return window;
}

function resizeInside(
  engine: Engine,
  source: Source,
  outWidth: number,
  outHeight: number,
  dst: Uint8Array,
): boolean {
  const { kernels, bytes } = engine;
  const inside = pointerOf(source.data);
  const first = (source.y * source.imageWidth + source.x) * 3;
  const stride = inside === 0 ? source.width * 3 : source.imageWidth * 3;
  let from = inside + first;
  if (inside === 0) {
    const window = windowOf(source, 3);
    from = scratchPointer(engine, IN, window.length);
    if (from === 0) return false;
    bytes.set(window, from);
  }
  const to = pointerOf(dst) || scratchPointer(engine, OUT, dst.length);
  // The taps of the columns (8 bytes each), then two rows of int16 with room for a vector more.
  const tapBytes = outWidth * 8;
  const rowBytes = Math.ceil((outWidth * 6 + 32) / 16) * 16;
  const work = scratchPointer(engine, WORK, tapBytes + 2 * rowBytes);
  if (to === 0 || work === 0) return false;
  bytes.set(columnTaps(source.width, outWidth), work);
  let upper = work + tapBytes;
  let lower = upper + rowBytes;
  let upperRow = -1;
  let lowerRow = -1;
  const rows = rowTaps(source.height, outHeight);
  const n = outWidth * 3;
  for (let y = 0; y < outHeight; y++) {
    const y0 = rows.first[y];
    const y1 = rows.second[y];
    if (y0 === lowerRow) {
      [upper, lower] = [lower, upper];
      [upperRow, lowerRow] = [lowerRow, upperRow];
    }
    if (y0 !== upperRow) kernels.resampleRow3(from + y0 * stride, work, outWidth, upper);
    if (y1 !== lowerRow) kernels.resampleRow3(from + y1 * stride, work, outWidth, lower);
    upperRow = y0;
    lowerRow = y1;
    kernels.blendRows(upper, lower, rows.w0[y], rows.w1[y], n, to + y * n);
  }
  if (pointerOf(dst) === 0) dst.set(bytes.subarray(to, to + dst.length));
  return true;
}

// A data set's images have one size, so the last taps nearly always fit again.
let columns: { from: number; to: number; taps: Uint8Array } | undefined;
let rowsHeld: { from: number; to: number; taps: reference.Taps } | undefined;

/** Byte offset, and both weights in 16 bits each, of every output column. */
function columnTaps(from: number, to: number): Uint8Array {
  if (columns?.from === from && columns.to === to) return columns.taps;
  const { first, w0, w1 } = reference.linearTaps(from, to, false);
  const packed = new Int32Array(2 * to);
  for (let x = 0; x < to; x++) {
    packed[2 * x] = first[x] * 3;
    packed[2 * x + 1] = w0[x] | (w1[x] << 16);
  }
  columns = { from, to, taps: new Uint8Array(packed.buffer) };
  return columns.taps;
}

function rowTaps(from: number, to: number): reference.Taps {
  if (rowsHeld?.from === from && rowsHeld.to === to) return rowsHeld.taps;
  rowsHeld = { from, to, taps: reference.linearTaps(from, to, true) };
  return rowsHeld.taps;
}
