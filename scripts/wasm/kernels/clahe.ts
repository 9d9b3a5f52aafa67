// Contrast-limited adaptive histogram equalisation of the lightness, with OpenCV's 8-bit Lab: the arithmetic of
// src/augment/transforms/clahe/lab.ts and equalise.ts, where it is explained.

import { most12At, roundAt, roundBitsAt } from './constants';

const labShift: i32 = 12;
const rootShift: i32 = 15;
const backShift: i32 = 14;

/**
 * RGB to lightness, and to what a and b add to f(y) on the way back (int16 each).
 *
 * `products`: for each value of red, then green, then blue, its shares in X, Y and Z (4 x int32; the half for rounding
 * is with blue). `roots`: uint16 f(t).
 */
export function labForward(
  src: usize,
  pixels: i32,
  lightness: usize,
  a: usize,
  b: usize,
  products: usize,
  roots: usize,
): void {
  // Roots are looked up one by one, what follows is done for eight pixels at once. A block's roots are all written
  // before they are read: reading a vector out of words just written would wait for each.
  for (let first = 0; first < pixels; first += blockSize) {
    const count = min(blockSize, pixels - first);
    for (let i = 0; i < count; i++) {
      const sum = i32x4.add(
        i32x4.add(
          v128.load(products + (<usize>load<u8>(src) << 4)),
          v128.load(products + (<usize>load<u8>(src, 1) << 4), 4096),
        ),
        v128.load(products + (<usize>load<u8>(src, 2) << 4), 8192),
      );
      // Lanes X, Y, Z (the fourth means nothing): offsets of two bytes into `roots`.
      const index = i32x4.shl(i32x4.shr_u(sum, labShift), 1);
      store<u16>(rootsXAt + (i << 1), load<u16>(roots + i32x4.extract_lane(index, 0)));
      store<u16>(rootsYAt + (i << 1), load<u16>(roots + i32x4.extract_lane(index, 1)));
      store<u16>(rootsZAt + (i << 1), load<u16>(roots + i32x4.extract_lane(index, 2)));
      src += 3;
    }
    let i = 0;
    for (; i + 8 <= count; i += 8) {
      const x = v128.load(rootsXAt + (i << 1));
      const y = v128.load(rootsYAt + (i << 1));
      const z = v128.load(rootsZAt + (i << 1));
      const yLow = i32x4.extend_low_i16x8_u(y);
      const yHigh = i32x4.extend_high_i16x8_u(y);
      const l = i16x8.narrow_i32x4_s(lightnessOf(yLow), lightnessOf(yHigh));
      v128.store_lane<u64>(lightness, i8x16.narrow_i16x8_u(l, l), 0);
      v128.store(
        a,
        i16x8.narrow_i32x4_s(
          aOf(i32x4.extend_low_i16x8_u(x), yLow),
          aOf(i32x4.extend_high_i16x8_u(x), yHigh),
        ),
      );
      v128.store(
        b,
        i16x8.narrow_i32x4_s(
          bOf(yLow, i32x4.extend_low_i16x8_u(z)),
          bOf(yHigh, i32x4.extend_high_i16x8_u(z)),
        ),
      );
      lightness += 8;
      a += 16;
      b += 16;
    }
    for (; i < count; i++) {
      const y = i32x4.splat(load<u16>(rootsYAt + (i << 1)));
      const l = i16x8.narrow_i32x4_s(lightnessOf(y), y);
      v128.store_lane<u8>(lightness, i8x16.narrow_i16x8_u(l, l), 0);
      v128.store_lane<u16>(a, aOf(i32x4.splat(load<u16>(rootsXAt + (i << 1))), y), 0);
      v128.store_lane<u16>(b, bOf(y, i32x4.splat(load<u16>(rootsZAt + (i << 1)))), 0);
      lightness += 1;
      a += 2;
      b += 2;
    }
  }
}

