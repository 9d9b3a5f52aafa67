// Operations that relaxed SIMD has in one machine instruction, where plain SIMD makes sure of cases that never occur here.

/** The values at sixteen places: each below 16, or from 128 on, which gives 0. */
// @ts-ignore: decorator
@inline
export function pick(values: v128, at: v128): v128 {
  return ASC_FEATURE_RELAXED_SIMD ? i8x16.relaxed_swizzle(values, at) : i8x16.swizzle(values, at);
}

/** Products of int16, 15 fractional bits, rounded; not both the least. */
// @ts-ignore: decorator
@inline
export function times15(a: v128, b: v128): v128 {
  return ASC_FEATURE_RELAXED_SIMD ? i16x8.relaxed_q15mulr_s(a, b) : i16x8.q15mulr_sat_s(a, b);
}
