import { one16At, pairsAt, sixBytesAt } from './constants';
import { pick } from './relaxed';

/**
 * Bilinear resampling of RGB rows, fixed point as OpenCV's. `columns`: for each output pixel the byte offset of its left
 * neighbour (int32) and both weights (16 bits each, 11 fractional). `rows`: for each output row both source rows and both
 * weights (4 x int32). `first` and `second` are two rows of int16 to work in, with room for a vector more.
 */
export function resize3(
  src: usize,
  srcStride: i32,
  dst: usize,
  outWidth: i32,
  outHeight: i32,
  columns: usize,
  rows: usize,
  first: usize,
  second: usize,
): void {
  let upper = first;
  let lower = second;
  let upperRow = -1;
  let lowerRow = -1;
  const n = outWidth * 3;
  for (let y = 0; y < outHeight; y++) {
    const y0 = load<i32>(rows);
    const y1 = load<i32>(rows, 4);
    // The lower row of one output row is often the upper one of the next.
    if (y0 == lowerRow) {
      const held = upper;
      upper = lower;
      lower = held;
      lowerRow = upperRow;
      upperRow = y0;
    }
    if (y0 != upperRow) resampleRow3(src + y0 * srcStride, columns, outWidth, upper);
    upperRow = y0;
    if (y1 != lowerRow) resampleRow3(src + y1 * srcStride, columns, outWidth, lower);
    lowerRow = y1;
    blendRows(upper, lower, load<i32>(rows, 8), load<i32>(rows, 12), n, dst);
    rows += 16;
    dst += n;
  }
}

/** A row, resampled to int16 without the lowest 4 bits, 3 a pixel. */
function resampleRow3(src: usize, taps: usize, width: i32, dst: usize): void {
  const pairs = v128.load(pairsAt);
  const six = v128.load(sixBytesAt);
  let x = 0;
  for (; x + 2 <= width; x += 2) {
    const both = i16x8.narrow_i32x4_s(
      weigh(src + load<u32>(taps), v128.load32_splat(taps, 4), pairs),
      weigh(src + load<u32>(taps, 8), v128.load32_splat(taps, 12), pairs),
    );
    // Six bytes a pixel; the four too many at the end are written over.
    v128.store(dst, pick(both, six));
    taps += 16;
    dst += 12;
  }
  if (x < width) {
    const one = weigh(src + load<u32>(taps), v128.load32_splat(taps, 4), pairs);
    v128.store(dst, i16x8.narrow_i32x4_s(one, one));
  }
}

// @ts-ignore: decorator
@inline
function weigh(from: usize, weights: v128, pairs: v128): v128 {
  return i32x4.shr_s(i32x4.dot_i16x8_s(pick(v128.load64_zero(from), pairs), weights), 4);
}

/**
 * Two resampled rows, weighted: `((b0 s0 >> 16) + (b1 s1 >> 16) + 2) >> 2`, as OpenCV rounds. The sum of both products
 * is shifted at once; where the two parts that are cut off make up one, it is taken off again.
 */
function blendRows(upper: usize, lower: usize, b0: i32, b1: i32, n: i32, dst: usize): void {
  const weights = i32x4.splat((b1 << 16) | b0);
  const w0 = i16x8.splat(<i16>b0);
  const w1 = i16x8.splat(<i16>b1);
  const one = v128.load(one16At);
  const wide = n & ~15;
  for (let i = 0; i < wide; i += 16) {
    const a = blend8(v128.load(upper), v128.load(lower), weights, w0, w1, one);
    const b = blend8(v128.load(upper, 16), v128.load(lower, 16), weights, w0, w1, one);
    v128.store(dst, i8x16.narrow_i16x8_u(a, b));
    upper += 32;
    lower += 32;
    dst += 16;
  }
  for (let i = wide; i < n; i++) {
    const sum = ((b0 * <i32>load<i16>(upper)) >> 16) + ((b1 * <i32>load<i16>(lower)) >> 16);
    store<u8>(dst, <u8>((sum + 2) >> 2));
    upper += 2;
    lower += 2;
    dst += 1;
  }
}

// @ts-ignore: decorator
@inline
function blend8(s0: v128, s1: v128, weights: v128, w0: v128, w1: v128, one: v128): v128 {
  const low = i32x4.dot_i16x8_s(v128.shuffle<i16>(s0, s1, 0, 8, 1, 9, 2, 10, 3, 11), weights);
  const high = i32x4.dot_i16x8_s(v128.shuffle<i16>(s0, s1, 4, 12, 5, 13, 6, 14, 7, 15), weights);
  const sum = i16x8.narrow_i32x4_s(i32x4.shr_s(low, 16), i32x4.shr_s(high, 16));
  const rest0 = i16x8.mul(s0, w0);
  const rest = i16x8.add(rest0, i16x8.mul(s1, w1));
  // -1 where the rests don't carry.
  const whole = i16x8.ge_u(rest, rest0);
  return i16x8.shr_s(i16x8.sub(i16x8.add(sum, one), whole), 2);
}
