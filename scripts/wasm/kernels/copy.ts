import { reversedAt } from './constants';
import { pick } from './relaxed';

/** Bytes of a row from which on a call of memory.copy pays. */
const longRow: usize = 2048;

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
  // Long rows: the machine's own copy goes round the cache lines that it is about to overwrite.
  if (bytes >= longRow) {
    for (let y = 0; y < rows; y++) {
      memory.copy(dst, src, bytes);
      src += srcStride;
      dst += dstStride;
    }
    return;
  }
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
  const order = v128.load(reversedAt);
  for (let y = 0; y < rows; y++) {
    let from = src;
    let to = dst + bytes;
    let left = width;
    // Five pixels at once; the byte too many in front is written over by the next five.
    while (left > 20) {
      const a = pick(v128.load(from), order);
      const b = pick(v128.load(from, 15), order);
      const c = pick(v128.load(from, 30), order);
      const d = pick(v128.load(from, 45), order);
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
      v128.store(to - 1, pick(v128.load(from), order));
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
