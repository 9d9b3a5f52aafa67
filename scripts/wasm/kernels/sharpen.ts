import { times15 } from './relaxed';

/** 2^23 and a half of it: added to a float32, it leaves the nearest whole number, with its sign, in the lowest bits. */
const wholeAt = memory.data<f32>([12582912, 12582912, 12582912, 12582912]);

/**
 * Moves values away from their weighted mean over 3x3 pixels (5 in the middle, 1 around it), rounded, by `factor` times what
 * they differ: single precision, cut off to uint8. The outermost pixels stay. `work`: 2 n + 96 bytes.
 */
export function sharpen(
  src: usize,
  dst: usize,
  width: i32,
  height: i32,
  channels: i32,
  factor: f32,
  work: usize,
): void {
  const n = width * channels;
  const columns = work + 32;
  for (let y = 0; y < height; y++) {
    if (y == 0 || y == height - 1 || width < 3) {
      memory.copy(dst, src, n);
    } else {
      sharpenColumns(src - n, n, columns);
      sharpenRow(src, n, columns, <usize>channels * 2, factor, dst);
      for (let c = 0; c < channels; c++) {
        store<u8>(dst + c, load<u8>(src + c));
        store<u8>(dst + n - channels + c, load<u8>(src + n - channels + c));
      }
    }
    src += n;
    dst += n;
  }
}

/** Sums of three pixels, one below the other, int16; up to seven more. */
export function sharpenColumns(above: usize, n: i32, columns: usize): void {
  const own = above + n;
  const below = own + n;
  for (let i: usize = 0; i < <usize>n; i += 8) {
    const both = i16x8.add(v128.load_ext<u8>(above + i), v128.load_ext<u8>(below + i));
    v128.store(columns + i * 2, i16x8.add(both, v128.load_ext<u8>(own + i)));
  }
}

/** One row; neighbours' sums are `step` bytes apart. */
export function sharpenRow(src: usize, n: i32, columns: usize, step: usize, factor: f32, dst: usize): void {
  const by = f32x4.splat(factor);
  const whole = v128.load(wholeAt);
  for (let i = 0; i < n; i += 8) {
    const own = v128.load_ext<u8>(src + i);
    const at = columns + i * 2;
    const around = i16x8.add(i16x8.add(v128.load(at - step), v128.load(at + step)), v128.load(at));
    const mean = thirteenth(i16x8.add(around, i16x8.shl(own, 2)));
    const off = i16x8.sub(own, mean);
    const moved = i16x8.narrow_i32x4_s(
      moveBy(i32x4.extend_low_i16x8_s(mean), i32x4.extend_low_i16x8_s(off), by, whole),
      moveBy(i32x4.extend_high_i16x8_s(mean), i32x4.extend_high_i16x8_s(off), by, whole),
    );
    const result = i8x16.narrow_i16x8_u(moved, moved);
    if (i + 8 <= n) v128.store_lane<u64>(dst + i, result, 0);
    else putBytes(dst + i, <u64>i64x2.extract_lane(result, 0), n - i);
  }
}

/** Sums of up to 13 x 255 divided by 13, rounded to the nearest: exact for all of them. */
// @ts-ignore: decorator
@inline
function thirteenth(sum: v128): v128 {
  return times15(i16x8.add(i16x8.add(sum, sum), i16x8.splat(1)), i16x8.splat(1260));
}

// @ts-ignore: decorator
@inline
function moveBy(mean: v128, off: v128, by: v128, whole: v128): v128 {
  const moved = f32x4.add(f32x4.convert_i32x4_s(mean), f32x4.mul(f32x4.convert_i32x4_s(off), by));
  return i32x4.sub(f32x4.add(f32x4.floor(moved), whole), whole);
}

function putBytes(to: usize, bits: u64, count: i32): void {
  for (let i = 0; i < count; i++) {
    store<u8>(to + i, <u8>bits);
    bits >>= 8;
  }
}
