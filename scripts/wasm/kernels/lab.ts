// OpenCV's 8-bit Lab: the arithmetic of src/augment/transforms/clahe/lab.ts, where it is explained.

import { most12At } from './constants';

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
