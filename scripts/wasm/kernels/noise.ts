import { mix1At, mix2At } from './constants';

/**
 * Adds normal noise and cuts off to uint8: value i gets `deviation * table[draw i] + mean`, the table being 65536
 * normal quantiles. Draws 2j and 2j + 1 are the halves of the 32 random bits of counter j.
 */
export function addNormal(
  src: usize,
  dst: usize,
  n: i32,
  seed: i32,
  deviation: f32,
  mean: f32,
  table: usize,
): void {
  const deviations = f32x4.splat(deviation);
  const means = f32x4.splat(mean);
  const golden = <i32>0x9e3779b9;
  // Counters j to j + 3 of the Weyl sequence: a vector of bits makes eight draws.
  let counters = i32x4.add(
    i32x4.splat(seed),
    i32x4(0, golden, golden * 2, golden * 3),
  );
  const step = i32x4.splat(golden * 4);
  const m1 = v128.load(mix1At);
  const m2 = v128.load(mix2At);
  let i = 0;
  for (; i + 8 <= n; i += 8) {
    const bits = mix(counters, m1, m2);
    counters = i32x4.add(counters, step);
    const values = v128.load_ext<u8>(src);
    const low = noisy(i64x2.extract_lane(bits, 0), i32x4.extend_low_i16x8_u(values), table, deviations, means);
    const high = noisy(i64x2.extract_lane(bits, 1), i32x4.extend_high_i16x8_u(values), table, deviations, means);
    const narrow = i16x8.narrow_i32x4_s(low, high);
    v128.store_lane<u64>(dst, i8x16.narrow_i16x8_u(narrow, narrow), 0);
    src += 8;
    dst += 8;
  }
  const bits = mix(counters, m1, m2);
  for (; i < n; i++) {
    const j = i & 7;
    const word = <u32>(j < 2 ? i32x4.extract_lane(bits, 0) : j < 4 ? i32x4.extract_lane(bits, 1) : j < 6 ? i32x4.extract_lane(bits, 2) : i32x4.extract_lane(bits, 3));
    const z = load<f32>(table + <usize>((j & 1) == 0 ? word & 0xffff : word >> 16) * 4);
    const y = <f32>load<u8>(src) + (deviation * z + mean);
    store<u8>(dst, y <= 0 ? 0 : y >= 255 ? 255 : <u8>y);
    src += 1;
    dst += 1;
  }
}

/** Murmur3's finaliser. */
// @ts-ignore: decorator
@inline
function mix(counters: v128, m1: v128, m2: v128): v128 {
  let h = i32x4.mul(v128.xor(counters, i32x4.shr_u(counters, 16)), m1);
  h = i32x4.mul(v128.xor(h, i32x4.shr_u(h, 13)), m2);
  return v128.xor(h, i32x4.shr_u(h, 16));
}

// @ts-ignore: decorator
@inline
function noisy(bits: u64, values: v128, table: usize, deviations: v128, means: v128): v128 {
  // Four draws of 16 bits out of 64: each times four is the offset of a float32.
  let z = v128.load32_zero(table + <usize>((bits & 0xffff) << 2));
  z = v128.load_lane<f32>(table + <usize>((bits >> 14) & 0x3fffc), z, 1);
  z = v128.load_lane<f32>(table + <usize>((bits >> 30) & 0x3fffc), z, 2);
  z = v128.load_lane<f32>(table + <usize>((bits >> 46) & 0x3fffc), z, 3);
  const noise = f32x4.add(f32x4.mul(deviations, z), means);
  return i32x4.trunc_sat_f32x4_s(f32x4.add(f32x4.convert_i32x4_s(values), noise));
}
