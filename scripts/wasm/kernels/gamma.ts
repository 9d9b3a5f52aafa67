import { expTermsAt, log2EAt, ln2At, magicAt, whiteAt } from './constants';

/**
 * table[i] = 255 exp(exponent logs[i]), cut off, for i from 1 on; table[0] = 0. `logs` are 256 float64, of which the
 * upper half is read, and `work` has room for as many: a value below 128 is that of its double times 2 ^ -exponent.
 */
export function gammaTable(logs: usize, exponent: f64, work: usize, table: usize): void {
  const scale = f64x2.mul(f64x2.splat(exponent), v128.load(log2EAt));
  const white = v128.load(whiteAt);
  // Four at a time: each step of a polynomial waits for the one before.
  for (let i: usize = 128; i < 256; i += 4) {
    const from = logs + i * 8;
    const t = f64x2.mul(v128.load(from), scale);
    const u = f64x2.mul(v128.load(from, 16), scale);
    // exp(x) = 2^n exp(r): n the nearest integer to x / ln 2, left in the lowest bits of m; |r| is at most ln 2 / 2.
    const m = f64x2.add(t, v128.load(magicAt));
    const n = f64x2.add(u, v128.load(magicAt));
    const r = f64x2.mul(f64x2.sub(t, f64x2.sub(m, v128.load(magicAt))), v128.load(ln2At));
    const s = f64x2.mul(f64x2.sub(u, f64x2.sub(n, v128.load(magicAt))), v128.load(ln2At));
    let p = v128.load(expTermsAt);
    let q = p;
    // The exponential's series in r, by Horner's rule.
    for (let k: usize = 16; k <= 160; k += 16) {
      const term = v128.load(expTermsAt + k);
      p = f64x2.add(f64x2.mul(p, r), term);
      q = f64x2.add(f64x2.mul(q, s), term);
    }
    const a = f64x2.mul(twoTo(m, p), white);
    const b = f64x2.mul(twoTo(n, q), white);
    put(a, b, work + i * 8, table + i);
  }
  const halved = f64x2.splat(twoToMinus(exponent));
  // Values below 128 from those of their doubles, which stand at even places.
  for (let i: usize = 124; i >= 4; i -= 4) {
    const from = work + i * 16;
    const a = v128.shuffle<i64>(v128.load(from), v128.load(from, 16), 0, 2);
    const b = v128.shuffle<i64>(v128.load(from, 32), v128.load(from, 48), 0, 2);
    put(f64x2.mul(a, halved), f64x2.mul(b, halved), work + i * 8, table + i);
  }
  const half = f64x2.extract_lane(halved, 0);
  const two = load<f64>(work, 4 * 8) * half;
  store<u8>(table, 0);
  store<u8>(table, <u8>(two * half), 1);
  store<u8>(table, <u8>two, 2);
  store<u8>(table, <u8>(load<f64>(work, 6 * 8) * half), 3);
}

/** p 2^m, for a whole number in the lowest bits of m. */
// @ts-ignore: decorator
@inline
function twoTo(m: v128, p: v128): v128 {
  return i64x2.add(p, i64x2.shl(m, 52));
}

/** 2 ^ -x: 2^n times a polynomial of degree 10, to about 3e-13, as above. */
function twoToMinus(x: f64): f64 {
  const t = f64x2.splat(-x);
  const m = f64x2.add(t, v128.load(magicAt));
  const r = f64x2.mul(f64x2.sub(t, f64x2.sub(m, v128.load(magicAt))), v128.load(ln2At));
  let p = v128.load(expTermsAt);
  for (let k: usize = 16; k <= 160; k += 16) p = f64x2.add(f64x2.mul(p, r), v128.load(expTermsAt + k));
  return f64x2.extract_lane(twoTo(m, p), 0);
}

/** Four values, and their whole parts: below 256 they are exact in 32 bits; the conversion gives two lanes of them. */
// @ts-ignore: decorator
@inline
function put(a: v128, b: v128, values: usize, bytes: usize): void {
  v128.store(values, a);
  v128.store(values, b, 16);
  const low = i32x4.trunc_sat_f64x2_s_zero(a);
  const high = i32x4.trunc_sat_f64x2_s_zero(b);
  const words = i16x8.narrow_i32x4_s(v128.shuffle<i32>(low, high, 0, 1, 4, 5), low);
  v128.store_lane<u32>(bytes, i8x16.narrow_i16x8_u(words, words), 0);
}
