/** Mirrors every row. `src`, `dst`: `[height, width, channels]`. */
export function flipHorizontal(
  src: Uint8Array,
  width: number,
  height: number,
  channels: number,
  dst: Uint8Array,
): void {
  const stride = width * channels;
  for (let y = 0; y < height; y++) {
    let from = y * stride;
    let to = from + stride - channels;
    if (channels === 1) {
      for (let x = 0; x < width; x++) dst[to--] = src[from++];
    } else {
      for (let x = 0; x < width; x++, from += 3, to -= 3) {
        dst[to] = src[from];
        dst[to + 1] = src[from + 1];
        dst[to + 2] = src[from + 2];
      }
    }
  }
}

/** Puts the rows in opposite order. `src`, `dst`: `[height, width, channels]`. */
export function flipVertical(
  src: Uint8Array,
  width: number,
  height: number,
  channels: number,
  dst: Uint8Array,
): void {
  const stride = width * channels;
  for (let y = 0; y < height; y++) {
    const from = y * stride;
    dst.set(src.subarray(from, from + stride), (height - 1 - y) * stride);
  }
}