const blockSize: i32 = 64;
const rootsXAt = memory.data(128, 16);
const rootsYAt = memory.data(128, 16);
const rootsZAt = memory.data(128, 16);

/** Lightness of four f(y), int32. Not yet cut off: narrowing does that. */
// @ts-ignore: decorator
@inline
function lightnessOf(y: v128): v128 {
  const shift = -((16 * 255 * (1 << rootShift) + 50) / 100) + (1 << (rootShift - 1));
  return i32x4.shr_s(i32x4.add(i32x4.mul(y, i32x4.splat(296)), i32x4.splat(shift)), rootShift);
}

/** 8-bit a as the image would store it, then its share in f(x). */
// @ts-ignore: decorator
@inline
function aOf(x: v128, y: v128): v128 {
  const a8 = chroma(i32x4.mul(i32x4.sub(x, y), i32x4.splat(500)));
  const share = i32x4.add(i32x4.mul(a8, i32x4.splat(5 * 53687)), i32x4.splat(128));
  return i32x4.sub(i32x4.shr_s(share, 13), i32x4.splat(4194));
}

// @ts-ignore: decorator
@inline
function bOf(y: v128, z: v128): v128 {
  // 8-bit b as the image would store it, then its share in f(z), as in `aOf`.
  const b8 = chroma(i32x4.mul(i32x4.sub(y, z), i32x4.splat(200)));
  const share = i32x4.add(i32x4.mul(b8, i32x4.splat(41943)), i32x4.splat(16));
  return i32x4.sub(i32x4.shr_s(share, 9), i32x4.splat(10484));
}

// @ts-ignore: decorator
@inline
function chroma(scaled: v128): v128 {
  // From 15 fractional bits to 0..255, 128 for no colour, rounded to the nearest.
  const middle = 128 * (1 << rootShift) + (1 << (rootShift - 1));
  const whole = i32x4.shr_s(i32x4.add(scaled, i32x4.splat(middle)), rootShift);
  return i32x4.min_s(i32x4.max_s(whole, i32x4.splat(0)), i32x4.splat(255));
}

/**
 * Back to RGB. `luma`: for each lightness, its shares in R, G and B with the half for rounding (4 x int32), then f(y)
 * (256 x int32). `cubes`: int32 t of f(t), from the index of f(t) = 0 on. `gamma`: uint8 of 12-bit light. `x` and `z`:
 * their shares in R, G, B.
 */
export function labBackward(
  lightness: usize,
  a: usize,
  b: usize,
  pixels: i32,
  dst: usize,
  luma: usize,
  cubes: usize,
  gamma: usize,
  shares: usize,
): void {
  const xShare = v128.load(shares);
  const zShare = v128.load(shares, 16);
  const zero = i32x4.splat(0);
  const top = v128.load(most12At);
  for (let i = 0; i < pixels; i++) {
    const l = <usize>load<u8>(lightness);
    // f(y), 14 fractional bits; a and b hold what is added to it for f(x) and taken off for f(z).
    const fy = load<i32>(luma + (l << 2), 4096);
    const x = v128.load32_splat(cubes + <isize>(fy + <i32>load<i16>(a)) * 4);
    const z = v128.load32_splat(cubes + <isize>(fy - <i32>load<i16>(b)) * 4);
    const sum = i32x4.add(
      i32x4.add(v128.load(luma + (l << 4)), i32x4.mul(x, xShare)),
      i32x4.mul(z, zShare),
    );
    // Lanes red, green, blue: linear light in 12 bits.
    const light = i32x4.min_s(i32x4.max_s(i32x4.shr_s(sum, backShift), zero), top);
    store<u8>(dst, load<u8>(gamma + i32x4.extract_lane(light, 0)));
    store<u8>(dst, load<u8>(gamma + i32x4.extract_lane(light, 1)), 1);
    store<u8>(dst, load<u8>(gamma + i32x4.extract_lane(light, 2)), 2);
    lightness += 1;
    a += 2;
    b += 2;
    dst += 3;
  }
}

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
