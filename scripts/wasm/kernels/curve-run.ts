import { nibbleAt } from './constants';
import { backAt, biasAt, fall, firstStepAt, levelAt, loneAt, lowAt, rise, tableAt } from './curve-layout';
import { pick } from './relaxed';

/** Bytes that a turn of a mixed loop does: 64 as vectors, eight by looking them up. */
const mixedTurn: i32 = 72;

/**
 * Applies what `fitCurve` found; n is at least 576, and src and dst don't overlap. The last six are constants: each call
 * becomes a loop of its own. Where it has many vector operations, the processor's other units look some values up meanwhile.
 */
// @ts-ignore: decorator
@inline
export function run(
  src: usize,
  dst: usize,
  n: i32,
  parts: usize,
  mode: i32,
  steps: i32,
  falls: bool,
  low: bool,
  back: bool,
  lone: bool,
): void {
  const level = v128.load(parts, levelAt);
  const bias = v128.load(parts, biasAt);
  const backs = v128.load(parts, backAt);
  const lows = v128.load(parts, lowAt);
  const above = v128.load(parts, loneAt);
  const s0 = v128.load(parts, firstStepAt);
  const s1 = v128.load(parts, firstStepAt + 16);
  const s2 = v128.load(parts, firstStepAt + 32);
  const s3 = v128.load(parts, firstStepAt + 48);
  const s4 = v128.load(parts, firstStepAt + 64);
  const s5 = v128.load(parts, firstStepAt + 80);
  const nibble = v128.load(nibbleAt);
  if (3 * steps + (lone ? 2 : 0) + (low ? 3 : 0) > 9) {
    const turns = <usize>(n + mixedTurn - 1) / mixedTurn;
    const end = src + turns * 64;
    const table = parts + tableAt;
    // What is looked up are the last values, up to the end.
    let from = src + n - turns * 8;
    let to = dst + n - turns * 8;
    while (true) {
      v128.store(dst, sixteen(v128.load(src), level, bias, backs, lows, above, s0, s1, s2, s3, s4, s5, nibble, mode, steps, falls, low, back, lone));
      lookUpTwo(from, to, table);
      v128.store(dst, sixteen(v128.load(src, 16), level, bias, backs, lows, above, s0, s1, s2, s3, s4, s5, nibble, mode, steps, falls, low, back, lone), 16);
      lookUpTwo(from + 2, to + 2, table);
      v128.store(dst, sixteen(v128.load(src, 32), level, bias, backs, lows, above, s0, s1, s2, s3, s4, s5, nibble, mode, steps, falls, low, back, lone), 32);
      lookUpTwo(from + 4, to + 4, table);
      v128.store(dst, sixteen(v128.load(src, 48), level, bias, backs, lows, above, s0, s1, s2, s3, s4, s5, nibble, mode, steps, falls, low, back, lone), 48);
      lookUpTwo(from + 6, to + 6, table);
      src += 64;
      if (src == end) return;
      dst += 64;
      from += 8;
      to += 8;
    }
  }
  const last = src + n - 64;
  while (true) {
    do {
      v128.store(dst, sixteen(v128.load(src), level, bias, backs, lows, above, s0, s1, s2, s3, s4, s5, nibble, mode, steps, falls, low, back, lone));
      v128.store(dst, sixteen(v128.load(src, 16), level, bias, backs, lows, above, s0, s1, s2, s3, s4, s5, nibble, mode, steps, falls, low, back, lone), 16);
      v128.store(dst, sixteen(v128.load(src, 32), level, bias, backs, lows, above, s0, s1, s2, s3, s4, s5, nibble, mode, steps, falls, low, back, lone), 32);
      v128.store(dst, sixteen(v128.load(src, 48), level, bias, backs, lows, above, s0, s1, s2, s3, s4, s5, nibble, mode, steps, falls, low, back, lone), 48);
      src += 64;
      dst += 64;
    } while (src <= last);
    // The last turn does some values again.
    const over = src - last;
    if (over == 64) return;
    src -= over;
    dst -= over;
  }
}

// @ts-ignore: decorator
@inline
function lookUpTwo(from: usize, to: usize, table: usize): void {
  store<u8>(to, load<u8>(table + load<u8>(from)));
  store<u8>(to, load<u8>(table + load<u8>(from, 1)), 1);
}

// @ts-ignore: decorator
@inline
function sixteen(
  x: v128,
  level: v128,
  bias: v128,
  backs: v128,
  lows: v128,
  above: v128,
  s0: v128,
  s1: v128,
  s2: v128,
  s3: v128,
  s4: v128,
  s5: v128,
  nibble: v128,
  mode: i32,
  steps: i32,
  falls: bool,
  low: bool,
  back: bool,
  lone: bool,
): v128 {
  const h = v128.and(i16x8.shr_u(x, 4), nibble);
  // A comparison gives -1 where it holds.
  let c = i8x16.sub(pick(level, h), i8x16.gt_s(x, pick(s0, h)));
  if (steps > 1) c = i8x16.sub(c, i8x16.gt_s(x, pick(s1, h)));
  if (steps > 2) c = i8x16.sub(c, i8x16.gt_s(x, pick(s2, h)));
  if (steps > 3) c = i8x16.sub(c, i8x16.gt_s(x, pick(s3, h)));
  if (steps > 4) c = i8x16.sub(c, i8x16.gt_s(x, pick(s4, h)));
  if (steps > 5) c = i8x16.sub(c, i8x16.gt_s(x, pick(s5, h)));
  if (lone) c = i8x16.sub(c, i8x16.gt_s(x, above));
  if (back) c = i8x16.add(c, i8x16.gt_s(x, pick(backs, h)));
  // Levels that steps make smaller are negative.
  if (falls) c = i8x16.abs(c);
  let t = x;
  if (mode == rise) t = i8x16.add_sat_u(x, c);
  else if (mode == fall) t = i8x16.sub_sat_u(x, c);
  else t = i8x16.sub(i8x16.add(x, c), bias);
  // Values of 16 and more find nothing.
  if (low) t = v128.xor(t, i8x16.swizzle(lows, x));
  return t;
}
