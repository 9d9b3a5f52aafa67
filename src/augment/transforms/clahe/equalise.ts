import { reflectTable } from '../../kernels/border.js';
import { roundHalfEven } from '../../kernels/round.js';
import { labToRgb, rgbToLab } from './lab.js';

const f = Math.fround;

/** Equalises the lightness of RGB; a and b stay. */
export function referenceClaheRgb(
  src: Uint8Array,
  width: number,
  height: number,
  clipLimit: number,
  tilesX: number,
  tilesY: number,
  dst: Uint8Array,
): void {
  const n = width * height;
  // Four planes of `[height, width]`: L, a, b, and L equalised.
  const planes = new Uint8Array(4 * n);
  const [l, a, b, equalised] = [0, 1, 2, 3].map((k) => planes.subarray(k * n, (k + 1) * n));
  rgbToLab(src, l, a, b);
  clahePlane(l, width, height, clipLimit, tilesX, tilesY, equalised);
  labToRgb(equalised, a, b, dst);
}

/**
 * Contrast-limited adaptive histogram equalisation of one plane `[height, width]`.
 *
 * Source: OpenCV, `createCLAHE` (a size that the tiles don't divide is padded right and below by
 * reflect-101; where one side alone does not divide, the other grows by a whole tile count too).
 */
export function clahePlane(
  src: Uint8Array,
  width: number,
  height: number,
  clipLimit: number,
  tilesX: number,
  tilesY: number,
  dst: Uint8Array,
): void {
  const { paddedWidth, paddedHeight, tileWidth, tileHeight } = tileGrid(
    width,
    height,
    tilesX,
    tilesY,
  );
  // Which pixel stands at each place of the padded plane.
  const columns = reflectTable(0, paddedWidth, width);
  const rows = reflectTable(0, paddedHeight, height);

  // A table for each tile, `[tilesY, tilesX, 256]`: the cumulative histogram, scaled to 0..255.
  const luts = new Uint8Array(tilesX * tilesY * 256);
  const area = tileWidth * tileHeight;
  const limit = clipCount(clipLimit, area);
  const scale = f(255 / area);
  const histogram = new Int32Array(256);
  for (let ty = 0; ty < tilesY; ty++)
    for (let tx = 0; tx < tilesX; tx++) {
      histogram.fill(0);
      for (let y = ty * tileHeight; y < (ty + 1) * tileHeight; y++) {
        const row = rows[y] * width;
        for (let x = tx * tileWidth; x < (tx + 1) * tileWidth; x++)
          histogram[src[row + columns[x]]]++;
      }
      if (limit > 0) clip(histogram, limit);
      const at = (ty * tilesX + tx) * 256;
      let sum = 0;
      for (let i = 0; i < 256; i++) {
        sum += histogram[i];
        luts[at + i] = Math.min(255, roundHalfEven(f(sum * scale)));
      }
    }
  interpolate(src, width, height, luts, tilesX, tilesY, tileWidth, tileHeight, dst);
}

/** Size of the padded plane and of a tile. */
export function tileGrid(
  width: number,
  height: number,
  tilesX: number,
  tilesY: number,
): { paddedWidth: number; paddedHeight: number; tileWidth: number; tileHeight: number } {
  const divides = width % tilesX === 0 && height % tilesY === 0;
  const paddedWidth = divides ? width : width + tilesX - (width % tilesX);
  const paddedHeight = divides ? height : height + tilesY - (height % tilesY);
  return {
    paddedWidth,
    paddedHeight,
    tileWidth: paddedWidth / tilesX,
    tileHeight: paddedHeight / tilesY,
  };
}

/** Largest count of a bin in a tile of so many pixels; 0 for no limit. */
export function clipCount(clipLimit: number, area: number): number {
  return clipLimit > 0 ? Math.max(Math.trunc((clipLimit * area) / 256), 1) : 0;
}

/** Cuts the histogram at the limit and spreads what was cut off evenly. */
function clip(histogram: Int32Array, limit: number): void {
  let clipped = 0;
  for (let i = 0; i < 256; i++)
    if (histogram[i] > limit) {
      clipped += histogram[i] - limit;
      histogram[i] = limit;
    }
  // As much to every bin, and one each of the rest to bins that lie evenly spread.
  const batch = Math.trunc(clipped / 256);
  let rest = clipped - batch * 256;
  for (let i = 0; i < 256; i++) histogram[i] += batch;
  if (rest > 0) {
    const step = Math.max(Math.trunc(256 / rest), 1);
    for (let i = 0; i < 256 && rest > 0; i += step, rest--) histogram[i]++;
  }
}

/** Blends the tables of the four nearest tiles at every pixel, in single precision as OpenCV does. */
function interpolate(
  src: Uint8Array,
  width: number,
  height: number,
  luts: Uint8Array,
  tilesX: number,
  tilesY: number,
  tileWidth: number,
  tileHeight: number,
  dst: Uint8Array,
): void {
  const xs = tilePositions(width, tilesX, tileWidth);
  const ys = tilePositions(height, tilesY, tileHeight);
  for (let y = 0, i = 0; y < height; y++) {
    // Where the tables of the upper and lower tiles start; v is the lower ones' weight.
    const upper = ys.first[y] * tilesX * 256;
    const lower = ys.second[y] * tilesX * 256;
    const v = ys.weight[y];
    const v1 = f(1 - v);
    for (let x = 0; x < width; x++, i++) {
      const value = src[i];
      const left = xs.first[x] * 256 + value;
      const right = xs.second[x] * 256 + value;
      const u = xs.weight[x];
      const u1 = f(1 - u);
      const top = f(f(luts[upper + left] * u1) + f(luts[upper + right] * u));
      const bottom = f(f(luts[lower + left] * u1) + f(luts[lower + right] * u));
      dst[i] = roundHalfEven(f(f(top * v1) + f(bottom * v)));
    }
  }
}

/** The two nearest tiles of every coordinate, and the second one's weight. */
function tilePositions(
  n: number,
  tiles: number,
  tileSize: number,
): { first: Int32Array; second: Int32Array; weight: Float32Array } {
  const first = new Int32Array(n);
  const second = new Int32Array(n);
  const weight = new Float32Array(n);
  const inverse = f(1 / tileSize);
  for (let i = 0; i < n; i++) {
    // In tiles, from the middle of the first one; before it and behind the last, one tile counts alone.
    const t = f(f(i * inverse) - 0.5);
    const floor = Math.floor(t);
    weight[i] = f(t - floor);
    first[i] = Math.max(floor, 0);
    second[i] = Math.min(floor + 1, tiles - 1);
  }
  return { first, second, weight };
}
