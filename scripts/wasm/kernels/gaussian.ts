import { roundAt } from './constants';

// Weighted means by a normal distribution, as sums in double precision give them. They are added up in single precision, four at
// once; the few that come out so near to a half that its errors decide are added up again in double precision.

/**
 * Means along the rows, rounded to float32, and down the columns, rounded once at the end; reflect-101 border.
 *
 * `weights`: float32, from the middle outwards, radius + 1. `rows` and `edges` as for `boxBlur`. `limit`: distance from the
 * nearest whole number above which single precision may be wrong. `work` keeps 2 radius + 1 rows, with their borders and
 * filtered: 8 (radius + 1) + (2 radius + 1) (8 n + 8 radius channels + 160) bytes.
 */
export function gaussianBlur(
  src: usize,
  dst: usize,
  width: i32,
  height: i32,
  channels: i32,
  radius: i32,
  weights: usize,
  rows: usize,
  edges: usize,
  work: usize,
  limit: f32,
): void {
  const n = width * channels;
  const side = 2 * radius + 1;
  const step = <usize>channels * 4;
  const pad = step * radius;
  const wideBytes: usize = (<usize>n * 4 + pad * 2 + 79) & ~15;
  const rowBytes: usize = (<usize>n * 4 + 79) & ~15;
  const filtered = work;
  const wide = filtered + rowBytes * side;
  const places = wide + wideBytes * side;
  let ready = 0;
  for (let y = 0; y < height; y++) {
    for (const last = min(height - 1, y + radius); ready <= last; ready++) {
      const slot = <usize>(ready % side);
      const row = wide + slot * wideBytes + pad;
      gaussWiden(src + <usize>ready * n, row, n);
      putBorders(row, n, step, radius, edges);
      gaussAlong(row, step, weights, radius, n, filtered + slot * rowBytes);
    }
    // The rows that have the same weight, above and below.
    for (let k = 0; k <= radius; k++) {
      const above = <usize>(load<i32>(rows + (y + radius - k) * 4) % side);
      const below = <usize>(load<i32>(rows + (y + radius + k) * 4) % side);
      store<usize>(places + k * 8, filtered + above * rowBytes);
      store<usize>(places + k * 8, filtered + below * rowBytes, 4);
    }
    gaussDown(places, weights, radius, n, limit, filtered, rowBytes, wide + pad, wideBytes, step, dst);
    dst += n;
  }
}

/** uint8 to float32; up to 15 more than n. */
export function gaussWiden(src: usize, to: usize, n: i32): void {
  const end = src + n;
  while (src < end) {
    const v = v128.load(src);
    const low = i16x8.extend_low_i8x16_u(v);
    const high = i16x8.extend_high_i8x16_u(v);
    v128.store(to, f32x4.convert_i32x4_s(i32x4.extend_low_i16x8_u(low)));
    v128.store(to, f32x4.convert_i32x4_s(i32x4.extend_high_i16x8_u(low)), 16);
    v128.store(to, f32x4.convert_i32x4_s(i32x4.extend_low_i16x8_u(high)), 32);
    v128.store(to, f32x4.convert_i32x4_s(i32x4.extend_high_i16x8_u(high)), 48);
    src += 16;
    to += 64;
  }
}

/** What the columns outside show. */
function putBorders(row: usize, n: i32, step: usize, radius: i32, edges: usize): void {
  const left = row - step * radius;
  const right = row + <usize>n * 4;
  for (let i = 0; i < radius; i++) {
    const from = row + step * load<i32>(edges + i * 4);
    const other = row + step * load<i32>(edges + (radius + i) * 4);
    for (let c: usize = 0; c < step; c += 4) {
      store<f32>(left + step * i + c, load<f32>(from + c));
      store<f32>(right + step * i + c, load<f32>(other + c));
    }
  }
}

