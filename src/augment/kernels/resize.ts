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
export function resizeLinear(
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
  let upper = new Int32Array(outStride);
  let lower = new Int32Array(outStride);
  let upperRow = -1;
  let lowerRow = -1;
  for (let y = 0; y < outHeight; y++) {
    const y0 = ys.first[y];
    const y1 = ys.second[y];
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
