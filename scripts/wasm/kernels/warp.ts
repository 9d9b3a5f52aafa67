import { firstAt, lowestAt, roundAt, secondAt } from './constants';
import { pick } from './relaxed';

/**
 * Bilinear warp of an RGB image in single precision, reflect-101 border: output (x, y) shows source
 * (a x + b y + tx, c x + d y + ty).
 */
export function warpLinear3(
  src: usize,
  dst: usize,
  width: i32,
  height: i32,
  a: f32,
  b: f32,
  tx: f32,
  c: f32,
  d: f32,
  ty: f32,
): void {
  const stride = width * 3;
  const strides = i32x4.splat(stride);
  const right = i32x4.splat(width - 1);
  const bottom = i32x4.splat(height - 1);
  const as_ = f32x4.splat(a);
  const cs = f32x4.splat(c);
  const first = v128.load(firstAt);
  const second = v128.load(secondAt);
  const lowest = v128.load(lowestAt);
  const round = v128.load(roundAt);
  for (let y = 0; y < height; y++) {
    // What the row adds to the source coordinates, in pixels; single precision in OpenCV's order throughout.
    const originX = b * <f32>y + tx;
    const originY = d * <f32>y + ty;
    const originXs = f32x4.splat(originX);
    const originYs = f32x4.splat(originY);
    let xs = f32x4(0, 1, 2, 3);
    let x = 0;
    // Each pixel's store reaches one byte into the next; the row's last ones are written singly.
    for (; x + 4 < width; x += 4) {
      // Four pixels at once: source coordinates, their whole parts, and the positions u, v within a pixel.
      const px = f32x4.add(f32x4.mul(as_, xs), originXs);
      const py = f32x4.add(f32x4.mul(cs, xs), originYs);
      xs = f32x4.add(xs, f32x4.splat(4));
      const fx = f32x4.floor(px);
      const fy = f32x4.floor(py);
      const sx = i32x4.trunc_sat_f32x4_s(fx);
      const sy = i32x4.trunc_sat_f32x4_s(fy);
      // Compared without sign, a negative index is a large one: one comparison finds both edges.
      const inside = v128.and(i32x4.lt_u(sx, right), i32x4.lt_u(sy, bottom));
      const u = f32x4.sub(px, fx);
      const v = f32x4.sub(py, fy);
      if (!i32x4.all_true(inside)) {
        if (near(sx, right) && near(sy, bottom)) fourAtEdge(src, dst, sx, sy, right, bottom, strides, u, v, first, lowest, round);
        else
          for (let k = 0; k < 4; k++)
            edgePixel(src, dst + k * 3, width, height, a * <f32>(x + k) + originX, c * <f32>(x + k) + originY);
        dst += 12;
        continue;
      }
      // Byte offsets of the upper left neighbours: three bytes a pixel.
      const at = i32x4.add(
        i32x4.mul(sy, strides),
        i32x4.add(sx, i32x4.add(sx, sx)),
      );
      pixel(src + i32x4.extract_lane(at, 0), stride, dst, v128.shuffle<i32>(u, u, 0, 0, 0, 0), v128.shuffle<i32>(v, v, 0, 0, 0, 0), first, second, lowest, round);
      pixel(src + i32x4.extract_lane(at, 1), stride, dst + 3, v128.shuffle<i32>(u, u, 1, 1, 1, 1), v128.shuffle<i32>(v, v, 1, 1, 1, 1), first, second, lowest, round);
      pixel(src + i32x4.extract_lane(at, 2), stride, dst + 6, v128.shuffle<i32>(u, u, 2, 2, 2, 2), v128.shuffle<i32>(v, v, 2, 2, 2, 2), first, second, lowest, round);
      pixel(src + i32x4.extract_lane(at, 3), stride, dst + 9, v128.shuffle<i32>(u, u, 3, 3, 3, 3), v128.shuffle<i32>(v, v, 3, 3, 3, 3), first, second, lowest, round);
      dst += 12;
    }
    for (; x < width; x++) {
      edgePixel(src, dst, width, height, a * <f32>x + originX, c * <f32>x + originY);
      dst += 3;
    }
  }
}

/** True where each index and the next one need at most one reflection: -last <= i < 2 last. */
// @ts-ignore: decorator
@inline
function near(i: v128, last: v128): bool {
  const twice = i32x4.add(last, last);
  return i32x4.all_true(i32x4.lt_u(i32x4.add(i, last), i32x4.add(twice, last)));
}

/** Index that i shows under one reflection at 0 or at `last`. */
// @ts-ignore: decorator
@inline
function mirror(i: v128, last: v128): v128 {
  return i32x4.sub(last, i32x4.abs(i32x4.sub(last, i32x4.abs(i))));
}

