import { reflect101 } from './border.js';

/**
 * Shifts by whole pixels, to the right by `dx` and down by `dy`; what comes in shows a reflect-101
 * border, or `fill`. `src`, `dst`: `[height, width, channels]`.
 */
export function shiftReflect(
  src: Uint8Array,
  width: number,
  height: number,
  channels: number,
  dx: number,
  dy: number,
  fill: number | undefined,
  dst: Uint8Array,
): void {
  let to = 0;
  for (let y = 0; y < height; y++) {
    const sy = y - dy;
    const row = reflect101(sy, height) * width;
    for (let x = 0; x < width; x++) {
      const sx = x - dx;
      const outside = sx < 0 || sy < 0 || sx >= width || sy >= height;
      const from = (row + reflect101(sx, width)) * channels;
      for (let c = 0; c < channels; c++)
        dst[to++] = outside && fill !== undefined ? fill : src[from + c];
    }
  }
}
