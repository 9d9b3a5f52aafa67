import { crop } from '../kernels/crop.js';
import { wasmEngine, type WasmEngine } from '../wasm/engine.js';
import { pointerOf, scratchPointer } from '../wasm/memory.js';
import { inSlot, outSlot, workSlot } from '../wasm/run.js';
import { roundHalfEven } from './round.js';

/** Weights of a row or column of bilinear resampling, 11 fractional bits. */
export interface Taps {
  /** First source index of each output index. */
  first: Int32Array;
  /** Second source index. */
  second: Int32Array;
  /** Weight of the first, and of the second. */
  w0: Int32Array;
  w1: Int32Array;
}

/**
 * OpenCV moves columns that reach over the edge onto it with full weight, but only clamps rows, whose two
 * weights then meet the same row and are rounded apart; `clampOnly` is the latter.
 */
export function linearTaps(from: number, to: number, clampOnly: boolean): Taps {
  const scale = 1 / (to / from);
  const taps = {
    first: new Int32Array(to),
    second: new Int32Array(to),
    w0: new Int32Array(to),
    w1: new Int32Array(to),
  };
  for (let i = 0; i < to; i++) {
    // Pixel centres correspond: position of output pixel i in the source, whole part s, rest f.
    let f = Math.fround((i + 0.5) * scale - 0.5);
    let s = Math.floor(f);
    f = Math.fround(f - s);
    if (!clampOnly && s < 0) [s, f] = [0, 0];
    if (!clampOnly && s >= from - 1) [s, f] = [from - 1, 0];
    taps.first[i] = Math.min(Math.max(s, 0), from - 1);
    taps.second[i] = Math.min(Math.max(s + 1, 0), from - 1);
    taps.w0[i] = roundHalfEven(Math.fround(1 - f) * 2048);
    taps.w1[i] = roundHalfEven(f * 2048);
  }
  return taps;
}

/**
 * Bilinear resampling of `[height, width, channels]` to `[outHeight, outWidth, channels]`, with the
 * fixed-point arithmetic of OpenCV's 8-bit `cv2.resize(..., INTER_LINEAR)`.
 */
export function referenceResizeLinear(
  src: Uint8Array,
  width: number,
  height: number,
  channels: number,
  outWidth: number,
  outHeight: number,
  dst: Uint8Array,
): void {
  const xs = linearTaps(width, outWidth, false);
  const ys = linearTaps(height, outHeight, true);
  const stride = width * channels;
  const outStride = outWidth * channels;
  // Two source rows resampled to the output's width, 11 fractional bits.
  let upper = new Int32Array(outStride);
  let lower = new Int32Array(outStride);
  let upperRow = -1;
  let lowerRow = -1;
  for (let y = 0; y < outHeight; y++) {
    const y0 = ys.first[y];
    const y1 = ys.second[y];
    // The lower row of one output row is often the upper one of the next.
    if (y0 === lowerRow) {
      [upper, lower] = [lower, upper];
      [upperRow, lowerRow] = [lowerRow, upperRow];
    }
    if (y0 !== upperRow) resampleRow(src, y0 * stride, xs, channels, upper);
    if (y1 !== lowerRow) resampleRow(src, y1 * stride, xs, channels, lower);
    upperRow = y0;
    lowerRow = y1;
    const b0 = ys.w0[y];
    const b1 = ys.w1[y];
    const to = y * outStride;
    for (let i = 0; i < outStride; i++)
      // 22 fractional bits, taken off in OpenCV's three steps: 4, 16, and 2 with rounding.
      dst[to + i] = (((b0 * (upper[i] >> 4)) >> 16) + ((b1 * (lower[i] >> 4)) >> 16) + 2) >> 2;
  }
}

function resampleRow(
  src: Uint8Array,
  from: number,
  xs: Taps,
  channels: number,
  row: Int32Array,
): void {
  const n = xs.first.length;
  for (let x = 0, i = 0; x < n; x++) {
    const p = from + xs.first[x] * channels;
    const q = from + xs.second[x] * channels;
    const w0 = xs.w0[x];
    const w1 = xs.w1[x];
    for (let c = 0; c < channels; c++, i++) row[i] = src[p + c] * w0 + src[q + c] * w1;
  }
}

/** Nearest-neighbour resampling of one channel, as OpenCV's `INTER_NEAREST`: for masks. */
export function resizeNearest(
  src: Uint8Array,
  width: number,
  height: number,
  outWidth: number,
  outHeight: number,
  dst: Uint8Array,
): void {
  const scaleX = 1 / (outWidth / width);
  const scaleY = 1 / (outHeight / height);
  for (let y = 0; y < outHeight; y++) {
    const from = Math.min(Math.floor(y * scaleY), height - 1) * width;
    for (let x = 0; x < outWidth; x++)
      dst[y * outWidth + x] = src[from + Math.min(Math.floor(x * scaleX), width - 1)];
  }
}

/** A rectangle of an image that is to be resized. */
export interface SourceWindow {
  readonly data: Uint8Array;
  /** Width of the whole image, and the rectangle in it. */
  readonly imageWidth: number;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** Bilinear resampling of a window of `[h, w, channels]` to `[outHeight, outWidth, channels]`, in WebAssembly for RGB. */
export function resizeWindow(
  source: SourceWindow,
  channels: number,
  outWidth: number,
  outHeight: number,
  dst: Uint8Array,
): void {
  const engine = channels === 3 ? wasmEngine() : null;
  if (engine !== null && resizeInside(engine, source, outWidth, outHeight, dst)) return;
  const { width, height } = source;
  const data = windowOf(source, channels);
  referenceResizeLinear(data, width, height, channels, outWidth, outHeight, dst);
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
export function windowOf(source: SourceWindow, channels: number): Uint8Array {
  const { data, imageWidth, x, y, width, height } = source;
  if (data.length === width * height * channels) return data;
  const window = new Uint8Array(width * height * channels);
  crop(data, imageWidth, channels, x, y, width, height, window);
  return window;
}

function resizeInside(
  engine: WasmEngine,
  source: SourceWindow,
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
    from = scratchPointer(engine, inSlot, window.length);
    if (from === 0) return false;
    bytes.set(window, from);
  }
  const place = pointerOf(dst);
  const to = place || scratchPointer(engine, outSlot, dst.length);
  // Taps of the columns and of the rows, then two rows of int16 with room for a vector more.
  const columns = columnTaps(source.width, outWidth);
  const rows = rowTaps(source.height, outHeight);
  const rowBytes = Math.ceil((outWidth * 6 + 32) / 16) * 16;
  const tapBytes = columns.length + rows.length;
  const work = scratchPointer(engine, workSlot, tapBytes + 2 * rowBytes);
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
  const { first, w0, w1 } = linearTaps(from, to, false);
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
  const { first, second, w0, w1 } = linearTaps(from, to, true);
  const packed = new Int32Array(4 * to);
  for (let y = 0; y < to; y++) packed.set([first[y], second[y], w0[y], w1[y]], 4 * y);
  heldRows = { from, to, taps: new Uint8Array(packed.buffer) };
  return heldRows.taps;
}
