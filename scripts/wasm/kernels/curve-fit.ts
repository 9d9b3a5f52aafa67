// Tables that are near the identity and bend slowly, as gamma's and contrast's: what they add to x is a level for each
// sixteen values and a few steps of one within them. Looking up and comparing sixteen bytes at once is three times as
// fast as looking them up one by one.
import { countAt } from './constants';
import { backAt, biasAt, fall, firstStepAt, levelAt, loneAt, lowAt, rise, scratchAt, tableAt, wrap } from './curve-layout';

/** Most steps within sixteen values. */
const mostSteps: i32 = 6;
/** Compares to nothing: no signed byte is above it. */
const never: u8 = 127;
/** Largest sum of a level and steps of which the sign is taken off. */
const mostSum: i32 = 127;

/**
 * Takes a table of 256 bytes apart into `parts`, 496 bytes.
 *
 * Returns the number in the name of the kernel to run, hexadecimal, or -1 where the table is not of this kind.
 */
export function fitCurve(table: usize, parts: usize): i32 {
  const mode = modeOf(table);
  memory.copy(parts + tableAt, table, 256);
  memory.fill(parts, 0, 64);
  memory.fill(parts + firstStepAt, never, mostSteps * 16);
  memory.fill(parts + backAt, never, 16);
  const bias = mode == wrap ? biasOf(table) : 0;
  if (bias > mostSum) return -1;
  memory.fill(parts + biasAt, <u8>bias, 16);
  let steps = 1;
  let back = false;
  let falls = false;
  for (let h = 15; h >= 0; h--) {
    // A step more for the values below 16 becomes the lone one.
    const few = fitFew(table, h, mode, h > 0 ? mostSteps : steps > 2 ? steps : steps + 1, bias, parts);
    if (few >= 0) {
      steps = max(steps, few & 15);
      if ((few & 16) != 0) back = true;
      if ((few & 32) != 0) falls = true;
      continue;
    }
    const added = parts + scratchAt;
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
      for (let x: usize = 0; x < 16; x++) store<u8>(parts + lowAt + x, load<u8>(table + x) ^ <u8>x);
      // What is taken off there again.
      store<u8>(parts + levelAt, <u8>bias);
      return kernelOf(mode, steps, falls, back, true, parts);
    }
    if (most > mostSteps || least > 1) return -1;
    for (let l: usize = 0; l < 16; l++) if (load<i32>(added + l * 4) > mostSum) return -1;
    steps = max(steps, most);
    if (least > 0) back = true;
    if (reversed) falls = true;
    putSteps(added, h, reversed, parts);
  }
  return kernelOf(mode, steps, falls, back, false, parts);
}

function modeOf(table: usize): i32 {
  let up = i8x16.splat(0);
  let down = i8x16.splat(0);
  let x = v128.load(countAt);
  for (let h = 0; h < 16; h++) {
    const t = v128.load(table + h * 16);
    up = v128.or(up, i8x16.sub_sat_u(t, x));
    down = v128.or(down, i8x16.sub_sat_u(x, t));
    x = i8x16.add(x, i8x16.splat(16));
  }
  return v128.any_true(down) ? (v128.any_true(up) ? wrap : fall) : rise;
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
  if (mode == fall && !i8x16.all_true(t)) return -1;
  if (mode == rise && v128.any_true(i8x16.eq(t, i8x16.splat(-1)))) return -1;
  const x = i8x16.add(v128.load(countAt), i8x16.splat(<i8>(h << 4)));
  const added = mode == fall ? i8x16.sub(x, t) : i8x16.add(i8x16.sub(t, x), i8x16.splat(<i8>bias));
  // More than mostSum.
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
  store<i8>(parts + levelAt + h, reversed ? -level : level);
  let to = parts + firstStepAt + h;
  for (; most != 0; most &= most - 1) {
    store<u8>(to, below(h, ctz(most)));
    to += 16;
  }
  if (least != 0) store<u8>(parts + backAt + h, below(h, ctz(least)));
  return steps | (least != 0 ? 16 : 0) | (reversed ? 32 : 0);
}

/** What a value is above from the l-th of the sixteen on. All sixteen have one sign, so they compare as signed bytes. */
function below(h: i32, l: i32): u8 {
  return <u8>(((h << 4) | l) - 1);
}

/** What is added to, or for fall taken off, the sixteen values from 16 h on; enough where the result is cut off. */
function addedIn(table: usize, h: i32, mode: i32, bias: i32, added: usize): void {
  const first = h << 4;
  if (mode == fall) {
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
    before = value == 255 && mode == rise ? max(before, needed) : needed;
    store<i32>(added + l * 4, before);
  }
}

/** Level and steps of sixteen values: what is added is the level plus the steps, without the sum's sign. */
function putSteps(added: usize, h: i32, reversed: bool, parts: usize): void {
  const sign = reversed ? -1 : 1;
  store<i8>(parts + levelAt + h, <i8>(sign * load<i32>(added)));
  let to = parts + firstStepAt + h;
  for (let l = 1; l < 16; l++) {
    let change = sign * (load<i32>(added + l * 4) - load<i32>(added + l * 4 - 4));
    const above = below(h, l);
    if (change < 0) store<u8>(parts + backAt + h, above);
    for (; change > 0; change--) {
      store<u8>(to, above);
      to += 16;
    }
  }
}

function kernelOf(mode: i32, steps: i32, falls: bool, back: bool, low: bool, parts: usize): i32 {
  if (mode == wrap || back) return (mode << 8) | (steps > 3 ? 0x86 : 0x83);
  const most = low ? 4 : 3;
  if (steps > 1 && steps <= most && takeLone(steps, parts))
    return (mode << 8) | (low ? 0x50 : 0x30) | (steps - 1);
  return (mode << 8) | (low ? 0x40 : falls ? 0x20 : 0) | (steps == 5 ? 6 : steps);
}

/** Makes the last step a lone one, if only one h takes it: comparing to a constant spares a look-up. */
function takeLone(steps: i32, parts: usize): bool {
  const at = parts + firstStepAt + (steps - 1) * 16;
  const used = i8x16.bitmask(i8x16.ne(v128.load(at), i8x16.splat(never))) & 0xffff;
  if (popcnt(used) != 1) return false;
  const h = ctz(used);
  memory.fill(parts + loneAt, load<u8>(at + h), 16);
  store<u8>(at + h, never);
  // As signed bytes, those from 128 on come first.
  const rank = h ^ 8;
  for (let g = 0; g < 16; g++)
    if ((g ^ 8) > rank) store<i8>(parts + levelAt + g, load<i8>(parts + levelAt + g) - 1);
  return true;
}
