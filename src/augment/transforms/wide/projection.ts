import type { Size } from '../../../image/image.js';

/** Where the corners of an image go, in pixels. */
export type Corners = {
  topLeftX: number;
  topLeftY: number;
  topRightX: number;
  topRightY: number;
  bottomRightX: number;
  bottomRightY: number;
  bottomLeftX: number;
  bottomLeftY: number;
};

/** `[8]`: the output's (x, y) shows the input's ((a x + b y + c) / (g x + h y + 1), (d x + e y + f) / (g x + h y + 1)). */
type Projection = readonly number[];

/**
 * The projection that shows the image's corners at `corners`, in single precision; not a number where three of them lie on
 * a line. Source: torchvision, `_get_perspective_coeffs`.
 */
export function coefficientsOf(corners: Corners, { width, height }: Size): Projection {
  const { topLeftX, topLeftY, topRightX, topRightY } = corners;
  const { bottomRightX, bottomRightY, bottomLeftX, bottomLeftY } = corners;
  const [right, bottom] = [width - 1, height - 1];
  // Each corner: where it is seen, and which point of the image is seen there.
  const pairs = [
    [topLeftX, topLeftY, 0, 0],
    [topRightX, topRightY, right, 0],
    [bottomRightX, bottomRightY, right, bottom],
    [bottomLeftX, bottomLeftY, 0, bottom],
  ];
  const equations = pairs.flatMap(([x, y, u, v]) => [
    [x, y, 1, 0, 0, 0, -u * x, -u * y, u],
    [0, 0, 0, x, y, 1, -v * x, -v * y, v],
  ]);
  return solve(equations).map(Math.fround);
}

/** Gauss's elimination with the largest pivots. `rows`: `[n, n + 1]`, changed. */
function solve(rows: number[][]): number[] {
  const n = rows.length;
  for (let k = 0; k < n; k++) {
    let best = k;
    for (let i = k + 1; i < n; i++) if (Math.abs(rows[i][k]) > Math.abs(rows[best][k])) best = i;
    [rows[k], rows[best]] = [rows[best], rows[k]];
    for (let i = k + 1; i < n; i++) {
      const factor = rows[i][k] / rows[k][k];
      for (let j = k; j <= n; j++) rows[i][j] -= factor * rows[k][j];
    }
  }
  const found = new Array<number>(n);
  for (let k = n - 1; k >= 0; k--) {
    let left = rows[k][n];
    for (let j = k + 1; j < n; j++) left -= rows[k][j] * found[j];
    found[k] = left / rows[k][k];
  }
  return found;
}

/**
 * Bilinear, in double precision, cut off to uint8; `fill` where a pixel's centre falls outside. Source: Pillow,
 * `Image.transform(PERSPECTIVE, BILINEAR)`. `src`, `dst`: `[height, width, channels]`.
 */
export function warpBilinear(
  src: Uint8Array,
  { width, height }: Size,
  channels: number,
  [a, b, c, d, e, f, g, h]: Projection,
  fill: number,
  dst: Uint8Array,
): void {
  const stride = width * channels;
  for (let y = 0, to = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const under = g * (x + 0.5) + h * (y + 0.5) + 1;
      const px = (a * (x + 0.5) + b * (y + 0.5) + c) / under;
      const py = (d * (x + 0.5) + e * (y + 0.5) + f) / under;
      // Also where the projection is not a number.
      if (!(px >= 0 && px < width && py >= 0 && py < height)) {
        for (let k = 0; k < channels; k++) dst[to++] = fill;
        continue;
      }
      const sx = Math.floor(px - 0.5);
      const sy = Math.floor(py - 0.5);
      const u = px - 0.5 - sx;
      const v = py - 0.5 - sy;
      const left = Math.max(0, sx) * channels;
      const right = Math.min(width - 1, sx + 1) * channels;
      const top = Math.max(0, sy) * stride;
      const bottom = Math.min(height - 1, sy + 1) * stride;
      for (let k = 0; k < channels; k++) {
        const upper = src[top + left + k] + (src[top + right + k] - src[top + left + k]) * u;
        const lower =
          src[bottom + left + k] + (src[bottom + right + k] - src[bottom + left + k]) * u;
        dst[to++] = Math.trunc(upper + (lower - upper) * v);
      }
    }
}

/** The nearest pixel of one channel; `outside` says what lies at whole coordinates outside. Source: as `warpBilinear`, `NEAREST`. */
export function warpNearest(
  src: Uint8Array,
  { width, height }: Size,
  [a, b, c, d, e, f, g, h]: Projection,
  outside: (x: number, y: number) => number,
  dst: Uint8Array,
): void {
  // Far away, next to the horizon, reflections repeat; whole numbers stay exact.
  const near = (v: number): number =>
    Number.isFinite(v) ? Math.floor(Math.min(1e9, Math.max(-1e9, v))) : 0;
  for (let y = 0, to = 0; y < height; y++)
    for (let x = 0; x < width; x++, to++) {
      const under = g * (x + 0.5) + h * (y + 0.5) + 1;
      const px = (a * (x + 0.5) + b * (y + 0.5) + c) / under;
      const py = (d * (x + 0.5) + e * (y + 0.5) + f) / under;
      const inside = px >= 0 && px < width && py >= 0 && py < height;
      dst[to] = inside ? src[Math.floor(py) * width + Math.floor(px)] : outside(near(px), near(py));
    }
}
