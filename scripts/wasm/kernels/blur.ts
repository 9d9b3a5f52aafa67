import { NINTH, SIXTY_FOUR } from './constants';

/**
 * Mean over a window of odd side k from 3 to 11, reflect-101 border, rounded half up: sums over the rows are added up
 * as they enter the window and taken off as they leave it.
 *
 * `work` holds a padded row of bytes, then k + 1 rows of uint16: (padded + 32) + (k + 1) * 2 * (n + 16) bytes.
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
  const n = width * channels;
  const radius = k >> 1;
  const pad = radius * channels;
  const rowBytes = <usize>((n + 31) & ~15) * 2;
  const sums = work + <usize>((n + 2 * pad + 47) & ~15);
  const ring = sums + rowBytes;
  memory.fill(sums, 0, rowBytes * (k + 1));
  let slot = 0;
  for (let i = 0; i < height + 2 * radius; i++) {
    padRow(src + <usize>load<i32>(rows + i * 4) * n, work, width, channels, radius, edges);
    const held = ring + <usize>slot * rowBytes;
    slot = slot + 1 == k ? 0 : slot + 1;
    const y = i - 2 * radius;
    const to = dst + y * n;
    if (y < 0) enter(work, sums, held, n, channels, k);
    else if (k == 3) {
      const a = ring + <usize>slot * rowBytes;
      const b = ring + <usize>(slot == 2 ? 0 : slot + 1) * rowBytes;
      if (channels == 3) rgb3(work, a, b, held, n, to);
      else gray3(work, a, b, held, n, to);
    }
    else if (channels == 3 && k == 5) rgb5(work, sums, held, n, to, factor);
    else if (channels == 3 && k == 7) rgb7(work, sums, held, n, to, factor);
    else enterAndDivide(work, sums, held, n, channels, k, to, factor, shift);
  }
}

/** The row with the pixels that its border shows. */
function padRow(from: usize, to: usize, width: i32, channels: i32, radius: i32, edges: usize): void {
  const n = width * channels;
  const pad = radius * channels;
  // The last vector runs over the right border, which follows.
  for (let i = 0; i < n; i += 16) v128.store(to + pad + i, v128.load(from + i));
  for (let k = 0; k < radius; k++) {
    const left = from + load<i32>(edges + k * 4) * channels;
    const right = from + load<i32>(edges + (radius + k) * 4) * channels;
    for (let c = 0; c < channels; c++) {
      store<u8>(to + k * channels + c, load<u8>(left + c));
      store<u8>(to + pad + n + k * channels + c, load<u8>(right + c));
    }
  }
}

// @ts-ignore: decorator
@inline
function across4(from: usize, channels: i32): v128 {
  return i16x8.add(
    i16x8.add(v128.load_ext<u8>(from), v128.load_ext<u8>(from + channels)),
    i16x8.add(v128.load_ext<u8>(from + 2 * channels), v128.load_ext<u8>(from + 3 * channels)),
  );
}

/** Sum of eight values each at k steps of `channels` bytes. */
// @ts-ignore: decorator
@inline
function across(from: usize, channels: i32, k: i32): v128 {
  let sum = v128.load_ext<u8>(from);
  if (k == 5) return i16x8.add(sum, across4(from + channels, channels));
  if (k == 7) {
    const last = i16x8.add(
      v128.load_ext<u8>(from + 5 * channels),
      v128.load_ext<u8>(from + 6 * channels),
    );
    return i16x8.add(i16x8.add(sum, last), across4(from + channels, channels));
  }
  for (let j = 1; j < k; j++) {
    from += channels;
    sum = i16x8.add(sum, v128.load_ext<u8>(from));
  }
  return sum;
}

// @ts-ignore: decorator
@inline
function slide(row: v128, sums: usize, held: usize): v128 {
  const sum = i16x8.add(i16x8.sub(v128.load(sums), v128.load(held)), row);
  v128.store(held, row);
  v128.store(sums, sum);
  return sum;
}

function enter(row: usize, sums: usize, held: usize, n: i32, channels: i32, k: i32): void {
  for (let i = 0; i < n; i += 8) {
    slide(across(row, channels, k), sums, held);
    row += 8;
    sums += 16;
    held += 16;
  }
}

// RGB and the usual sides have functions of their own, in which distances and shifts are constants.

export function rgb3(row: usize, a: usize, b: usize, held: usize, n: i32, dst: usize): void {
  enterAndDivide3(row, a, b, held, n, 3, dst);
}

