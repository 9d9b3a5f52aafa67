import { wasmEngine } from '../wasm/engine.js';
import { runWhole } from '../wasm/run.js';
import type { Affine } from './affine.js';
import { reflect101 } from './border.js';
import { roundHalfEven } from './round.js';

const f = Math.fround;

/**
 * Bilinear warp in single precision; outside shows `fill`, or reflect-101 where `fill` is undefined; `inverse` maps output to source
 * coordinates, in pixels. Source: `warpAffine` of OpenCV 5. `src`, `dst`: `[height, width, channels]`.
 */
export function referenceWarpLinearFloat(
  src: Uint8Array,
  width: number,
  height: number,
  channels: number,
  inverse: Affine,
  fill: number | undefined,
  dst: Uint8Array,
): void {
  // Every step is rounded to float32, in OpenCV's order: another order gives other bytes.
  const [a, b, tx, c, d, ty] = inverse.map(f);
  const stride = width * channels;
  let to = 0;
  for (let y = 0; y < height; y++) {
    // What the row contributes to the source coordinates, in pixels.
    const originX = f(f(b * y) + tx);
    const originY = f(f(d * y) + ty);
    for (let x = 0; x < width; x++) {
      const px = f(f(a * x) + originX);
      const py = f(f(c * x) + originY);
      // The pixel above and to the left of the source position, and the position within it: u, v in [0, 1).
      const sx = Math.floor(px);
      const sy = Math.floor(py);
      const u = f(px - sx);
      const v = f(py - sy);
      // Inside, all four neighbours exist; elsewhere their indices are reflected.
      const inside = sx >= 0 && sy >= 0 && sx < width - 1 && sy < height - 1;
      const left = (inside ? sx : reflect101(sx, width)) * channels;
      const right = (inside ? sx + 1 : reflect101(sx + 1, width)) * channels;
      const top = (inside ? sy : reflect101(sy, height)) * stride;
      const bottom = (inside ? sy + 1 : reflect101(sy + 1, height)) * stride;
      // Bits of the four neighbours that lie outside and show `fill`.
      const outside = inside || fill === undefined ? 0 : outsideBits(sx, sy, width, height);
      for (let k = 0; k < channels; k++) {
        const p00 = outside & 1 ? fill! : src[top + left + k];
        const p01 = outside & 2 ? fill! : src[top + right + k];
        const p10 = outside & 4 ? fill! : src[bottom + left + k];
        const p11 = outside & 8 ? fill! : src[bottom + right + k];
        // Along both rows, then between them; in grey levels.
        const upper = f(p00 + f(u * (p01 - p00)));
        const lower = f(p10 + f(u * (p11 - p10)));
        dst[to++] = roundHalfEven(f(upper + f(v * f(lower - upper))));
      }
    }
  }
}

/** Which of the neighbours (0, 0), (1, 0), (0, 1), (1, 1) of (x, y) lie outside, as bits. */
function outsideBits(x: number, y: number, width: number, height: number): number {
  const left = x < 0 || x >= width ? 5 : 0;
  const right = x < -1 || x >= width - 1 ? 10 : 0;
  const top = y < 0 || y >= height ? 3 : 0;
  const bottom = y < -1 || y >= height - 1 ? 12 : 0;
  return left | right | top | bottom;
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

/**
 * `referenceWarpLinearFloat` with the kernel in WebAssembly, which takes RGB and a reflected border; pixels that see a `fill` are
 * done once more.
 */
export function warpLinearFloat(
  src: Uint8Array,
  width: number,
  height: number,
  channels: number,
  inverse: Affine,
  fill: number | undefined,
  dst: Uint8Array,
): void {
  const engine = channels === 3 ? wasmEngine() : null;
  const done =
    engine !== null &&
    runWhole(engine, src, dst, (from, to) =>
      engine.kernels.warpLinear3(from, to, width, height, ...inverse),
    );
  if (!done) referenceWarpLinearFloat(src, width, height, channels, inverse, fill, dst);
  else if (fill !== undefined) fillOutside(src, width, height, inverse, fill, dst);
}

/**
 * Does those RGB pixels again whose neighbours lie outside and show `fill`, as `referenceWarpLinearFloat`. In a row, the pixels that
 * see none of it follow each other, since rounded coordinates rise or fall throughout.
 */
function fillOutside(
  src: Uint8Array,
  width: number,
  height: number,
  inverse: Affine,
  fill: number,
  dst: Uint8Array,
): void {
  const [a, b, tx, c, d, ty] = inverse.map(f);
  for (let y = 0; y < height; y++) {
    const originX = f(f(b * y) + tx);
    const originY = f(f(d * y) + ty);
    /** True, with the pixel done again, where it sees `fill`. */
    const again = (x: number): boolean => {
      const px = f(f(a * x) + originX);
      const py = f(f(c * x) + originY);
      if (px >= 0 && py >= 0 && px < width - 1 && py < height - 1) return false;
      fillPixel(src, width, height, px, py, fill, dst, (y * width + x) * 3);
      return true;
    };
    let first = 0;
    while (first < width && again(first)) first++;
    let last = width - 1;
    while (last > first && again(last)) last--;
  }
}

function fillPixel(
  src: Uint8Array,
  width: number,
  height: number,
  px: number,
  py: number,
  fill: number,
  dst: Uint8Array,
  to: number,
): void {
  // All four neighbours lie outside.
  if (!(px >= -1 && py >= -1 && px < width && py < height)) {
    dst[to] = dst[to + 1] = dst[to + 2] = fill;
    return;
  }
  const sx = Math.floor(px);
  const sy = Math.floor(py);
  const u = f(px - sx);
  const v = f(py - sy);
  const outside = outsideBits(sx, sy, width, height);
  const from = (sy * width + sx) * 3;
  const below = from + width * 3;
  for (let k = 0; k < 3; k++) {
    const p00 = outside & 1 ? fill : src[from + k];
    const p01 = outside & 2 ? fill : src[from + 3 + k];
    const p10 = outside & 4 ? fill : src[below + k];
    const p11 = outside & 8 ? fill : src[below + 3 + k];
    const upper = f(p00 + f(u * (p01 - p00)));
    const lower = f(p10 + f(u * (p11 - p10)));
    dst[to + k] = roundHalfEven(f(upper + f(v * f(lower - upper))));
  }
}
