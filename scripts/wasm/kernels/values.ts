import {
  blueAt,
  blueWeightsAt,
  fourAt,
  halfLumaAt,
  nibbleAt,
  redGreenAt,
  redGreenWeightsAt,
  triple0At,
  triple1At,
  triple2At,
} from './constants';
import { pick } from './relaxed';

// Functions of single values. n is a number of bytes; src and dst may be read, not written, up to 16 bytes over.

/** Adds k, -255 to 255, and stays within 0 to 255. */
export function addSaturated(src: usize, dst: usize, n: i32, k: i32): void {
  const up = i8x16.splat(<i8>max(k, 0));
  const down = i8x16.splat(<i8>max(-k, 0));
  // Four vectors a turn: a turn of a loop costs as much as two of these operations.
  const wide = src + (n & ~63);
  while (src < wide) {
    const a = i8x16.sub_sat_u(i8x16.add_sat_u(v128.load(src), up), down);
    const b = i8x16.sub_sat_u(i8x16.add_sat_u(v128.load(src, 16), up), down);
    const c = i8x16.sub_sat_u(i8x16.add_sat_u(v128.load(src, 32), up), down);
    const d = i8x16.sub_sat_u(i8x16.add_sat_u(v128.load(src, 48), up), down);
    v128.store(dst, a);
    v128.store(dst, b, 16);
    v128.store(dst, c, 32);
    v128.store(dst, d, 48);
    src += 64;
    dst += 64;
  }
  const end = src + (n & 48);
  while (src < end) {
    v128.store(dst, i8x16.sub_sat_u(i8x16.add_sat_u(v128.load(src), up), down));
    src += 16;
    dst += 16;
  }
  for (let i = 0; i < (n & 15); i++)
    store<u8>(dst + i, <u8>max(0, min(255, <i32>load<u8>(src + i) + k)));
}

/**
 * A table that is `floor(u[x >> 4] + v[x & 15])`: `parts` holds the whole parts of u and of v, then ranks of their
 * fractions, 16 bytes each; ranks that add up to 128 or more carry one.
 */
export function separable(src: usize, dst: usize, n: i32, parts: usize): void {
  const wholeHigh = v128.load(parts);
  const wholeLow = v128.load(parts, 16);
  const rankHigh = v128.load(parts, 32);
  const rankLow = v128.load(parts, 48);
  const nibble = v128.load(nibbleAt);
  const wide = src + (n & ~31);
  while (src < wide) {
    const a = takeApart(v128.load(src), wholeHigh, wholeLow, rankHigh, rankLow, nibble);
    const b = takeApart(v128.load(src, 16), wholeHigh, wholeLow, rankHigh, rankLow, nibble);
    v128.store(dst, a);
    v128.store(dst, b, 16);
    src += 32;
    dst += 32;
  }
  for (let i = 0; i < (n & 31); i++) {
    const x = i8x16.splat(load<u8>(src + i));
    const one = takeApart(x, wholeHigh, wholeLow, rankHigh, rankLow, nibble);
    v128.store_lane<u8>(dst + i, one, 0);
  }
}

// @ts-ignore: decorator
@inline
function takeApart(x: v128, wholeHigh: v128, wholeLow: v128, rankHigh: v128, rankLow: v128, nibble: v128): v128 {
  const high = v128.and(i16x8.shr_u(x, 4), nibble);
  const low = v128.and(x, nibble);
  const whole = i8x16.add_sat_u(pick(wholeHigh, high), pick(wholeLow, low));
  const rank = i8x16.add(pick(rankHigh, high), pick(rankLow, low));
  return i8x16.add_sat_u(whole, i8x16.neg(i8x16.lt_s(rank, i8x16.splat(0))));
}