export function gray3(row: usize, a: usize, b: usize, held: usize, n: i32, dst: usize): void {
  enterAndDivide3(row, a, b, held, n, 1, dst);
}

export function rgb5(row: usize, sums: usize, held: usize, n: i32, dst: usize, factor: i32): void {
  enterAndDivide(row, sums, held, n, 3, 5, dst, factor, 19);
}

export function rgb7(row: usize, sums: usize, held: usize, n: i32, dst: usize, factor: i32): void {
  enterAndDivide(row, sums, held, n, 3, 7, dst, factor, 20);
}

// Three rows are added up anew: that takes fewer stores than a sum that slides.
// @ts-ignore: decorator
@inline
function enterAndDivide3(row: usize, a: usize, b: usize, held: usize, n: i32, channels: i32, dst: usize): void {
  const wide = n & ~15;
  const ninth = v128.load(NINTH);
  let i = 0;
  for (; i < wide; i += 16) {
    const low = across3(row, channels);
    const high = across3(row + 8, channels);
    v128.store(held, low);
    v128.store(held, high, 16);
    const x = i16x8.add(low, i16x8.add(v128.load(a), v128.load(b)));
    const y = i16x8.add(high, i16x8.add(v128.load(a, 16), v128.load(b, 16)));
    v128.store(
      dst,
      i8x16.narrow_i16x8_u(i16x8.q15mulr_sat_s(x, ninth), i16x8.q15mulr_sat_s(y, ninth)),
    );
    row += 16;
    a += 32;
    b += 32;
    held += 32;
    dst += 16;
  }
  for (let left = n - i; left > 0; left -= 8) {
    const low = across3(row, channels);
    v128.store(held, low);
    const x = i16x8.add(low, i16x8.add(v128.load(a), v128.load(b)));
    const q = i16x8.q15mulr_sat_s(x, ninth);
    putBytes(dst, i8x16.narrow_i16x8_u(q, q), min(left, 8));
    row += 8;
    a += 16;
    b += 16;
    held += 16;
    dst += 8;
  }
}

// @ts-ignore: decorator
@inline
function across3(from: usize, channels: i32): v128 {
  return i16x8.add(
    i16x8.add(v128.load_ext<u8>(from), v128.load_ext<u8>(from + channels)),
    v128.load_ext<u8>(from + 2 * channels),
  );
}

// @ts-ignore: decorator
@inline
function enterAndDivide(
  row: usize,
  sums: usize,
  held: usize,
  n: i32,
  channels: i32,
  k: i32,
  dst: usize,
  factor: i32,
  shift: i32,
): void {
  const wide = n & ~15;
  // The sum times the factor, plus half a unit as 2^(shift - 1) = 64 * 2^(shift - 7).
  const weights = i32x4.splat((1 << (shift - 7 + 16)) | factor);
  const unit = v128.load(SIXTY_FOUR);
  let i = 0;
  for (; i < wide; i += 16) {
    const a = divide(slide(across(row, channels, k), sums, held), weights, unit, shift);
    const b = divide(slide(across(row + 8, channels, k), sums + 16, held + 16), weights, unit, shift);
    v128.store(dst, i8x16.narrow_i16x8_u(a, b));
    row += 16;
    sums += 32;
    held += 32;
    dst += 16;
  }
  for (let left = n - i; left > 0; left -= 8) {
    const q = divide(slide(across(row, channels, k), sums, held), weights, unit, shift);
    putBytes(dst, i8x16.narrow_i16x8_u(q, q), min(left, 8));
    row += 8;
    sums += 16;
    held += 16;
    dst += 8;
  }
}

// @ts-ignore: decorator
@inline
function divide(sum: v128, weights: v128, unit: v128, shift: i32): v128 {
  const low = i32x4.dot_i16x8_s(v128.shuffle<i16>(sum, unit, 0, 8, 1, 9, 2, 10, 3, 11), weights);
  const high = i32x4.dot_i16x8_s(v128.shuffle<i16>(sum, unit, 4, 12, 5, 13, 6, 14, 7, 15), weights);
  return i16x8.narrow_i32x4_s(i32x4.shr_u(low, shift), i32x4.shr_u(high, shift));
}

/** The first `count` bytes, at most 8. */
function putBytes(to: usize, v: v128, count: i32): void {
  let bits = <u64>i64x2.extract_lane(v, 0);
  for (let i = 0; i < count; i++) {
    store<u8>(to + i, <u8>bits);
    bits >>= 8;
  }
}
