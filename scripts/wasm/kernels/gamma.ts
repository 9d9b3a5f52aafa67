import { EXP_TERMS, LOG2_E, LN_2, MAGIC, WHITE } from './constants';

/**
 * table[i] = 255 exp(exponent logs[i]), cut off, for i from 1 on; table[0] = 0. `logs` are 256 float64. The
 * exponential: 2^n times a polynomial of degree 10, to about 3e-13.
 */
export function gammaTable(logs: usize, exponent: f64, table: usize): void {
  const scale = f64x2.mul(f64x2.splat(exponent), v128.load(LOG2_E));
  const magic = v128.load(MAGIC);
  const ln2 = v128.load(LN_2);
  const white = v128.load(WHITE);
  // Four at a time: each step of a polynomial waits for the one before.
  for (let i: usize = 0; i < 256; i += 4) {
    const t = f64x2.mul(v128.load(logs + i * 8), scale);
    const u = f64x2.mul(v128.load(logs + i * 8, 16), scale);
    const m = f64x2.add(t, magic);
    const n = f64x2.add(u, magic);
    const r = f64x2.mul(f64x2.sub(t, f64x2.sub(m, magic)), ln2);
    const s = f64x2.mul(f64x2.sub(u, f64x2.sub(n, magic)), ln2);
    let p = v128.load(EXP_TERMS);
    let q = p;
    for (let k: usize = 16; k <= 160; k += 16) {
      const term = v128.load(EXP_TERMS + k);
      p = f64x2.add(f64x2.mul(p, r), term);
      q = f64x2.add(f64x2.mul(q, s), term);
    }
    const a = f64x2.mul(i64x2.add(p, i64x2.shl(m, 52)), white);
    const b = f64x2.mul(i64x2.add(q, i64x2.shl(n, 52)), white);
    // Below 256, the whole part is exact in 32 bits; the conversion gives two lanes of them.
    const low = i32x4.trunc_sat_f64x2_s_zero(a);
    const high = i32x4.trunc_sat_f64x2_s_zero(b);
    const words = i16x8.narrow_i32x4_s(v128.shuffle<i32>(low, high, 0, 1, 4, 5), low);
    v128.store_lane<u32>(table + i, i8x16.narrow_i16x8_u(words, words), 0);
  }
  store<u8>(table, 0);
}