/** table[i] = i x factor in single precision, cut off to uint8. */
export function scaleTable(factor: f32, table: usize): void {
  const factors = f32x4.splat(factor);
  const step = f32x4.splat(4);
  let x = v128.load(fourAt);
  for (let i = 0; i < 256; i += 8) {
    const low = i32x4.trunc_sat_f32x4_s(f32x4.mul(x, factors));
    x = f32x4.add(x, step);
    const high = i32x4.trunc_sat_f32x4_s(f32x4.mul(x, factors));
    x = f32x4.add(x, step);
    const words = i16x8.narrow_i32x4_s(low, high);
    v128.store_lane<u64>(table + i, i8x16.narrow_i16x8_u(words, words), 0);
  }
}

/** dst = table[src]; the table has 256 entries. */
export function lookUp(src: usize, dst: usize, n: i32, table: usize): void {
  const end = src + (n & ~7);
  while (src < end) {
    const a = load<u8>(table + load<u8>(src));
    const b = load<u8>(table + load<u8>(src, 1));
    const c = load<u8>(table + load<u8>(src, 2));
    const d = load<u8>(table + load<u8>(src, 3));
    const e = load<u8>(table + load<u8>(src, 4));
    const f = load<u8>(table + load<u8>(src, 5));
    const g = load<u8>(table + load<u8>(src, 6));
    const h = load<u8>(table + load<u8>(src, 7));
    store<u8>(dst, a);
    store<u8>(dst, b, 1);
    store<u8>(dst, c, 2);
    store<u8>(dst, d, 3);
    store<u8>(dst, e, 4);
    store<u8>(dst, f, 5);
    store<u8>(dst, g, 6);
    store<u8>(dst, h, 7);
    src += 8;
    dst += 8;
  }
  for (let i = 0; i < (n & 7); i++) store<u8>(dst + i, load<u8>(table + <usize>load<u8>(src + i)));
}

/** Luma (BT.601, 15 fractional bits) of RGB pixels in all three channels. */
export function grayRgb(src: usize, dst: usize, pixels: i32): void {
  const redGreen = v128.load(redGreenAt);
  const blue = v128.load(blueAt);
  const weights = v128.load(redGreenWeightsAt);
  const blueWeights = v128.load(blueWeightsAt);
  const half = v128.load(halfLumaAt);
  const triple0 = v128.load(triple0At);
  const triple1 = v128.load(triple1At);
  const triple2 = v128.load(triple2At);
  const wide = pixels & ~15;
  for (let i = 0; i < wide; i += 16) {
    const a = luma4(v128.load(src), redGreen, blue, weights, blueWeights, half);
    const b = luma4(v128.load(src, 12), redGreen, blue, weights, blueWeights, half);
    const c = luma4(v128.load(src, 24), redGreen, blue, weights, blueWeights, half);
    const d = luma4(v128.load(src, 36), redGreen, blue, weights, blueWeights, half);
    const y = i8x16.narrow_i16x8_u(i16x8.narrow_i32x4_s(a, b), i16x8.narrow_i32x4_s(c, d));
    v128.store(dst, pick(y, triple0));
    v128.store(dst, pick(y, triple1), 16);
    v128.store(dst, pick(y, triple2), 32);
    src += 48;
    dst += 48;
  }
  for (let i = wide; i < pixels; i++) {
    const y = <u8>((9798 * <i32>load<u8>(src) + 19235 * <i32>load<u8>(src, 1) + 3735 * <i32>load<u8>(src, 2) + 16384) >> 15);
    store<u8>(dst, y);
    store<u8>(dst, y, 1);
    store<u8>(dst, y, 2);
    src += 3;
    dst += 3;
  }
}

/** Luma of the four pixels in the first twelve bytes. */
// @ts-ignore: decorator
@inline
function luma4(v: v128, redGreen: v128, blue: v128, weights: v128, blueWeights: v128, half: v128): v128 {
  const sum = i32x4.add(
    i32x4.dot_i16x8_s(pick(v, redGreen), weights),
    i32x4.dot_i16x8_s(pick(v, blue), blueWeights),
  );
  return i32x4.shr_u(i32x4.add(sum, half), 15);
}
