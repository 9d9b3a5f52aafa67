/**
 * table[i] = 255 exp(exponent logs[i]), cut off, for i from 1 on; table[0] = 0. `logs` are 256 float64. The
 * exponential: 2^n times a polynomial, to about 1e-15.
 */
export function gammaTable(logs: usize, exponent: f64, table: usize): void {
  const scale = f64x2.splat(exponent * 1.4426950408889634);
  const magic = f64x2.splat(6755399441055744.0); // 1.5 * 2^52: leaves the integer in the lowest bits
  for (let i: usize = 0; i < 256; i += 2) {
    const t = f64x2.mul(v128.load(logs + i * 8), scale);
    const m = f64x2.add(t, magic);
    const r = f64x2.mul(f64x2.sub(t, f64x2.sub(m, magic)), f64x2.splat(0.6931471805599453));
    let p = f64x2.splat(1.0 / 6227020800.0);
    p = f64x2.add(f64x2.mul(p, r), f64x2.splat(1.0 / 479001600.0));
    p = f64x2.add(f64x2.mul(p, r), f64x2.splat(1.0 / 39916800.0));
    p = f64x2.add(f64x2.mul(p, r), f64x2.splat(1.0 / 3628800.0));
    p = f64x2.add(f64x2.mul(p, r), f64x2.splat(1.0 / 362880.0));
    p = f64x2.add(f64x2.mul(p, r), f64x2.splat(1.0 / 40320.0));
    p = f64x2.add(f64x2.mul(p, r), f64x2.splat(1.0 / 5040.0));
    p = f64x2.add(f64x2.mul(p, r), f64x2.splat(1.0 / 720.0));
    p = f64x2.add(f64x2.mul(p, r), f64x2.splat(1.0 / 120.0));
    p = f64x2.add(f64x2.mul(p, r), f64x2.splat(1.0 / 24.0));
    p = f64x2.add(f64x2.mul(p, r), f64x2.splat(1.0 / 6.0));
    p = f64x2.add(f64x2.mul(p, r), f64x2.splat(0.5));
    p = f64x2.add(f64x2.mul(p, r), f64x2.splat(1));
    p = f64x2.add(f64x2.mul(p, r), f64x2.splat(1));
    const power = i64x2.add(p, i64x2.shl(m, 52));
    const value = f64x2.mul(power, f64x2.splat(255));
    const whole = i32x4.trunc_sat_f64x2_s_zero(value);
    store<u8>(table + i, <u8>i32x4.extract_lane(whole, 0));
    store<u8>(table + i, <u8>i32x4.extract_lane(whole, 1), 1);
  }
  store<u8>(table, 0);
}
