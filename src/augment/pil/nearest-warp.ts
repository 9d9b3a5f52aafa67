import type { Image, Mask, Size } from '../../image/image.js';
import { reflect101 } from '../kernels/border.js';

/** `[a, b, c, d, e, f]`: the output's (x, y) shows the input's (a x + b y + c, d x + e y + f). */
export type Inverse = readonly [number, number, number, number, number, number];

/** Fractional bits of a coordinate. */
const one = 65536;
/** Coordinates from here on do not fit the fixed point, and images so large use floating point. */
const fixedLimit = 32768;

/**
 * Moves pixels by the nearest neighbour as Pillow's `Image.transform(AFFINE, NEAREST)`: coordinates of
 * pixel centres in fixed point with 16 fractional bits, or, without turn and shear, in floating point
 * summed from pixel to pixel. What lies outside is 0.
 *
 * @param outside where a coordinate outside the image is taken from; undefined: it stays 0
 */
function warp(
  source: Uint8Array,
  { width, height }: Size,
  channels: number,
  inverse: Inverse,
  dst: Uint8Array,
  outside?: (x: number, y: number) => number,
): void {
  const at = coordinates(inverse, width, height);
  for (let y = 0, to = 0; y < height; y++)
    for (let x = 0; x < width; x++, to += channels) {
      const sx = at.x(x, y);
      const sy = at.y(x, y);
      const inside = sx >= 0 && sx < width && sy >= 0 && sy < height;
      const from = inside ? sy * width + sx : (outside?.(sx, sy) ?? -1);
      for (let c = 0; c < channels; c++) dst[to + c] = from < 0 ? 0 : source[from * channels + c];
    }
}

interface Coordinates {
  x(x: number, y: number): number;
  y(x: number, y: number): number;
}

function coordinates([a, b, c, d, e, f]: Inverse, width: number, height: number): Coordinates {
  if (b === 0 && d === 0) {
    const columns = steps(c + a * 0.5, a, width);
    const rows = steps(f + e * 0.5, e, height);
    return { x: (x) => columns[x], y: (_x, y) => rows[y] };
  }
  const corners = [0, width].flatMap((x) =>
    [0, height].flatMap((y) => [a * x + b * y + c, d * x + e * y + f]),
  );
  if (corners.some((v) => Math.abs(v) >= fixedLimit)) {
    const x0 = c + (a + b) * 0.5;
    const y0 = f + (d + e) * 0.5;
    return {
      x: (x, y) => Math.floor(x0 + a * x + b * y),
      y: (x, y) => Math.floor(y0 + d * x + e * y),
    };
  }
  const [fa, fb, fd, fe] = [a, b, d, e].map(fix);
  const x0 = fix(c + a * 0.5 + b * 0.5);
  const y0 = fix(f + d * 0.5 + e * 0.5);
  return { x: (x, y) => (x0 + x * fa + y * fb) >> 16, y: (x, y) => (y0 + x * fd + y * fe) >> 16 };
}

const fix = (value: number): number => Math.floor(value * one + 0.5);

/** Whole coordinates of `count` pixels, `step` apart. */
function steps(start: number, step: number, count: number): Int32Array {
  const all = new Int32Array(count);
  for (let i = 0, at = start; i < count; i++, at += step) all[i] = at < 0 ? -1 : Math.trunc(at);
  return all;
}

/** An image moved by an inverse map; black outside. */
export function warpImage(image: Image, inverse: Inverse, dst: Uint8Array): void {
  warp(image.data, image, image.channels, inverse, dst);
}

/** A mask moved likewise; outside lies `fill`, or the reflected mask where it is undefined. */
export function warpMask(
  mask: Mask,
  inverse: Inverse,
  fill: number | undefined,
  dst: Uint8Array,
): void {
  const { width, height, data } = mask;
  if (fill === undefined) {
    const reflected = (x: number, y: number): number =>
      reflect101(y, height) * width + reflect101(x, width);
    warp(data, mask, 1, inverse, dst, reflected);
    return;
  }
  // One more pixel holds the label outside.
  const extended = new Uint8Array(data.length + 1);
  extended.set(data);
  extended[data.length] = fill;
  warp(extended, mask, 1, inverse, dst, () => data.length);
}