/** A row in single precision, 16 values a turn; pixels are `step` bytes apart. */
export function gaussAlong(from: usize, step: usize, weights: usize, radius: i32, n: i32, to: usize): void {
  const end = to + n * 4;
  const last = weights + radius * 4;
  while (to < end) {
    const middle = v128.load32_splat(weights);
    let a = f32x4.mul(middle, v128.load(from));
    let b = f32x4.mul(middle, v128.load(from, 16));
    let c = f32x4.mul(middle, v128.load(from, 32));
    let d = f32x4.mul(middle, v128.load(from, 48));
    let left = from;
    let right = from;
    for (let at = weights; at < last; at += 4) {
      left -= step;
      right += step;
      const w = v128.load32_splat(at, 4);
      a = f32x4.add(a, f32x4.mul(w, f32x4.add(v128.load(left), v128.load(right))));
      b = f32x4.add(b, f32x4.mul(w, f32x4.add(v128.load(left, 16), v128.load(right, 16))));
      c = f32x4.add(c, f32x4.mul(w, f32x4.add(v128.load(left, 32), v128.load(right, 32))));
      d = f32x4.add(d, f32x4.mul(w, f32x4.add(v128.load(left, 48), v128.load(right, 48))));
    }
    v128.store(to, a);
    v128.store(to, b, 16);
    v128.store(to, c, 32);
    v128.store(to, d, 48);
    from += 64;
    to += 64;
  }
}

/** Down the columns, a row of the result, 16 values a turn; what comes near to a half is done again by `exact`. */
export function gaussDown(
  places: usize,
  weights: usize,
  radius: i32,
  n: i32,
  limit: f32,
  filtered: usize,
  rowBytes: usize,
  wide: usize,
  wideBytes: usize,
  step: usize,
  dst: usize,
): void {
  const round = v128.load(roundAt);
  const most = f32x4.splat(limit);
  for (let i = 0; i < n; i += 16) {
    const at = <usize>i * 4;
    const own = load<usize>(places) + at;
    const middle = v128.load32_splat(weights);
    let a = f32x4.mul(middle, v128.load(own));
    let b = f32x4.mul(middle, v128.load(own, 16));
    let c = f32x4.mul(middle, v128.load(own, 32));
    let d = f32x4.mul(middle, v128.load(own, 48));
    for (let k = 1; k <= radius; k++) {
      const above = load<usize>(places + k * 8) + at;
      const below = load<usize>(places + k * 8, 4) + at;
      const w = v128.load32_splat(weights + k * 4);
      a = f32x4.add(a, f32x4.mul(w, f32x4.add(v128.load(above), v128.load(below))));
      b = f32x4.add(b, f32x4.mul(w, f32x4.add(v128.load(above, 16), v128.load(below, 16))));
      c = f32x4.add(c, f32x4.mul(w, f32x4.add(v128.load(above, 32), v128.load(below, 32))));
      d = f32x4.add(d, f32x4.mul(w, f32x4.add(v128.load(above, 48), v128.load(below, 48))));
    }
    const left = n - i;
    put16(dst + i, left, whole(a, round), whole(b, round), whole(c, round), whole(d, round));
    const any = v128.or(v128.or(near(a, round, most), near(b, round, most)), v128.or(near(c, round, most), near(d, round, most)));
    if (!v128.any_true(any)) continue;
    for (let k = 0; k < 16 && k < left; k += 4) {
      const sums = k < 8 ? (k == 0 ? a : b) : k == 8 ? c : d;
      if (v128.any_true(near(sums, round, most)))
        exact(at + k * 4, places, weights, radius, filtered, rowBytes, wide, wideBytes, step, dst + i + k, min(4, left - k));
    }
  }
}

/** The nearest whole numbers, int32. */
// @ts-ignore: decorator
@inline
function whole(sums: v128, round: v128): v128 {
  return i32x4.sub(f32x4.add(sums, round), round);
}

/** Which sums are further from the nearest whole number than `most`. */
// @ts-ignore: decorator
@inline
function near(sums: v128, round: v128, most: v128): v128 {
  const off = f32x4.sub(sums, f32x4.sub(f32x4.add(sums, round), round));
  return f32x4.gt(f32x4.abs(off), most);
}

