import { narrowAt, widenAt } from './constants';
import { pick } from './relaxed';

/** Rows in a band: so many source lines stay in the L1 cache while the columns go by. */
const bandRows: i32 = 32;

/**
 * Exchanges rows and columns of an RGB image of `width` x `height`; negative strides start at the last row and
 * give the turns.
 */
export function transpose3(
  src: usize,
  srcStride: isize,
  dst: usize,
  dstStride: isize,
  width: i32,
  height: i32,
): void {
  const wide = width & ~3;
  const wider = v128.load(widenAt);
  const narrower = v128.load(narrowAt);
  for (let y0 = 0; y0 < height; y0 += bandRows) {
    const y1 = min(y0 + bandRows, height);
    const even = y0 + ((y1 - y0) & ~3);
    for (let x = 0; x < wide; x += 4) {
      let from = src + <isize>y0 * srcStride + <isize>x * 3;
      let to = dst + <isize>x * dstStride + <isize>y0 * 3;
      // Four bytes too many, one pixel and a third, are written over by what follows in the row, if it does.
      let y = y0;
      for (; y < even && y + 6 <= height; y += 4) {
        block(from, srcStride, to, dstStride, wider, narrower, false);
        from += srcStride * 4;
        to += 12;
      }
      for (; y < even; y += 4) {
        block(from, srcStride, to, dstStride, wider, narrower, true);
        from += srcStride * 4;
        to += 12;
      }
      for (y = even; y < y1; y++)
        for (let k = 0; k < 4; k++) pixel(src, srcStride, dst, dstStride, x + k, y);
    }
    for (let x = wide; x < width; x++)
      for (let y = y0; y < y1; y++) pixel(src, srcStride, dst, dstStride, x, y);
  }
}

// @ts-ignore: decorator
@inline
function pixel(src: usize, srcStride: isize, dst: usize, dstStride: isize, x: i32, y: i32): void {
  const from = src + <isize>y * srcStride + <isize>x * 3;
  const to = dst + <isize>x * dstStride + <isize>y * 3;
  store<u16>(to, load<u16>(from));
  store<u8>(to, load<u8>(from, 2), 2);
}

/** Four by four pixels: widened to 32 bits, exchanged, and narrowed again. Reads 4 bytes over the block's end. */
// @ts-ignore: decorator
@inline
function block(
  from: usize,
  srcStride: isize,
  to: usize,
  dstStride: isize,
  wider: v128,
  narrower: v128,
  exact: bool,
): void {
  const a = pick(v128.load(from), wider);
  const b = pick(v128.load(from + srcStride), wider);
  const c = pick(v128.load(from + srcStride * 2), wider);
  const d = pick(v128.load(from + srcStride * 3), wider);
  // Pairs of rows interleaved, then pairs of pairs: lane k of every row becomes row k.
  const ab0 = v128.shuffle<i32>(a, b, 0, 4, 1, 5);
  const ab1 = v128.shuffle<i32>(a, b, 2, 6, 3, 7);
  const cd0 = v128.shuffle<i32>(c, d, 0, 4, 1, 5);
  const cd1 = v128.shuffle<i32>(c, d, 2, 6, 3, 7);
  put(to, pick(v128.shuffle<i64>(ab0, cd0, 0, 2), narrower), exact);
  put(to + dstStride, pick(v128.shuffle<i64>(ab0, cd0, 1, 3), narrower), exact);
  put(to + dstStride * 2, pick(v128.shuffle<i64>(ab1, cd1, 0, 2), narrower), exact);
  put(to + dstStride * 3, pick(v128.shuffle<i64>(ab1, cd1, 1, 3), narrower), exact);
}

// @ts-ignore: decorator
@inline
function put(to: usize, r: v128, exact: bool): void {
  if (!exact) {
    v128.store(to, r);
    return;
  }
  v128.store_lane<u64>(to, r, 0);
  v128.store_lane<u32>(to, r, 2, 8);
}
