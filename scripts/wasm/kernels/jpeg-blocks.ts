// The cosine transform of libjpeg on 8x8 blocks, eight lines at once. Sums and products are whole numbers, so that other ways to
// multiply out give the same.

/** Fractional bits of the constants, and of what lies between the two passes. */
const constantBits = 13;
const passBits = 2;
const passHalf: i16 = 2;

const c0298 = 2446;
const c0390 = 3196;
const c0541 = 4433;
const c0765 = 6270;
const c0899 = 7373;
const c1175 = 9633;
const c1501 = 12299;
const c1847 = 15137;
const c1961 = 16069;
const c2053 = 16819;
const c2562 = 20995;
const c3072 = 25172;

/** Two int16 as the weights of a product of pairs. */
// @ts-ignore: decorator
@inline
function pair(first: i32, second: i32): v128 {
  return i32x4.splat((second << 16) | (first & 0xffff));
}

// @ts-ignore: decorator
@inline
function lowPairs(a: v128, b: v128): v128 {
  return v128.shuffle<i16>(a, b, 0, 8, 1, 9, 2, 10, 3, 11);
}

// @ts-ignore: decorator
@inline
function highPairs(a: v128, b: v128): v128 {
  return v128.shuffle<i16>(a, b, 4, 12, 5, 13, 6, 14, 7, 15);
}

/** Eight sums of int32, rounded to the nearest without their lowest bits, as int16. */
// @ts-ignore: decorator
@inline
function descale(low: v128, high: v128, bits: i32): v128 {
  const half = i32x4.splat(1 << (bits - 1));
  return i16x8.narrow_i32x4_s(
    i32x4.shr_s(i32x4.add(low, half), bits),
    i32x4.shr_s(i32x4.add(high, half), bits),
  );
}

/** What the odd part of both transforms adds up: four results in order, low halves and high halves, 128 bytes at `to`. */
// @ts-ignore: decorator
@inline
function oddPart(t0: v128, t1: v128, t2: v128, t3: v128, to: usize): void {
  const even = i16x8.add(t0, t2);
  const odd = i16x8.add(t1, t3);
  const z3 = pair(c1175 - c1961, c1175);
  const z4 = pair(c1175, c1175 - c0390);
  const zLow = lowPairs(even, odd);
  const zHigh = highPairs(even, odd);
  const z3Low = i32x4.dot_i16x8_s(zLow, z3);
  const z3High = i32x4.dot_i16x8_s(zHigh, z3);
  const z4Low = i32x4.dot_i16x8_s(zLow, z4);
  const z4High = i32x4.dot_i16x8_s(zHigh, z4);
  const outerLow = lowPairs(t0, t3);
  const outerHigh = highPairs(t0, t3);
  const w0 = pair(c0298 - c0899, -c0899);
  const w3 = pair(-c0899, c1501 - c0899);
  v128.store(to, i32x4.add(i32x4.dot_i16x8_s(outerLow, w0), z3Low));
  v128.store(to, i32x4.add(i32x4.dot_i16x8_s(outerHigh, w0), z3High), 16);
  v128.store(to, i32x4.add(i32x4.dot_i16x8_s(outerLow, w3), z4Low), 96);
  v128.store(to, i32x4.add(i32x4.dot_i16x8_s(outerHigh, w3), z4High), 112);
  const innerLow = lowPairs(t1, t2);
  const innerHigh = highPairs(t1, t2);
  const w1 = pair(c2053 - c2562, -c2562);
  const w2 = pair(-c2562, c3072 - c2562);
  v128.store(to, i32x4.add(i32x4.dot_i16x8_s(innerLow, w1), z4Low), 32);
  v128.store(to, i32x4.add(i32x4.dot_i16x8_s(innerHigh, w1), z4High), 48);
  v128.store(to, i32x4.add(i32x4.dot_i16x8_s(innerLow, w2), z3Low), 64);
  v128.store(to, i32x4.add(i32x4.dot_i16x8_s(innerHigh, w2), z3High), 80);
}

