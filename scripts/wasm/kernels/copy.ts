// AssemblyScript. Images are [height, width, channels] uint8; pointers and strides are in bytes.

/** Copies `rows` rows of `bytes`; strides may be negative. Rows must not overlap. */
export function copyRows(
  src: usize,
  srcStride: isize,
  dst: usize,
  dstStride: isize,
  bytes: usize,
  rows: i32,
): void {
  for (let y = 0; y < rows; y++) {
    copyRow(src, dst, bytes);
    src += srcStride;
    dst += dstStride;
  }
}

// A call of memory.copy costs more than a short row: rows are copied in registers, the last one overlapping.
// @ts-ignore: decorator
@inline
function copyRow(src: usize, dst: usize, bytes: usize): void {
  if (bytes < 16) {
    for (let i: usize = 0; i < bytes; i++) store<u8>(dst + i, load<u8>(src + i));
    return;
  }
  let i: usize = 0;
  for (; i + 64 <= bytes; i += 64) {
    const a = v128.load(src + i);
    const b = v128.load(src + i, 16);
    const c = v128.load(src + i, 32);
    const d = v128.load(src + i, 48);
    v128.store(dst + i, a);
    v128.store(dst + i, b, 16);
    v128.store(dst + i, c, 32);
    v128.store(dst + i, d, 48);
  }
  for (; i + 16 <= bytes; i += 16) v128.store(dst + i, v128.load(src + i));
  if (i < bytes) v128.store(dst + bytes - 16, v128.load(src + bytes - 16));
}

/** Mirrors RGB rows of `width` pixels. */
export function flipRows3(
  src: usize,
  dst: usize,
  dstStride: isize,
  width: i32,
  rows: i32,
): void {
  const bytes = <usize>width * 3;
  for (let y = 0; y < rows; y++) {
    let from = src;
    let to = dst + bytes;
    let left = width;
    // Five pixels at once; the byte too many in front is written over by the next five.
    while (left > 20) {
      const a = reverse(v128.load(from));
      const b = reverse(v128.load(from, 15));
      const c = reverse(v128.load(from, 30));
      const d = reverse(v128.load(from, 45));
      to -= 60;
      v128.store(to, a, 44);
      v128.store(to, b, 29);
      v128.store(to, c, 14);
      v128.store(to - 1, d);
      from += 60;
      left -= 20;
    }
    while (left > 5) {
      to -= 15;
      v128.store(to - 1, reverse(v128.load(from)));
      from += 15;
      left -= 5;
    }
    for (; left > 0; left--) {
      to -= 3;
      store<u16>(to, load<u16>(from));
      store<u8>(to, load<u8>(from, 2), 2);
      from += 3;
    }
    src += bytes;
    dst += dstStride;
  }
}

// @ts-ignore: decorator
@inline
function reverse(v: v128): v128 {
  return v128.shuffle<u8>(v, v, 15, 12, 13, 14, 9, 10, 11, 6, 7, 8, 3, 4, 5, 0, 1, 2);
}
