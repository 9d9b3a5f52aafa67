// Tables that are near the identity and bend slowly, as gamma's and contrast's: what they add to x is a level for each
// sixteen values and a few steps of one within them. Looking up and comparing sixteen bytes at once is three times as
// fast as looking them up one by one.
import { COUNT, NIBBLE } from './constants';

/** Most steps within sixteen values. */
const STEPS: i32 = 6;
/** Compares to nothing: no signed byte is above it. */
const NEVER: u8 = 127;
/** Largest sum of a level and steps of which the sign is taken off. */
const MOST: i32 = 127;
/** How x and what is added come together: wrapping, x + c up to 255, or x - c down to 0. */
const WRAP: i32 = 0;
const RISE: i32 = 1;
const FALL: i32 = 2;

/** Offsets in `parts`, 16 bytes for each of the sixteen values of x >> 4. */
const LEVEL: usize = 0;
/** For WRAP, what is taken off again: it keeps what is added from being negative. */
const BIAS: usize = 16;
/** The one step against the others. */
const BACK: usize = 32;
/** What is exclusive-or'ed to the values below 16. */
const LOW: usize = 48;
const FIRST_STEP: usize = 64;
/** Sixteen int32 to work in. */
const SCRATCH: usize = 160;

/**
 * Takes a table of 256 bytes apart into `parts`, 224 bytes.
 *
 * Returns the number in the name of the kernel to run, hexadecimal, or -1 where the table is not of this kind.
 */
export function fitCurve(table: usize, parts: usize): i32 {
  const mode = modeOf(table);
  memory.fill(parts, 0, 64);
  memory.fill(parts + FIRST_STEP, NEVER, STEPS * 16);
  memory.fill(parts + BACK, NEVER, 16);
  const bias = mode == WRAP ? biasOf(table) : 0;
  if (bias > MOST) return -1;
  memory.fill(parts + BIAS, <u8>bias, 16);
  let steps = 1;
  let back = false;
  let falls = false;
  for (let h = 15; h >= 0; h--) {
    const few = fitFew(table, h, mode, h == 0 ? steps : STEPS, bias, parts);
    if (few >= 0) {
      steps = max(steps, few & 15);
      if ((few & 16) != 0) back = true;
      if ((few & 32) != 0) falls = true;
      continue;
    }
    const added = parts + SCRATCH;
    addedIn(table, h, mode, bias, added);
    let up = 0;
    let down = 0;
    for (let l = 1; l < 16; l++) {
      const change = load<i32>(added + l * 4) - load<i32>(added + l * 4 - 4);
      if (change > 0) up += change;
      else down -= change;
    }
    const reversed = down > up;
    const most = reversed ? down : up;
    const least = reversed ? up : down;
    if (h == 0 && (least > 0 || most > steps)) {
      // Where curves bend most, each value is looked up.
      for (let x: usize = 0; x < 16; x++) store<u8>(parts + LOW + x, load<u8>(table + x) ^ <u8>x);
      // What is taken off there again.
      store<u8>(parts + LEVEL, <u8>bias);
      return kernelOf(mode, steps, falls, back, true);
    }
    if (most > STEPS || least > 1) return -1;
    for (let l: usize = 0; l < 16; l++) if (load<i32>(added + l * 4) > MOST) return -1;
    steps = max(steps, most);
    if (least > 0) back = true;
    if (reversed) falls = true;
    putSteps(added, h, reversed, parts);
  }
  return kernelOf(mode, steps, falls, back, false);
}

function modeOf(table: usize): i32 {
  let up = i8x16.splat(0);
  let down = i8x16.splat(0);
  let x = v128.load(COUNT);
  for (let h = 0; h < 16; h++) {
    const t = v128.load(table + h * 16);
    up = v128.or(up, i8x16.sub_sat_u(t, x));
    down = v128.or(down, i8x16.sub_sat_u(x, t));
    x = i8x16.add(x, i8x16.splat(16));
  }
  return v128.any_true(down) ? (v128.any_true(up) ? WRAP : FALL) : RISE;
}

/** The most that a table takes off a value. */
function biasOf(table: usize): i32 {
  let most = 0;
  for (let x = 0; x < 256; x++) most = max(most, x - <i32>load<u8>(table + x));
  return most;
}

/**
 * The usual sixteen values, none cut off and each at most one step from the last, all at once. Returns the number of
 * steps, plus 16 where one goes back, plus 32 where they fall; -1, with nothing done, where they are not of that kind.
 */