/** Eight vectors of int16 at `at`, element k of eight lines each, transformed in place. `odd`: 128 bytes. */
// @ts-ignore: decorator
@inline
function forwardLines(at: usize, odd: usize, first: bool): void {
  const d0 = v128.load(at);
  const d1 = v128.load(at, 16);
  const d2 = v128.load(at, 32);
  const d3 = v128.load(at, 48);
  const d4 = v128.load(at, 64);
  const d5 = v128.load(at, 80);
  const d6 = v128.load(at, 96);
  const d7 = v128.load(at, 112);
  const bits = first ? constantBits - passBits : constantBits + passBits;
  const s0 = i16x8.add(d0, d7);
  const s1 = i16x8.add(d1, d6);
  const s2 = i16x8.add(d2, d5);
  const s3 = i16x8.add(d3, d4);
  oddPart(i16x8.sub(d3, d4), i16x8.sub(d2, d5), i16x8.sub(d1, d6), i16x8.sub(d0, d7), odd);
  v128.store(at, descale(v128.load(odd), v128.load(odd, 16), bits), 112);
  v128.store(at, descale(v128.load(odd, 32), v128.load(odd, 48), bits), 80);
  v128.store(at, descale(v128.load(odd, 64), v128.load(odd, 80), bits), 48);
  v128.store(at, descale(v128.load(odd, 96), v128.load(odd, 112), bits), 16);
  const outer = i16x8.add(s0, s3);
  const inner = i16x8.add(s1, s2);
  const sum = i16x8.add(outer, inner);
  const difference = i16x8.sub(outer, inner);
  const half = i16x8.splat(passHalf);
  v128.store(at, first ? i16x8.shl(sum, passBits) : i16x8.shr_s(i16x8.add(sum, half), passBits));
  v128.store(
    at,
    first ? i16x8.shl(difference, passBits) : i16x8.shr_s(i16x8.add(difference, half), passBits),
    64,
  );
  const a = i16x8.sub(s0, s3);
  const b = i16x8.sub(s1, s2);
  const low = lowPairs(a, b);
  const high = highPairs(a, b);
  const w2 = pair(c0541 + c0765, c0541);
  const w6 = pair(c0541, c0541 - c1847);
  v128.store(at, descale(i32x4.dot_i16x8_s(low, w2), i32x4.dot_i16x8_s(high, w2), bits), 32);
  v128.store(at, descale(i32x4.dot_i16x8_s(low, w6), i32x4.dot_i16x8_s(high, w6), bits), 96);
}

/** The inverse of `forwardLines`. */
// @ts-ignore: decorator
@inline
function inverseLines(at: usize, odd: usize, bits: i32): void {
  const d0 = v128.load(at);
  const d2 = v128.load(at, 32);
  const d4 = v128.load(at, 64);
  const d6 = v128.load(at, 96);
  oddPart(v128.load(at, 112), v128.load(at, 80), v128.load(at, 48), v128.load(at, 16), odd);
  const wLow = pair(c0541, c0541 - c1847);
  const wHigh = pair(c0541 + c0765, c0541);
  const plus = pair(1 << constantBits, 1 << constantBits);
  const minus = pair(1 << constantBits, -(1 << constantBits));
  let twos = lowPairs(d2, d6);
  let fours = lowPairs(d0, d4);
  let sum = i32x4.dot_i16x8_s(fours, plus);
  let difference = i32x4.dot_i16x8_s(fours, minus);
  let low = i32x4.dot_i16x8_s(twos, wLow);
  let high = i32x4.dot_i16x8_s(twos, wHigh);
  const e0Low = i32x4.add(sum, high);
  const e3Low = i32x4.sub(sum, high);
  const e1Low = i32x4.add(difference, low);
  const e2Low = i32x4.sub(difference, low);
  twos = highPairs(d2, d6);
  fours = highPairs(d0, d4);
  sum = i32x4.dot_i16x8_s(fours, plus);
  difference = i32x4.dot_i16x8_s(fours, minus);
  low = i32x4.dot_i16x8_s(twos, wLow);
  high = i32x4.dot_i16x8_s(twos, wHigh);
  putBoth(at, 0, 112, e0Low, i32x4.add(sum, high), v128.load(odd, 96), v128.load(odd, 112), bits);
  putBoth(at, 48, 64, e3Low, i32x4.sub(sum, high), v128.load(odd), v128.load(odd, 16), bits);
  putBoth(at, 16, 96, e1Low, i32x4.add(difference, low), v128.load(odd, 64), v128.load(odd, 80), bits);
  putBoth(at, 32, 80, e2Low, i32x4.sub(difference, low), v128.load(odd, 32), v128.load(odd, 48), bits);
}

/** The sum of an even and an odd part, and their difference. */
// @ts-ignore: decorator
@inline
function putBoth(at: usize, sumAt: usize, differenceAt: usize, eLow: v128, eHigh: v128, oLow: v128, oHigh: v128, bits: i32): void {
  v128.store(at + sumAt, descale(i32x4.add(eLow, oLow), i32x4.add(eHigh, oHigh), bits));
  v128.store(at + differenceAt, descale(i32x4.sub(eLow, oLow), i32x4.sub(eHigh, oHigh), bits));
}

