/** Side of the square tile in which rows and columns are exchanged: both sides stay in the L1 cache. */
const TILE = 16;

/**
 * Writes source pixel (x, y) to destination offset `origin + x * stepX + y * stepY`, in pixels: any of
 * the eight symmetries that exchange rows and columns. `src`: `[height, width, channels]`.
 */
export function scatterPixels(
  src: Uint8Array,
  width: number,
  height: number,
  channels: number,
  dst: Uint8Array,
  origin: number,
  stepX: number,
  stepY: number,
): void {
  for (let y0 = 0; y0 < height; y0 += TILE) {
    const y1 = Math.min(y0 + TILE, height);
    for (let x0 = 0; x0 < width; x0 += TILE) {
      const x1 = Math.min(x0 + TILE, width);
      for (let y = y0; y < y1; y++) {
        let from = (y * width + x0) * channels;
        let to = (origin + x0 * stepX + y * stepY) * channels;
        const step = stepX * channels;
        if (channels === 1) {
          for (let x = x0; x < x1; x++, to += step) dst[to] = src[from++];
        } else {
          for (let x = x0; x < x1; x++, from += 3, to += step) {
            dst[to] = src[from];
            dst[to + 1] = src[from + 1];
            dst[to + 2] = src[from + 2];
          }
        }
      }
    }
  }
}

/** Exchanges rows and columns: `dst` is `[width, height, channels]`. */
export function transpose(
  src: Uint8Array,
  width: number,
  height: number,
  channels: number,
  dst: Uint8Array,
): void {
  scatterPixels(src, width, height, channels, dst, 0, height, 1);
}

/**
 * Turns counter-clockwise by `quarters` x 90 degrees (numpy.rot90): `dst` is `[width, height, channels]`
 * for odd `quarters`.
 */
export function rotate90(
  src: Uint8Array,
  width: number,
  height: number,
  channels: number,
  quarters: 0 | 1 | 2 | 3,
  dst: Uint8Array,
): void {
  if (quarters === 0) dst.set(src);
  else if (quarters === 1)
    scatterPixels(src, width, height, channels, dst, (width - 1) * height, -height, 1);
  else if (quarters === 2)
    scatterPixels(src, width, height, channels, dst, width * height - 1, -1, -width);
  else scatterPixels(src, width, height, channels, dst, height - 1, height, -1);
}
