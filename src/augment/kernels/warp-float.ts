import type { Affine } from './affine.js';
import { reflect101 } from './border.js';
import { roundHalfEven } from './round.js';

const f = Math.fround;

/**
 * Bilinear warp with reflect-101 border in single precision; `inverse` maps output to source
 * coordinates, in pixels. Source: `warpAffine` of OpenCV 5. `src`, `dst`: `[height, width, channels]`.
 */
export function warpLinearFloat(
  src: Uint8Array,
  width: number,
  height: number,
  channels: number,
  inverse: Affine,
  dst: Uint8Array,
): void {
  const [a, b, tx, c, d, ty] = inverse.map(f);
  const stride = width * channels;
  let to = 0;
  for (let y = 0; y < height; y++) {
    const originX = f(f(b * y) + tx);
    const originY = f(f(d * y) + ty);
    for (let x = 0; x < width; x++) {
      const px = f(f(a * x) + originX);
      const py = f(f(c * x) + originY);
      const sx = Math.floor(px);
      const sy = Math.floor(py);
      const u = f(px - sx);
      const v = f(py - sy);
      const inside = sx >= 0 && sy >= 0 && sx < width - 1 && sy < height - 1;
      const left = (inside ? sx : reflect101(sx, width)) * channels;
      const right = (inside ? sx + 1 : reflect101(sx + 1, width)) * channels;
      const top = (inside ? sy : reflect101(sy, height)) * stride;
      const bottom = (inside ? sy + 1 : reflect101(sy + 1, height)) * stride;
      for (let k = 0; k < channels; k++) {
        const p00 = src[top + left + k];
        const p10 = src[bottom + left + k];
        const upper = f(p00 + f(u * (src[top + right + k] - p00)));
        const lower = f(p10 + f(u * (src[bottom + right + k] - p10)));
        dst[to++] = roundHalfEven(f(upper + f(v * f(lower - upper))));
      }
    }
  }
}

/** Nearest-neighbour warp of one channel; outside shows `fill`, or reflect-101 where `fill` is undefined. */
export function warpNearestFloat(
  src: Uint8Array,
  width: number,
  height: number,
  inverse: Affine,
  fill: number | undefined,
  dst: Uint8Array,
): void {
  const [a, b, tx, c, d, ty] = inverse.map(f);
  let to = 0;
  for (let y = 0; y < height; y++) {
    const originX = f(f(b * y) + tx);
    const originY = f(f(d * y) + ty);
    for (let x = 0; x < width; x++) {
      const sx = roundHalfEven(f(f(a * x) + originX));
      const sy = roundHalfEven(f(f(c * x) + originY));
      if (sx >= 0 && sy >= 0 && sx < width && sy < height) dst[to++] = src[sy * width + sx];
      else if (fill !== undefined) dst[to++] = fill;
      else dst[to++] = src[reflect101(sy, height) * width + reflect101(sx, width)];
    }
  }
}
