import { reflectTable } from './border.js';
import { roundHalfEven } from './round.js';

/**
 * Mean over a `ksize` x `ksize` window, reflect-101 border, rounded half up.
 *
 * Source: OpenCV, `cv2.blur` (`ColumnSum<ushort, uchar>`: the division is a multiplication with 23
 * fractional bits; of windows above 16x16, `ColumnSum<int, uchar>`: a product in single precision, rounded
 * to the nearest, ties to even).
 */
export function boxBlur(
  src: Uint8Array,
  width: number,
  height: number,
  channels: number,
  ksize: number,
  dst: Uint8Array,
): void {
  const radius = ksize >> 1;
  const stride = width * channels;
  const small = ksize <= 16;
  const { scale, delta } = divider(ksize * ksize);
  const factor = Math.fround(1 / (ksize * ksize));
  const columns = reflectTable(-radius, width + ksize - 1, width).map((x) => x * channels);
  const rows = reflectTable(-radius, height + ksize - 1, height);
  // Sums over the window's rows, one for each value of a row; they slide down with the window.
  const sums = new Int32Array(stride);
  for (let k = 0; k < ksize - 1; k++) addRow(sums, src, rows[k] * stride, stride);
  for (let y = 0; y < height; y++) {
    addRow(sums, src, rows[y + ksize - 1] * stride, stride);
    for (let c = 0; c < channels; c++) {
      let sum = 0;
      for (let k = 0; k < ksize - 1; k++) sum += sums[columns[k] + c];
      let to = y * stride + c;
      for (let x = 0; x < width; x++, to += channels) {
        sum += sums[columns[x + ksize - 1] + c];
        dst[to] = small
          ? Math.imul(sum + delta, scale) >>> 23
          : roundHalfEven(Math.fround(sum * factor));
        sum -= sums[columns[x] + c];
      }
    }
    subtractRow(sums, src, rows[y] * stride, stride);
  }
}

function addRow(sums: Int32Array, src: Uint8Array, from: number, n: number): void {
  for (let i = 0; i < n; i++) sums[i] += src[from + i];
}

function subtractRow(sums: Int32Array, src: Uint8Array, from: number, n: number): void {
  for (let i = 0; i < n; i++) sums[i] -= src[from + i];
}

/** Division by d as OpenCV's box filter does it: `(sum + delta) * scale >>> 23`. */
function divider(d: number): { scale: number; delta: number } {
  const exact = 2 ** 23 / d;
  const floor = Math.floor(exact);
  const half = Math.floor(d / 2);
  return exact - floor < 0.5
    ? { scale: floor, delta: half + 1 }
    : { scale: floor + 1, delta: half };
}