function fourAtEdge(
  src: usize,
  dst: usize,
  sx: v128,
  sy: v128,
  right: v128,
  bottom: v128,
  strides: v128,
  u: v128,
  v: v128,
  first: v128,
  lowest: v128,
  round: v128,
): void {
  const one = i32x4.splat(1);
  const three = i32x4.splat(3);
  // Byte offsets of both columns and both rows, reflected; then of all four neighbours of all four pixels.
  const x0 = i32x4.mul(mirror(sx, right), three);
  const x1 = i32x4.mul(mirror(i32x4.add(sx, one), right), three);
  const y0 = i32x4.mul(mirror(sy, bottom), strides);
  const y1 = i32x4.mul(mirror(i32x4.add(sy, one), bottom), strides);
  const a = i32x4.add(x0, y0);
  const b = i32x4.add(x1, y0);
  const c = i32x4.add(x0, y1);
  const d = i32x4.add(x1, y1);
  fourNeighbours(dst, src + i32x4.extract_lane(a, 0), src + i32x4.extract_lane(b, 0), src + i32x4.extract_lane(c, 0), src + i32x4.extract_lane(d, 0), v128.shuffle<i32>(u, u, 0, 0, 0, 0), v128.shuffle<i32>(v, v, 0, 0, 0, 0), first, lowest, round);
  fourNeighbours(dst + 3, src + i32x4.extract_lane(a, 1), src + i32x4.extract_lane(b, 1), src + i32x4.extract_lane(c, 1), src + i32x4.extract_lane(d, 1), v128.shuffle<i32>(u, u, 1, 1, 1, 1), v128.shuffle<i32>(v, v, 1, 1, 1, 1), first, lowest, round);
  fourNeighbours(dst + 6, src + i32x4.extract_lane(a, 2), src + i32x4.extract_lane(b, 2), src + i32x4.extract_lane(c, 2), src + i32x4.extract_lane(d, 2), v128.shuffle<i32>(u, u, 2, 2, 2, 2), v128.shuffle<i32>(v, v, 2, 2, 2, 2), first, lowest, round);
  fourNeighbours(dst + 9, src + i32x4.extract_lane(a, 3), src + i32x4.extract_lane(b, 3), src + i32x4.extract_lane(c, 3), src + i32x4.extract_lane(d, 3), v128.shuffle<i32>(u, u, 3, 3, 3, 3), v128.shuffle<i32>(v, v, 3, 3, 3, 3), first, lowest, round);
}

/** Between four pixels anywhere. */
// @ts-ignore: decorator
@inline
function fourNeighbours(
  to: usize,
  p00: usize,
  p01: usize,
  p10: usize,
  p11: usize,
  u: v128,
  v: v128,
  first: v128,
  lowest: v128,
  round: v128,
): void {
  const upper = between(channels(v128.load32_zero(p00), first), channels(v128.load32_zero(p01), first), u);
  const lower = between(channels(v128.load32_zero(p10), first), channels(v128.load32_zero(p11), first), u);
  const r = f32x4.add(between(upper, lower, v), round);
  v128.store_lane<u32>(to, pick(r, lowest), 0);
}

/** Between the four pixels at `from`, all inside; writes four bytes, of which the last is of no meaning. */
// @ts-ignore: decorator
@inline
function pixel(
  from: usize,
  stride: i32,
  to: usize,
  u: v128,
  v: v128,
  first: v128,
  second: v128,
  lowest: v128,
  round: v128,
): void {
  const top = v128.load64_zero(from);
  const low = v128.load64_zero(from + stride);
  const upper = between(channels(top, first), channels(top, second), u);
  const lower = between(channels(low, first), channels(low, second), u);
  const r = f32x4.add(between(upper, lower, v), round);
  v128.store_lane<u32>(to, pick(r, lowest), 0);
}

// @ts-ignore: decorator
@inline
function between(p: v128, q: v128, t: v128): v128 {
  return f32x4.add(p, f32x4.mul(t, f32x4.sub(q, p)));
}

/** The channels that `mask` picks, as float32. */
// @ts-ignore: decorator
@inline
function channels(v: v128, mask: v128): v128 {
  return f32x4.convert_i32x4_s(pick(v, mask));
}

function edgePixel(src: usize, to: usize, width: i32, height: i32, px: f32, py: f32): void {
  const fx = floor<f32>(px);
  const fy = floor<f32>(py);
  const u = px - fx;
  const v = py - fy;
  const x0 = reflect(<i32>fx, width) * 3;
  const x1 = reflect(<i32>fx + 1, width) * 3;
  const top = src + reflect(<i32>fy, height) * width * 3;
  const low = src + reflect(<i32>fy + 1, height) * width * 3;
  for (let k = 0; k < 3; k++) {
    const p00 = <f32>load<u8>(top + x0 + k);
    const p01 = <f32>load<u8>(top + x1 + k);
    const p10 = <f32>load<u8>(low + x0 + k);
    const p11 = <f32>load<u8>(low + x1 + k);
    const upper = p00 + u * (p01 - p00);
    const lower = p10 + u * (p11 - p10);
    store<u8>(to + k, <u8>nearest<f32>(upper + v * (lower - upper)));
  }
}

/** Index inside [0, n) that i shows under reflect-101. */
function reflect(i: i32, n: i32): i32 {
  if (<u32>i < <u32>n) return i;
  if (n == 1) return 0;
  const period = 2 * (n - 1);
  const r = ((i % period) + period) % period;
  return r < n ? r : period - r;
}
