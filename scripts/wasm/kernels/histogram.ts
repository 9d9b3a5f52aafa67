/**
 * How often each value occurs in each channel: 256 int32 a channel, twice over at `counts`. Odd pixels are counted apart: where
 * equal values follow each other, a count would wait for the one before it.
 */
export function histograms(src: usize, pixels: i32, channels: i32, counts: usize): void {
  const bytes = <usize>channels * 1024;
  memory.fill(counts, 0, bytes * 2);
  if (channels == 3) count3(src, pixels, counts, counts + bytes);
  else count1(src, pixels, counts, counts + bytes);
  for (let at: usize = counts; at < counts + bytes; at += 16)
    v128.store(at, i32x4.add(v128.load(at), v128.load(at + bytes)));
}

export function count3(src: usize, pixels: i32, even: usize, odd: usize): void {
  const end = src + (pixels & ~1) * 3;
  while (src < end) {
    add(even, load<u8>(src));
    add(even + 1024, load<u8>(src, 1));
    add(even + 2048, load<u8>(src, 2));
    add(odd, load<u8>(src, 3));
    add(odd + 1024, load<u8>(src, 4));
    add(odd + 2048, load<u8>(src, 5));
    src += 6;
  }
  if ((pixels & 1) == 0) return;
  add(even, load<u8>(src));
  add(even + 1024, load<u8>(src, 1));
  add(even + 2048, load<u8>(src, 2));
}

export function count1(src: usize, pixels: i32, even: usize, odd: usize): void {
  const end = src + (pixels & ~1);
  while (src < end) {
    add(even, load<u8>(src));
    add(odd, load<u8>(src, 1));
    src += 2;
  }
  if (pixels & 1) add(even, load<u8>(src));
}

// @ts-ignore: decorator
@inline
function add(counts: usize, value: u8): void {
  const at = counts + (<usize>value << 2);
  store<i32>(at, load<i32>(at) + 1);
}

/** Each channel of RGB pixels through its own table of 256 bytes, one after the other at `tables`. */
export function lookUp3(src: usize, dst: usize, pixels: i32, tables: usize): void {
  const end = src + (pixels & ~1) * 3;
  while (src < end) {
    const a = load<u8>(tables + load<u8>(src));
    const b = load<u8>(tables + load<u8>(src, 1), 256);
    const c = load<u8>(tables + load<u8>(src, 2), 512);
    const d = load<u8>(tables + load<u8>(src, 3));
    const e = load<u8>(tables + load<u8>(src, 4), 256);
    const f = load<u8>(tables + load<u8>(src, 5), 512);
    store<u8>(dst, a);
    store<u8>(dst, b, 1);
    store<u8>(dst, c, 2);
    store<u8>(dst, d, 3);
    store<u8>(dst, e, 4);
    store<u8>(dst, f, 5);
    src += 6;
    dst += 6;
  }
  if ((pixels & 1) == 0) return;
  store<u8>(dst, load<u8>(tables + load<u8>(src)));
  store<u8>(dst, load<u8>(tables + load<u8>(src, 1), 256), 1);
  store<u8>(dst, load<u8>(tables + load<u8>(src, 2), 512), 2);
}