function fitFew(table: usize, h: i32, mode: i32, limit: i32, bias: i32, parts: usize): i32 {
  const t = v128.load(table + h * 16);
  if (mode == FALL && !i8x16.all_true(t)) return -1;
  if (mode == RISE && v128.any_true(i8x16.eq(t, i8x16.splat(-1)))) return -1;
  const x = i8x16.add(v128.load(COUNT), i8x16.splat(<i8>(h << 4)));
  const added = mode == FALL ? i8x16.sub(x, t) : i8x16.add(i8x16.sub(t, x), i8x16.splat(<i8>bias));
  // More than MOST.
  if (i8x16.bitmask(added) != 0) return -1;
  const change = i8x16.sub(
    added,
    v128.shuffle<u8>(added, added, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14),
  );
  const up = i8x16.bitmask(i8x16.eq(change, i8x16.splat(1)));
  const down = i8x16.bitmask(i8x16.eq(change, i8x16.splat(-1)));
  const none = i8x16.bitmask(i8x16.eq(change, i8x16.splat(0)));
  if ((up | down | none) != 0xffff) return -1;
  const reversed = popcnt(down) > popcnt(up);
  let most = reversed ? down : up;
  const least = reversed ? up : down;
  const steps = popcnt(most);
  if (steps > limit || popcnt(least) > 1 || (h == 0 && least != 0)) return -1;
  const level = i8x16.extract_lane_s(added, 0);
  store<i8>(parts + LEVEL + h, reversed ? -level : level);
  let to = parts + FIRST_STEP + h;
  for (; most != 0; most &= most - 1) {
    store<u8>(to, below(h, ctz(most)));
    to += 16;
  }
  if (least != 0) store<u8>(parts + BACK + h, below(h, ctz(least)));
  return steps | (least != 0 ? 16 : 0) | (reversed ? 32 : 0);
}

/** What a value is above from the l-th of the sixteen on. All sixteen have one sign, so they compare as signed bytes. */
function below(h: i32, l: i32): u8 {
  return <u8>(((h << 4) | l) - 1);
}

/** What is added to, or for FALL taken off, the sixteen values from 16 h on; enough where the result is cut off. */
function addedIn(table: usize, h: i32, mode: i32, bias: i32, added: usize): void {
  const first = h << 4;
  if (mode == FALL) {
    let before = 0;
    for (let l = 15; l >= 0; l--) {
      const value = <i32>load<u8>(table + first + l);
      before = value == 0 ? max(before, first + l) : first + l - value;
      store<i32>(added + l * 4, before);
    }
    return;
  }
  let before = 0;
  for (let l = 0; l < 16; l++) {
    const value = <i32>load<u8>(table + first + l);
    const needed = value - first - l + bias;
    before = value == 255 && mode == RISE ? max(before, needed) : needed;
    store<i32>(added + l * 4, before);
  }
}

/** Level and steps of sixteen values: what is added is the level plus the steps, without the sum's sign. */
function putSteps(added: usize, h: i32, reversed: bool, parts: usize): void {
  const sign = reversed ? -1 : 1;
  store<i8>(parts + LEVEL + h, <i8>(sign * load<i32>(added)));
  let to = parts + FIRST_STEP + h;
  for (let l = 1; l < 16; l++) {
    let change = sign * (load<i32>(added + l * 4) - load<i32>(added + l * 4 - 4));
    const above = below(h, l);
    if (change < 0) store<u8>(parts + BACK + h, above);
    for (; change > 0; change--) {
      store<u8>(to, above);
      to += 16;
    }
  }
}

function kernelOf(mode: i32, steps: i32, falls: bool, back: bool, low: bool): i32 {
  if (mode == WRAP || back) return (mode << 8) | (steps > 3 ? 0x86 : 0x83);
  return (mode << 8) | (low ? 0x40 : falls ? 0x20 : 0) | (steps == 5 ? 6 : steps);
}

// Functions of their own, since the engine allocates registers poorly in one that holds them all.
// They apply what `fitCurve` found; n is at least 64.

