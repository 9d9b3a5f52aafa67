import { ninthAt, sixtyFourAt, twentyFifthAt } from './constants';
import { times15 } from './relaxed';

/**
 * A row of n means over windows of k x k: `sums` are those of the columns, from half a window before the row on. Writes
 * into `next` those for the next row, which a row `enters` and another `leaves`; what is read was written a row
 * before: vectors that lie across two others can be read at once only when these have long been written.
 */
export function blurRow(
  enters: usize,
  leaves: usize,
  sums: usize,
  next: usize,
  n: i32,
  channels: i32,
  k: i32,
  dst: usize,
  factor: i32,
  shift: i32,
): void {
  // RGB and the usual sides: distances and shifts are constants.
  if (channels == 3 && k == 3) rgb3(enters, leaves, sums, next, n, dst);
  else if (channels == 3 && k == 5) rgb5(enters, leaves, sums, next, n, dst);
  else if (channels == 3 && k == 7) rgb7(enters, leaves, sums, next, n, dst, factor);
  else run(enters, leaves, sums, next, n, channels, k, dst, factor, shift);
}

export function rgb3(enters: usize, leaves: usize, sums: usize, next: usize, n: i32, dst: usize): void {
  run(enters, leaves, sums, next, n, 3, 3, dst, 0, 0);
}

export function rgb5(enters: usize, leaves: usize, sums: usize, next: usize, n: i32, dst: usize): void {
  run(enters, leaves, sums, next, n, 3, 5, dst, 0, 0);
}

export function rgb7(
  enters: usize,
  leaves: usize,
  sums: usize,
  next: usize,
  n: i32,
  dst: usize,
  factor: i32,
): void {
  run(enters, leaves, sums, next, n, 3, 7, dst, factor, 20);
}

// @ts-ignore: decorator
@inline
function run(
  enters: usize,
  leaves: usize,
  sums: usize,
  next: usize,
  n: i32,
  channels: i32,
  k: i32,
  dst: usize,
  factor: i32,
  shift: i32,
): void {
  const pad = (k >> 1) * channels * 2;
  const u = firstFactor(k, factor, shift);
  const v = secondFactor(k);
  next += pad;
  const end = enters + (n & ~15);
  while (enters < end) {
    const a = v128.load(sums + pad);
    const b = v128.load(sums + pad + 16);
    const x = across(sums, a, channels * 2, k);
    const y = across(sums + 16, b, channels * 2, k);
    v128.store(next, slide(a, enters, leaves));
    v128.store(next, slide(b, enters + 8, leaves + 8), 16);
    v128.store(dst, i8x16.narrow_i16x8_u(divide(x, k, u, v, shift), divide(y, k, u, v, shift)));
    enters += 16;
    leaves += 16;
    sums += 32;
    next += 32;
    dst += 16;
  }
  for (let left = n & 15; left > 0; left -= 8) {
    const a = v128.load(sums + pad);
    const x = across(sums, a, channels * 2, k);
    v128.store(next, slide(a, enters, leaves));
    putBytes(dst, divide(x, k, u, v, shift), min(left, 8));
    enters += 8;
    leaves += 8;
    sums += 16;
    next += 16;
    dst += 8;
  }
}

// @ts-ignore: decorator
@inline
function slide(sum: v128, enters: usize, leaves: usize): v128 {
  return i16x8.add(i16x8.sub(sum, v128.load_ext<u8>(leaves)), v128.load_ext<u8>(enters));
}

/** Sums of k values each, `step` bytes apart; the one in the middle is at hand. */
// @ts-ignore: decorator
@inline
function across(from: usize, middle: v128, step: i32, k: i32): v128 {
  const first = i16x8.add(v128.load(from), v128.load(from + step * (k - 1)));
  if (k == 3) return i16x8.add(middle, first);
  const second = i16x8.add(v128.load(from + step), v128.load(from + step * (k - 2)));
  if (k == 5) return i16x8.add(middle, i16x8.add(first, second));
  const third = i16x8.add(v128.load(from + step * 2), v128.load(from + step * (k - 3)));
  let sum = i16x8.add(i16x8.add(middle, first), i16x8.add(second, third));
  if (k == 7) return sum;
  for (let j = 3; j < k >> 1; j++)
    sum = i16x8.add(sum, i16x8.add(v128.load(from + step * j), v128.load(from + step * (k - 1 - j))));
  return sum;
}

// Constants for `divide`, to be loaded before a loop: in it they would be loaded again after every store.

// @ts-ignore: decorator
@inline
function firstFactor(k: i32, factor: i32, shift: i32): v128 {
  if (k == 3) return v128.load(ninthAt);
  if (k == 5) return v128.load(twentyFifthAt);
  // A sum times the factor, plus half a unit as 2^(shift - 1) = 64 * 2^(shift - 7).
  return i32x4.splat((1 << (shift - 7 + 16)) | factor);
}

// @ts-ignore: decorator
@inline
function secondFactor(k: i32): v128 {
  return k == 5 ? v128.load(twentyFifthAt, 16) : v128.load(sixtyFourAt);
}

/** Sums of k^2 bytes divided by as much, rounded half up: exact for all of them. */
// @ts-ignore: decorator
@inline
function divide(sum: v128, k: i32, u: v128, v: v128, shift: i32): v128 {
  if (k == 3) return times15(sum, u);
  // 1311 / 2^15 is a 25th and 7 / 2^15 of it too much.
  if (k == 5) return times15(i16x8.sub(sum, times15(sum, u)), v);
  const low = i32x4.dot_i16x8_s(v128.shuffle<i16>(sum, v, 0, 8, 1, 9, 2, 10, 3, 11), u);
  const high = i32x4.dot_i16x8_s(v128.shuffle<i16>(sum, v, 4, 12, 5, 13, 6, 14, 7, 15), u);
  return i16x8.narrow_i32x4_s(i32x4.shr_u(low, shift), i32x4.shr_u(high, shift));
}

/** The first `count` of eight values up to 255, as bytes. */
function putBytes(to: usize, v: v128, count: i32): void {
  let bits = <u64>i64x2.extract_lane(i8x16.narrow_i16x8_u(v, v), 0);
  for (let i = 0; i < count; i++) {
    store<u8>(to + i, <u8>bits);
    bits >>= 8;
  }
}
