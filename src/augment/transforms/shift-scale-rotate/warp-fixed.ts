import type { Affine } from '../../kernels/affine.js';
import { reflect101 } from '../../kernels/border.js';
import { roundHalfEven } from '../../kernels/round.js';

/**
 * Bilinear warp; outside shows `fill`, or reflect-101 where `fill` is undefined; `inverse` maps output to source coordinates, in pixels.
 *
 * Fixed point as `warpAffine` of OpenCV 4 (checked with 4.10): coordinates with 10 fractional bits, of which 5 choose the
 * weights. `src`, `dst`: `[height, width, channels]`.
 */
export function warpLinearFixed(
  src: Uint8Array,
  width: number,
  height: number,
  channels: number,
  inverse: Affine,
  fill: number | undefined,
  dst: Uint8Array,
): void {
  // What a column contributes to the source coordinates, 10 fractional bits; `[width]` each.
  const dx = deltas(inverse[0], width);
  const dy = deltas(inverse[3], width);
  const stride = width * channels;
  let to = 0;
  for (let y = 0; y < height; y++) {
    // The same of the row; 16 is half of the 1/32 pixel to which the sum is rounded.
    const originX = roundHalfEven((inverse[1] * y + inverse[2]) * 1024) + 16;
    const originY = roundHalfEven((inverse[4] * y + inverse[5]) * 1024) + 16;
    for (let x = 0; x < width; x++) {
      // From 10 to 5 fractional bits, then whole pixels and 1/32 pixels.
      const fixedX = (originX + dx[x]) >> 5;
      const fixedY = (originY + dy[x]) >> 5;
      const sx = fixedX >> 5;
      const sy = fixedY >> 5;
      const fx = fixedX & 31;
      const fy = fixedY & 31;
      if (fill !== undefined && (sx < 0 || sy < 0 || sx >= width - 1 || sy >= height - 1)) {
        const value = (x_: number, y_: number, c: number): number =>
          x_ < 0 || y_ < 0 || x_ >= width || y_ >= height
            ? fill
            : src[y_ * stride + x_ * channels + c];
        for (let c = 0; c < channels; c++)
          dst[to++] =
            (value(sx, sy, c) * (32 - fx) * (32 - fy) +
              value(sx + 1, sy, c) * fx * (32 - fy) +
              value(sx, sy + 1, c) * (32 - fx) * fy +
              value(sx + 1, sy + 1, c) * fx * fy +
              512) >>
            10;
        continue;
      }
      const inside = sx >= 0 && sy >= 0 && sx < width - 1 && sy < height - 1;
      const left = inside ? sx : reflect101(sx, width);
      const right = inside ? sx + 1 : reflect101(sx + 1, width);
      const top = (inside ? sy : reflect101(sy, height)) * stride;
      const bottom = (inside ? sy + 1 : reflect101(sy + 1, height)) * stride;
      // Weights with 10 fractional bits, 1024 in all; 512 rounds half up.
      const w00 = (32 - fx) * (32 - fy);
      const w01 = fx * (32 - fy);
      const w10 = (32 - fx) * fy;
      const w11 = fx * fy;
      const p = left * channels;
      const q = right * channels;
      for (let c = 0; c < channels; c++)
        dst[to++] =
          (src[top + p + c] * w00 +
            src[top + q + c] * w01 +
            src[bottom + p + c] * w10 +
            src[bottom + q + c] * w11 +
            512) >>
          10;
    }
  }
}

/** Nearest-neighbour warp of one channel; outside shows `fill`, or reflect-101 where `fill` is undefined. */
export function warpNearestFixed(
  src: Uint8Array,
  width: number,
  height: number,
  inverse: Affine,
  fill: number | undefined,
  dst: Uint8Array,
): void {
  const dx = deltas(inverse[0], width);
  const dy = deltas(inverse[3], width);
  let to = 0;
  for (let y = 0; y < height; y++) {
    // 512 is half a pixel: the shift by 10 bits rounds to the nearest.
    const originX = roundHalfEven((inverse[1] * y + inverse[2]) * 1024) + 512;
    const originY = roundHalfEven((inverse[4] * y + inverse[5]) * 1024) + 512;
    for (let x = 0; x < width; x++) {
      const sx = (originX + dx[x]) >> 10;
      const sy = (originY + dy[x]) >> 10;
      if (sx >= 0 && sy >= 0 && sx < width && sy < height) dst[to++] = src[sy * width + sx];
      else if (fill !== undefined) dst[to++] = fill;
      else dst[to++] = src[reflect101(sy, height) * width + reflect101(sx, width)];
    }
  }
}

function deltas(slope: number, n: number): Int32Array {
  const table = new Int32Array(n);
  for (let x = 0; x < n; x++) table[x] = roundHalfEven(slope * x * 1024);
  return table;
}