export function curve101(src: usize, dst: usize, n: i32, parts: usize): void {
  run(src, dst, n, parts, RISE, 1, false, false, false);
}
export function curve102(src: usize, dst: usize, n: i32, parts: usize): void {
  run(src, dst, n, parts, RISE, 2, false, false, false);
}
export function curve103(src: usize, dst: usize, n: i32, parts: usize): void {
  run(src, dst, n, parts, RISE, 3, false, false, false);
}
export function curve104(src: usize, dst: usize, n: i32, parts: usize): void {
  run(src, dst, n, parts, RISE, 4, false, false, false);
}
export function curve106(src: usize, dst: usize, n: i32, parts: usize): void {
  run(src, dst, n, parts, RISE, 6, false, false, false);
}
export function curve121(src: usize, dst: usize, n: i32, parts: usize): void {
  run(src, dst, n, parts, RISE, 1, true, false, false);
}
export function curve122(src: usize, dst: usize, n: i32, parts: usize): void {
  run(src, dst, n, parts, RISE, 2, true, false, false);
}
export function curve123(src: usize, dst: usize, n: i32, parts: usize): void {
  run(src, dst, n, parts, RISE, 3, true, false, false);
}
export function curve124(src: usize, dst: usize, n: i32, parts: usize): void {
  run(src, dst, n, parts, RISE, 4, true, false, false);
}
export function curve126(src: usize, dst: usize, n: i32, parts: usize): void {
  run(src, dst, n, parts, RISE, 6, true, false, false);
}
export function curve141(src: usize, dst: usize, n: i32, parts: usize): void {
  run(src, dst, n, parts, RISE, 1, true, true, false);
}
export function curve142(src: usize, dst: usize, n: i32, parts: usize): void {
  run(src, dst, n, parts, RISE, 2, true, true, false);
}
export function curve143(src: usize, dst: usize, n: i32, parts: usize): void {
  run(src, dst, n, parts, RISE, 3, true, true, false);
}
export function curve144(src: usize, dst: usize, n: i32, parts: usize): void {
  run(src, dst, n, parts, RISE, 4, true, true, false);
}
export function curve146(src: usize, dst: usize, n: i32, parts: usize): void {
  run(src, dst, n, parts, RISE, 6, true, true, false);
}
export function curve183(src: usize, dst: usize, n: i32, parts: usize): void {
  run(src, dst, n, parts, RISE, 3, true, true, true);
}
export function curve186(src: usize, dst: usize, n: i32, parts: usize): void {
  run(src, dst, n, parts, RISE, 6, true, true, true);
}
export function curve201(src: usize, dst: usize, n: i32, parts: usize): void {
  run(src, dst, n, parts, FALL, 1, false, false, false);
}
export function curve202(src: usize, dst: usize, n: i32, parts: usize): void {
  run(src, dst, n, parts, FALL, 2, false, false, false);
}
export function curve203(src: usize, dst: usize, n: i32, parts: usize): void {
  run(src, dst, n, parts, FALL, 3, false, false, false);
}
export function curve204(src: usize, dst: usize, n: i32, parts: usize): void {
  run(src, dst, n, parts, FALL, 4, false, false, false);
}
export function curve206(src: usize, dst: usize, n: i32, parts: usize): void {
  run(src, dst, n, parts, FALL, 6, false, false, false);
}
export function curve221(src: usize, dst: usize, n: i32, parts: usize): void {
  run(src, dst, n, parts, FALL, 1, true, false, false);
}
export function curve222(src: usize, dst: usize, n: i32, parts: usize): void {
  run(src, dst, n, parts, FALL, 2, true, false, false);
}
export function curve223(src: usize, dst: usize, n: i32, parts: usize): void {
  run(src, dst, n, parts, FALL, 3, true, false, false);
}
export function curve224(src: usize, dst: usize, n: i32, parts: usize): void {
  run(src, dst, n, parts, FALL, 4, true, false, false);
}
export function curve226(src: usize, dst: usize, n: i32, parts: usize): void {
  run(src, dst, n, parts, FALL, 6, true, false, false);
}
export function curve241(src: usize, dst: usize, n: i32, parts: usize): void {
  run(src, dst, n, parts, FALL, 1, true, true, false);
}
export function curve242(src: usize, dst: usize, n: i32, parts: usize): void {
  run(src, dst, n, parts, FALL, 2, true, true, false);
}
export function curve243(src: usize, dst: usize, n: i32, parts: usize): void {
  run(src, dst, n, parts, FALL, 3, true, true, false);
}
export function curve244(src: usize, dst: usize, n: i32, parts: usize): void {
  run(src, dst, n, parts, FALL, 4, true, true, false);
}
export function curve246(src: usize, dst: usize, n: i32, parts: usize): void {
  run(src, dst, n, parts, FALL, 6, true, true, false);
}
export function curve283(src: usize, dst: usize, n: i32, parts: usize): void {
  run(src, dst, n, parts, FALL, 3, true, true, true);
}
export function curve286(src: usize, dst: usize, n: i32, parts: usize): void {
  run(src, dst, n, parts, FALL, 6, true, true, true);
}
export function curve083(src: usize, dst: usize, n: i32, parts: usize): void {
  run(src, dst, n, parts, WRAP, 3, true, true, true);
}
export function curve086(src: usize, dst: usize, n: i32, parts: usize): void {
  run(src, dst, n, parts, WRAP, 6, true, true, true);
}

