// Contrast-limited adaptive histogram equalisation of the lightness: the arithmetic of
// src/augment/transforms/clahe/equalise.ts, where it is explained.

import { roundAt, roundBitsAt } from './constants';

/**
 * The table of every tile, 256 bytes each. `columns` and `rows` are int32 indices of the padded plane; `histogram` is
 * 1 KB of work; `limit` 0 does not clip.
 */
export function claheTables(
  plane: usize,
  width: i32,
  columns: usize,
  rows: usize,
  tilesX: i32,
  tilesY: i32,
  tileWidth: i32,
  tileHeight: i32,
  limit: i32,
  scale: f32,
  histogram: usize,
  tables: usize,
): void {
  for (let ty = 0; ty < tilesY; ty++)
    for (let tx = 0; tx < tilesX; tx++) {
      for (let k = 0; k < 1024; k += 16) v128.store(histogram + k, i32x4.splat(0));
      const first = columns + (tx * tileWidth) * 4;
      for (let y = ty * tileHeight; y < (ty + 1) * tileHeight; y++) {
        const row = plane + load<i32>(rows + y * 4) * width;
        for (let x = 0; x < tileWidth; x++) {
          const bin = histogram + (<usize>load<u8>(row + load<i32>(first + x * 4)) << 2);
          store<i32>(bin, load<i32>(bin) + 1);
        }
      }
      accumulate(histogram, limit > 0 ? clip(histogram, limit) : 0, scale, tables);
      tables += 256;
    }
}

/** Cuts the histogram at the limit; what is left over from spreading evenly is spread here, the even share returned. */
function clip(histogram: usize, limit: i32): i32 {
  const limits = i32x4.splat(limit);
  let cut = i32x4.splat(0);
  for (let k: usize = 0; k < 1024; k += 16) {
    const h = v128.load(histogram + k);
    const low = i32x4.min_s(h, limits);
    cut = i32x4.add(cut, i32x4.sub(h, low));
    v128.store(histogram + k, low);
  }
  const clipped =
    i32x4.extract_lane(cut, 0) + i32x4.extract_lane(cut, 1) +
    i32x4.extract_lane(cut, 2) + i32x4.extract_lane(cut, 3);
  let rest = clipped & 255;
  if (rest > 0) {
    const step = max(256 / rest, 1);
    for (let i = 0; i < 256 && rest > 0; i += step) {
      store<i32>(histogram + i * 4, load<i32>(histogram + i * 4) + 1);
      rest--;
    }
  }
  return clipped >> 8;
}

/** Running sums of the histogram plus `batch`, times `scale`, rounded, as bytes. */
function accumulate(histogram: usize, batch: i32, scale: f32, table: usize): void {
  const scales = f32x4.splat(scale);
  const batches = i32x4.splat(batch);
  const round = v128.load(roundAt);
  const bits = v128.load(roundBitsAt);
  let before = i32x4.splat(0);
  for (let k = 0; k < 16; k++) {
    let sums = prefix(histogram, batches, before);
    const a = rounded(sums, scales, round, bits);
    sums = prefix(histogram + 16, batches, v128.shuffle<i32>(sums, sums, 3, 3, 3, 3));
    const b = rounded(sums, scales, round, bits);
    sums = prefix(histogram + 32, batches, v128.shuffle<i32>(sums, sums, 3, 3, 3, 3));
    const c = rounded(sums, scales, round, bits);
    sums = prefix(histogram + 48, batches, v128.shuffle<i32>(sums, sums, 3, 3, 3, 3));
    const d = rounded(sums, scales, round, bits);
    before = v128.shuffle<i32>(sums, sums, 3, 3, 3, 3);
    v128.store(
      table,
      i8x16.narrow_i16x8_u(i16x8.narrow_i32x4_s(a, b), i16x8.narrow_i32x4_s(c, d)),
    );
    histogram += 64;
    table += 16;
  }
}

// @ts-ignore: decorator
@inline
function prefix(histogram: usize, batches: v128, before: v128): v128 {
  const zero = i32x4.splat(0);
  // Running sums of four bins: shifted by one lane and added, then by two; then all that came before.
  let v = i32x4.add(v128.load(histogram), batches);
  v = i32x4.add(v, v128.shuffle<i32>(zero, v, 0, 4, 5, 6));
  v = i32x4.add(v, v128.shuffle<i32>(zero, v, 0, 1, 4, 5));
  return i32x4.add(v, before);
}

// @ts-ignore: decorator
@inline
function rounded(sums: v128, scales: v128, round: v128, bits: v128): v128 {
  // Added to 2^23, a float32 has no bits left for fractions: it is rounded, ties to even.
  const x = f32x4.mul(f32x4.convert_i32x4_s(sums), scales);
  return i32x4.sub(f32x4.add(x, round), bits);
}

/**
 * For each of n coordinates: offsets of its two nearest tiles' tables (int32; times `stride`), and the weights (1 - u,
 * u, 1 - u, u) as float32: 24 bytes.
 */
export function clahePositions(n: i32, tiles: i32, tileSize: i32, stride: i32, to: usize): void {
  const inverse = <f32>1 / <f32>tileSize;
  for (let i = 0; i < n; i++) {
    const t = <f32>i * inverse - <f32>0.5;
    const low = floor<f32>(t);
    const u = t - low;
    store<i32>(to, max(<i32>low, 0) * stride);
    store<i32>(to, min(<i32>low + 1, tiles - 1) * stride, 4);
    store<f32>(to, 1 - u, 8);
    store<f32>(to, u, 12);
    store<f32>(to, 1 - u, 16);
    store<f32>(to, u, 20);
    to += 24;
  }
}

/** Blends the tables of the four nearest tiles at every pixel, in single precision. */
export function claheBlend(
  plane: usize,
  width: i32,
  height: i32,
  tables: usize,
  xs: usize,
  ys: usize,
  dst: usize,
): void {
  const round = v128.load(roundAt);
  for (let y = 0; y < height; y++) {
    const upper = tables + load<i32>(ys);
    const lower = tables + load<i32>(ys, 4);
    // (1 - v, -, v, -)
    const vs = v128.shuffle<i32>(v128.load(ys, 8), v128.load(ys, 8), 0, 0, 1, 1);
    let at = xs;
    for (let x = 0; x < width; x++) {
      const value = <usize>load<u8>(plane);
      const left = <usize>load<i32>(at) + value;
      const right = <usize>load<i32>(at, 4) + value;
      // Lanes: upper left, upper right, lower left, lower right.
      let p = v128.load_lane<u8>(upper + left, i32x4.splat(0), 0);
      p = v128.load_lane<u8>(upper + right, p, 4);
      p = v128.load_lane<u8>(lower + left, p, 8);
      p = v128.load_lane<u8>(lower + right, p, 12);
      // Weighed along the rows (lanes 0 and 2 then hold their sums), then between them (lane 0).
      const w = f32x4.mul(f32x4.convert_i32x4_s(p), v128.load(at, 8));
      const rows = f32x4.mul(f32x4.add(w, v128.shuffle<i32>(w, w, 1, 1, 3, 3)), vs);
      const sum = f32x4.add(rows, v128.shuffle<i32>(rows, rows, 2, 2, 2, 2));
      v128.store_lane<u8>(dst, f32x4.add(sum, round), 0);
      at += 24;
      plane += 1;
      dst += 1;
    }
    ys += 24;
  }
}