/** 8x8 int16 in place. */
// @ts-ignore: decorator
@inline
function transpose8(at: usize): void {
  const a0 = lowPairs(v128.load(at), v128.load(at, 16));
  const a1 = highPairs(v128.load(at), v128.load(at, 16));
  const a2 = lowPairs(v128.load(at, 32), v128.load(at, 48));
  const a3 = highPairs(v128.load(at, 32), v128.load(at, 48));
  const a4 = lowPairs(v128.load(at, 64), v128.load(at, 80));
  const a5 = highPairs(v128.load(at, 64), v128.load(at, 80));
  const a6 = lowPairs(v128.load(at, 96), v128.load(at, 112));
  const a7 = highPairs(v128.load(at, 96), v128.load(at, 112));
  putQuarters(at, a0, a2, a4, a6);
  putQuarters(at + 64, a1, a3, a5, a7);
}

// @ts-ignore: decorator
@inline
function putQuarters(at: usize, a: v128, b: v128, c: v128, d: v128): void {
  const e = v128.shuffle<i32>(a, b, 0, 4, 1, 5);
  const f = v128.shuffle<i32>(a, b, 2, 6, 3, 7);
  const g = v128.shuffle<i32>(c, d, 0, 4, 1, 5);
  const h = v128.shuffle<i32>(c, d, 2, 6, 3, 7);
  v128.store(at, v128.shuffle<i64>(e, g, 0, 2));
  v128.store(at, v128.shuffle<i64>(e, g, 1, 3), 16);
  v128.store(at, v128.shuffle<i64>(f, h, 0, 2), 32);
  v128.store(at, v128.shuffle<i64>(f, h, 1, 3), 48);
}

/** The bits of 2^23 and a half of it, which, added to a float32, leave the nearest whole number, with its sign, in the lowest bits. */
const wholeBits = 0x4b400000;

/** Multiples of a step that are nearest to eight coefficients. `at`: coefficients; `factors` 8 x float32, `steps` 8 x int16. */
// @ts-ignore: decorator
@inline
function toSteps(at: usize, factors: usize, steps: usize): void {
  const v = v128.load(at);
  const whole = f32x4.splat(12582912);
  const bits = i32x4.splat(wholeBits);
  const low = f32x4.mul(f32x4.convert_i32x4_s(i32x4.extend_low_i16x8_s(v)), v128.load(factors));
  const high = f32x4.mul(f32x4.convert_i32x4_s(i32x4.extend_high_i16x8_s(v)), v128.load(factors, 16));
  const count = i16x8.narrow_i32x4_s(
    i32x4.sub(f32x4.add(low, whole), bits),
    i32x4.sub(f32x4.add(high, whole), bits),
  );
  v128.store(at, i16x8.mul(count, v128.load(steps)));
}

/**
 * Transforms every block of a plane, rounds its coefficients to multiples of the steps, and transforms it back. `columns` and
 * `rows` are multiples of 8. `table`: 64 float32, a little more than 1 / (8 step), so that halves go away from 0, then the steps
 * as int16. `work`: 256 bytes.
 */
export function jpegBlocks(plane: usize, columns: i32, rows: i32, table: usize, work: usize): void {
  const odd = work + 128;
  for (let y = 0; y < rows; y += 8)
    for (let x = 0; x < columns; x += 8) {
      const corner = plane + y * columns + x;
      readBlock(corner, columns, work);
      transpose8(work);
      forwardLines(work, odd, true);
      transpose8(work);
      forwardLines(work, odd, false);
      for (let k: usize = 0; k < 8; k++) toSteps(work + k * 16, table + k * 32, table + 256 + k * 16);
      inverseLines(work, odd, constantBits - passBits);
      transpose8(work);
      // Three bits more: the transform is eight times as large.
      inverseLines(work, odd, constantBits + passBits + 3);
      transpose8(work);
      writeBlock(work, corner, columns);
    }
}

/** 8x8 samples less 128. */
// @ts-ignore: decorator
@inline
function readBlock(corner: usize, columns: i32, to: usize): void {
  const middle = i16x8.splat(128);
  for (let k: usize = 0; k < 8; k++)
    v128.store(to + k * 16, i16x8.sub(v128.load_ext<u8>(corner + k * columns), middle));
}

// @ts-ignore: decorator
@inline
function writeBlock(from: usize, corner: usize, columns: i32): void {
  const middle = i16x8.splat(128);
  for (let k: usize = 0; k < 8; k++) {
    const v = i16x8.add(v128.load(from + k * 16), middle);
    v128.store_lane<u64>(corner + k * columns, i8x16.narrow_i16x8_u(v, v), 0);
  }
}
