import { reflectTable } from './border.js';

/**
 * Shifts by whole pixels, to the right by `dx` and down by `dy`; what comes in shows `fill`, or a reflect-101 border where
 * `fill` is undefined. `src`, `dst`: `[height, width, channels]`.
 */
export function shiftPixels(
  src: Uint8Array,
  width: number,
  height: number,
  channels: number,
  dx: number,
  dy: number,
  fill: number | undefined,
  dst: Uint8Array,
): void {
  const stride = width * channels;
  // Columns [left, right) of the result show the image itself.
  const left = Math.min(width, Math.max(0, dx));
  const right = Math.max(left, Math.min(width, width + dx));
  const columns = fill === undefined ? reflectTable(-dx, width, width) : new Int32Array(0);
  const rows = reflectTable(-dy, height, height);
  for (let y = 0; y < height; y++) {
    const to = y * stride;
    const outside = y < dy || y >= height + dy;
    if (fill !== undefined && outside) {
      dst.fill(fill, to, to + stride);
      continue;
    }
    const from = rows[y] * stride;
    if (right > left)
      dst.set(
        src.subarray(from + (left - dx) * channels, from + (right - dx) * channels),
        to + left * channels,
      );
    if (fill !== undefined) {
      dst.fill(fill, to, to + left * channels);
      dst.fill(fill, to + right * channels, to + stride);
      continue;
    }
    for (let x = 0; x < left; x++)
      copyPixel(src, from + columns[x] * channels, dst, to, x, channels);
    for (let x = right; x < width; x++)
      copyPixel(src, from + columns[x] * channels, dst, to, x, channels);
  }
}

function copyPixel(
  src: Uint8Array,
  from: number,
  dst: Uint8Array,
  row: number,
  x: number,
  channels: number,
): void {
  for (let c = 0; c < channels; c++) dst[row + x * channels + c] = src[from + c];
}
