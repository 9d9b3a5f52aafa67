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
  const place = pointerOf(dst);
  const to = place || scratchPointer(engine, OUT, dst.length);
  // Taps of the columns and of the rows, then two rows of int16 with room for a vector more.
  const columns = columnTaps(source.width, outWidth);
  const rows = rowTaps(source.height, outHeight);
  const rowBytes = Math.ceil((outWidth * 6 + 32) / 16) * 16;
  const tapBytes = columns.length + rows.length;
  const work = scratchPointer(engine, WORK, tapBytes + 2 * rowBytes);
  if (to === 0 || work === 0) return false;
  bytes.set(columns, work);
  bytes.set(rows, work + columns.length);
  const first16 = work + tapBytes;
  kernels.resize3(
    from,
    stride,
    to,
    outWidth,
    outHeight,
    work,
    work + columns.length,
    first16,
    first16 + rowBytes,
  );
  if (place === 0) dst.set(bytes.subarray(to, to + dst.length));
  return true;
}

// A data set's images have one size, so the last taps nearly always fit again.
let heldColumns: { from: number; to: number; taps: Uint8Array } | undefined;
let heldRows: { from: number; to: number; taps: Uint8Array } | undefined;

/** Byte offset, and both weights in 16 bits each, of every output column. */
function columnTaps(from: number, to: number): Uint8Array {
  if (heldColumns?.from === from && heldColumns.to === to) return heldColumns.taps;
  const { first, w0, w1 } = reference.linearTaps(from, to, false);
  const packed = new Int32Array(2 * to);
  for (let x = 0; x < to; x++) {
    packed[2 * x] = first[x] * 3;
    packed[2 * x + 1] = w0[x] | (w1[x] << 16);
  }
  heldColumns = { from, to, taps: new Uint8Array(packed.buffer) };
  return heldColumns.taps;
}

/** Both source rows and both weights of every output row. */
function rowTaps(from: number, to: number): Uint8Array {
  if (heldRows?.from === from && heldRows.to === to) return heldRows.taps;
  const { first, second, w0, w1 } = reference.linearTaps(from, to, true);
  const packed = new Int32Array(4 * to);
  for (let y = 0; y < to; y++) packed.set([first[y], second[y], w0[y], w1[y]], 4 * y);
  heldRows = { from, to, taps: new Uint8Array(packed.buffer) };
  return heldRows.taps;
}