/** Sixteen values, or as many as are left. */
// @ts-ignore: decorator
@inline
function put16(to: usize, left: i32, a: v128, b: v128, c: v128, d: v128): void {
  const bytes = i8x16.narrow_i16x8_u(i16x8.narrow_i32x4_s(a, b), i16x8.narrow_i32x4_s(c, d));
  if (left >= 16) v128.store(to, bytes);
  else putBytes(to, bytes, left);
}

/** The first `count` of sixteen bytes. */
function putBytes(to: usize, v: v128, count: i32): void {
  let bits = <u64>i64x2.extract_lane(v, 0);
  for (let i = 0; i < count; i++) {
    if (i == 8) bits = <u64>i64x2.extract_lane(v, 1);
    store<u8>(to + i, <u8>bits);
    bits >>= 8;
  }
}

/** Up to four values in double precision: the same sums, in the same order, as without vectors. */
function exact(
  at: usize,
  places: usize,
  weights: usize,
  radius: i32,
  filtered: usize,
  rowBytes: usize,
  wide: usize,
  wideBytes: usize,
  step: usize,
  to: usize,
  count: i32,
): void {
  let low = f64x2.splat(0);
  let high = low;
  for (let k = 0; k <= radius; k++) {
    const above = wide + ((load<usize>(places + k * 8) - filtered) / rowBytes) * wideBytes + at;
    const one = exactAlong(above, step, weights, radius);
    let oneLow = f64x2.promote_low_f32x4(one);
    let oneHigh = f64x2.promote_low_f32x4(v128.shuffle<i64>(one, one, 1, 0));
    if (k > 0) {
      const below = wide + ((load<usize>(places + k * 8, 4) - filtered) / rowBytes) * wideBytes + at;
      const other = exactAlong(below, step, weights, radius);
      oneLow = f64x2.add(oneLow, f64x2.promote_low_f32x4(other));
      oneHigh = f64x2.add(oneHigh, f64x2.promote_low_f32x4(v128.shuffle<i64>(other, other, 1, 0)));
    }
    const w = f64x2.splat(load<f32>(weights + k * 4));
    low = f64x2.add(low, f64x2.mul(w, oneLow));
    high = f64x2.add(high, f64x2.mul(w, oneHigh));
  }
  const whole = v128.shuffle<i64>(
    i32x4.trunc_sat_f64x2_s_zero(f64x2.nearest(low)),
    i32x4.trunc_sat_f64x2_s_zero(f64x2.nearest(high)),
    0,
    2,
  );
  const words = i16x8.narrow_i32x4_s(whole, whole);
  putBytes(to, i8x16.narrow_i16x8_u(words, words), count);
}

/** Four means along a row, in double precision, rounded to float32. */
function exactAlong(from: usize, step: usize, weights: usize, radius: i32): v128 {
  let left = from;
  let right = from;
  const middle = f64x2.splat(load<f32>(weights));
  const own = v128.load(from);
  let low = f64x2.mul(middle, f64x2.promote_low_f32x4(own));
  let high = f64x2.mul(middle, f64x2.promote_low_f32x4(v128.shuffle<i64>(own, own, 1, 0)));
  for (let k = 1; k <= radius; k++) {
    left -= step;
    right += step;
    // Sums of two whole numbers are exact in single precision.
    const both = f32x4.add(v128.load(left), v128.load(right));
    const w = f64x2.splat(load<f32>(weights + k * 4));
    low = f64x2.add(low, f64x2.mul(w, f64x2.promote_low_f32x4(both)));
    high = f64x2.add(high, f64x2.mul(w, f64x2.promote_low_f32x4(v128.shuffle<i64>(both, both, 1, 0))));
  }
  return v128.shuffle<i64>(f32x4.demote_f64x2_zero(low), f32x4.demote_f64x2_zero(high), 0, 2);
}
