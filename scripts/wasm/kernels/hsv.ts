import { narrowAt, roundAt, roundBitsAt } from './constants';
import { pick } from './relaxed';

/** One channel of four RGB pixels, as int32. */
const redAt = memory.data<u8>([0, 255, 255, 255, 3, 255, 255, 255, 6, 255, 255, 255, 9, 255, 255, 255]);
const greenAt = memory.data<u8>([1, 255, 255, 255, 4, 255, 255, 255, 7, 255, 255, 255, 10, 255, 255, 255]);
const blueAt = memory.data<u8>([2, 255, 255, 255, 5, 255, 255, 255, 8, 255, 255, 255, 11, 255, 255, 255]);
/** By sector of the circle: which of the four values v, p, q, t a channel is. */
const redsAt = memory.data<u8>([0, 2, 1, 1, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
const greensAt = memory.data<u8>([3, 0, 0, 2, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
const bluesAt = memory.data<u8>([1, 1, 3, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
/** Where the four values of each of four pixels begin; nothing as the fourth channel. */
const beginsAt = memory.data<u8>([0, 0, 0, 128, 4, 4, 4, 128, 8, 8, 8, 128, 12, 12, 12, 128]);

/** Fractional bits of the divisions' factors. */
const bits = 12;

/**
 * Adds to hue (0 to 179, which are gone through in a circle), saturation and value of RGB pixels, in the arithmetic of OpenCV; pixels
 * without saturation stay without. `rest`: 16 bytes.
 */
export function shiftHsv(
  src: usize,
  dst: usize,
  pixels: i32,
  hue: i32,
  saturation: i32,
  value: i32,
  rest: usize,
): void {
  const reds = v128.load(redAt);
  const greens = v128.load(greenAt);
  const blues = v128.load(blueAt);
  const narrow = v128.load(narrowAt);
  const round = v128.load(roundAt);
  const roundBits = v128.load(roundBitsAt);
  const zero = i32x4.splat(0);
  const top = i32x4.splat(255);
  const one = f32x4.splat(1);
  const full = f32x4.splat(255);
  const level = f32x4.splat(<f32>(1.0 / 255.0));
  const sixth = f32x4.splat(<f32>(6.0 / 180.0));
  const half = i32x4.splat(1 << (bits - 1));
  const circle = i32x4.splat(180);
  const hues = i32x4.splat(hue);
  const saturations = i32x4.splat(saturation);
  const values = i32x4.splat(value);
  for (let left = pixels; left > 0; left -= 4) {
    const four = v128.load(src);
    const r = pick(four, reds);
    const g = pick(four, greens);
    const b = pick(four, blues);
    const most = i32x4.max_s(i32x4.max_s(r, g), b);
    const range = i32x4.sub(most, i32x4.min_s(i32x4.min_s(r, g), b));
    // 255 / most and 180 / (6 range), rounded: single precision gives all of them exactly. What comes of divisions by 0 is multiplied
    // by 0.
    const byMost = i32x4.sub(
      f32x4.add(f32x4.div(f32x4.splat(<f32>(255 << bits)), f32x4.convert_i32x4_s(most)), round),
      roundBits,
    );
    const byRange = i32x4.sub(
      f32x4.add(f32x4.div(f32x4.splat(<f32>(30 << bits)), f32x4.convert_i32x4_s(range)), round),
      roundBits,
    );
    const s = i32x4.shr_s(i32x4.add(i32x4.mul(range, byMost), half), bits);
    const twice = i32x4.add(range, range);
    const turn = v128.bitselect(
      i32x4.sub(g, b),
      v128.bitselect(
        i32x4.add(i32x4.sub(b, r), twice),
        i32x4.add(i32x4.sub(r, g), i32x4.add(twice, twice)),
        i32x4.eq(most, g),
      ),
      i32x4.eq(most, r),
    );
    let h = i32x4.shr_s(i32x4.add(i32x4.mul(turn, byRange), half), bits);
    h = i32x4.add(h, v128.and(i32x4.shr_s(h, 31), circle));
    h = i32x4.add(h, hues);
    h = i32x4.sub(h, v128.and(i32x4.ge_s(h, circle), circle));
    // Position on the circle in sixths: the sector and how far into it.
    const at = f32x4.mul(f32x4.convert_i32x4_s(h), sixth);
    const floor = f32x4.floor(at);
    const u = f32x4.sub(at, floor);
    const newValue = i32x4.min_s(i32x4.max_s(i32x4.add(most, values), zero), top);
    const v = f32x4.mul(f32x4.convert_i32x4_s(newValue), level);
    const newSaturation = i32x4.min_s(i32x4.max_s(i32x4.add(s, saturations), zero), top);
    const saturated = v128.and(i32x4.ne(s, zero), newSaturation);
    const t = f32x4.mul(f32x4.convert_i32x4_s(saturated), level);
    const p0 = cut(f32x4.mul(v, full), round, top);
    const p1 = cut(f32x4.mul(f32x4.mul(v, f32x4.sub(one, t)), full), round, top);
    const p2 = cut(f32x4.mul(f32x4.mul(v, without(t, u)), full), round, top);
    const p3 = cut(f32x4.mul(f32x4.mul(v, without(t, f32x4.sub(one, u))), full), round, top);
    const parts = v128.or(
      v128.or(p0, i32x4.shl(p1, 8)),
      v128.or(i32x4.shl(p2, 16), i32x4.shl(p3, 24)),
    );
    const sector = v128.and(f32x4.add(floor, round), i32x4.splat(7));
    const which = v128.or(
      v128.or(
        pick(v128.load(redsAt), v128.or(sector, i32x4.splat(0x80808000))),
        pick(v128.load(greensAt), v128.or(i32x4.shl(sector, 8), i32x4.splat(0x80800080))),
      ),
      pick(v128.load(bluesAt), v128.or(i32x4.shl(sector, 16), i32x4.splat(0x80008080))),
    );
    const result = pick(pick(parts, v128.or(which, v128.load(beginsAt))), narrow);
    if (left >= 4) {
      v128.store_lane<u64>(dst, result, 0);
      v128.store_lane<u32>(dst, result, 2, 8);
    } else {
      v128.store(rest, result);
      for (let i = 0; i < left * 3; i++) store<u8>(dst + i, load<u8>(rest + i));
    }
    src += 12;
    dst += 12;
  }
}

/** Cut off to a whole number from 0 to 255. */
// @ts-ignore: decorator
@inline
function cut(x: v128, round: v128, top: v128): v128 {
  return v128.and(f32x4.add(f32x4.floor(x), round), top);
}

/** 1 - a b with one rounding to float32, as a fused product has it. */
// @ts-ignore: decorator
@inline
function without(a: v128, b: v128): v128 {
  const one = f64x2.splat(1);
  const low = f64x2.mul(f64x2.promote_low_f32x4(a), f64x2.promote_low_f32x4(b));
  const high = f64x2.mul(
    f64x2.promote_low_f32x4(v128.shuffle<i64>(a, a, 1, 0)),
    f64x2.promote_low_f32x4(v128.shuffle<i64>(b, b, 1, 0)),
  );
  return v128.shuffle<i64>(
    f32x4.demote_f64x2_zero(f64x2.sub(one, low)),
    f32x4.demote_f64x2_zero(f64x2.sub(one, high)),
    0,
    2,
  );
}
