import { blurRow } from './blur-row';

/**
 * Mean over a window of odd side k from 3 to 11, reflect-101 border, rounded half up: sums down the columns, which gain
 * a row below and lose one above, added up along the rows.
 *
 * `work` holds these sums, uint16, of a row and the next, each with k / 2 pixels at both sides: 4 (n + k channels + 32) bytes.
 * `rows` and `edges` are reflected indices: of the rows -k/2 to height + k/2, and of the columns outside at the left
 * and right. Division by k^2: `(sum * factor + half) >> shift`.
 */
export function boxBlur(
  src: usize,
  dst: usize,
  width: i32,
  height: i32,
  channels: i32,
  k: i32,
  work: usize,
  rows: usize,
  edges: usize,
  factor: i32,
  shift: i32,
): void {
  const n = <usize>(width * channels);
  const radius = k >> 1;
  const pad = <usize>(radius * channels * 2);
  const sumBytes: usize = (n * 2 + pad * 2 + 63) & ~15;
  let sums = work;
  let next = work + sumBytes;
  memory.fill(sums, 0, sumBytes);
  for (let i = 0; i < k; i++) addRow(src + <usize>load<i32>(rows + i * 4) * n, sums + pad, n);
  putBorders(sums + pad, n, channels, radius, edges);
  for (let y = 0; y < height; y++) {
    const leaves = src + <usize>load<i32>(rows) * n;
    // After the last row there is none to come.
    const enters = y + 1 < height ? src + <usize>load<i32>(rows + k * 4) * n : leaves;
    blurRow(enters, leaves, sums, next, <i32>n, channels, k, dst, factor, shift);
    const done = sums;
    sums = next;
    next = done;
    putBorders(sums + pad, n, channels, radius, edges);
    rows += 4;
    dst += n;
  }
}

function addRow(row: usize, sums: usize, n: usize): void {
  for (let i: usize = 0; i < n; i += 8)
    v128.store(sums + i * 2, i16x8.add(v128.load(sums + i * 2), v128.load_ext<u8>(row + i)));
}

/** Sums of the columns that the borders show. */
function putBorders(sums: usize, n: usize, channels: i32, radius: i32, edges: usize): void {
  const left = sums - <usize>(radius * channels) * 2;
  for (let i = 0; i < radius; i++) {
    copyPixel(sums + <usize>(load<i32>(edges) * channels) * 2, left + <usize>(i * channels) * 2, channels);
    copyPixel(
      sums + <usize>(load<i32>(edges + radius * 4) * channels) * 2,
      sums + n * 2 + <usize>(i * channels) * 2,
      channels,
    );
    edges += 4;
  }
}

// @ts-ignore: decorator
@inline
function copyPixel(from: usize, to: usize, channels: i32): void {
  store<u16>(to, load<u16>(from));
  if (channels == 1) return;
  store<u32>(to, load<u32>(from, 2), 2);
}