// The last five are constants: each call becomes a loop of its own.
// @ts-ignore: decorator
@inline
function run(
  src: usize,
  dst: usize,
  n: i32,
  parts: usize,
  mode: i32,
  steps: i32,
  falls: bool,
  low: bool,
  back: bool,
): void {
  const level = v128.load(parts, LEVEL);
  const bias = v128.load(parts, BIAS);
  const backs = v128.load(parts, BACK);
  const lows = v128.load(parts, LOW);
  const s0 = v128.load(parts, FIRST_STEP);
  const s1 = v128.load(parts, FIRST_STEP + 16);
  const s2 = v128.load(parts, FIRST_STEP + 32);
  const s3 = v128.load(parts, FIRST_STEP + 48);
  const s4 = v128.load(parts, FIRST_STEP + 64);
  const s5 = v128.load(parts, FIRST_STEP + 80);
  const nibble = v128.load(NIBBLE);
  // Where little is done for a vector, a turn of the loop costs as much: four a turn, otherwise two, which need no more
  // than the registers there are.
  const turn: usize = steps < 3 ? 64 : 32;
  const last = src + n - turn;
  while (true) {
    const a = sixteen(v128.load(src), level, bias, backs, lows, s0, s1, s2, s3, s4, s5, nibble, mode, steps, falls, low, back);
    const b = sixteen(v128.load(src, 16), level, bias, backs, lows, s0, s1, s2, s3, s4, s5, nibble, mode, steps, falls, low, back);
    if (steps < 3) {
      const c = sixteen(v128.load(src, 32), level, bias, backs, lows, s0, s1, s2, s3, s4, s5, nibble, mode, steps, falls, low, back);
      const d = sixteen(v128.load(src, 48), level, bias, backs, lows, s0, s1, s2, s3, s4, s5, nibble, mode, steps, falls, low, back);
      v128.store(dst, c, 32);
      v128.store(dst, d, 48);
    }
    v128.store(dst, a);
    v128.store(dst, b, 16);
    if (src == last) return;
    // The last turn does some values again.
    const step = min(turn, last - src);
    src += step;
    dst += step;
  }
}

// @ts-ignore: decorator
@inline
function sixteen(
  x: v128,
  level: v128,
  bias: v128,
  backs: v128,
  lows: v128,
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
): v128 {
  const h = v128.and(i16x8.shr_u(x, 4), nibble);
  // A comparison gives -1 where it holds.
  let c = i8x16.sub(i8x16.swizzle(level, h), i8x16.gt_s(x, i8x16.swizzle(s0, h)));
  if (steps > 1) c = i8x16.sub(c, i8x16.gt_s(x, i8x16.swizzle(s1, h)));
  if (steps > 2) c = i8x16.sub(c, i8x16.gt_s(x, i8x16.swizzle(s2, h)));
  if (steps > 3) c = i8x16.sub(c, i8x16.gt_s(x, i8x16.swizzle(s3, h)));
  if (steps > 4) c = i8x16.sub(c, i8x16.gt_s(x, i8x16.swizzle(s4, h)));
  if (steps > 5) c = i8x16.sub(c, i8x16.gt_s(x, i8x16.swizzle(s5, h)));
  if (back) c = i8x16.add(c, i8x16.gt_s(x, i8x16.swizzle(backs, h)));
  // Levels that steps make smaller are negative.
  if (falls) c = i8x16.abs(c);
  let t = x;
  if (mode == RISE) t = i8x16.add_sat_u(x, c);
  else if (mode == FALL) t = i8x16.sub_sat_u(x, c);
  else t = i8x16.sub(i8x16.add(x, c), bias);
  if (low) t = v128.xor(t, i8x16.swizzle(lows, x));
  return t;
}
