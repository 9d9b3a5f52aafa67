import { forward, inverse } from './cosine-transform.js';
import { tablesOf } from './quantisation.js';

/** One component of the picture, whole 8x8 blocks. */
interface Component {
  /** Samples `[rows, columns]`, of which the first ones show the picture. */
  readonly data: Uint8Array;
  /** Samples a row; a multiple of 8. */
  readonly columns: number;
  readonly rows: number;
}

/**
 * What an image looks like after it has been written as JPEG and read again: 4:2:0, the usual tables, transforms in whole
 * numbers, colours interpolated between their samples. Losses come from colour, sampling and quantisation alone, so
 * nothing is entropy-coded.
 *
 * Source: libjpeg-turbo with its defaults, to the byte. `src`, `dst`: `[height, width, channels]`.
 */
export function referenceReEncode(
  src: Uint8Array,
  width: number,
  height: number,
  channels: number,
  quality: number,
  dst: Uint8Array,
): void {
  const { luma, chroma } = tablesOf(quality);
  const grey = componentOf(width, height);
  if (channels === 1) {
    fill(grey, height, (x, y) => src[y * width + Math.min(x, width - 1)]);
    quantise(grey, luma);
    for (let y = 0; y < height; y++)
      dst.set(grey.data.subarray(y * grey.columns, y * grey.columns + width), y * width);
    return;
  }
  const wide = (width + 1) >> 1;
  const high = (height + 1) >> 1;
  const [blue, red] = [componentOf(wide, high), componentOf(wide, high)];
  separate(src, width, height, grey, blue, red);
  quantise(grey, luma);
  quantise(blue, chroma);
  quantise(red, chroma);
  combine(grey, blue, red, width, height, dst);
}

function componentOf(width: number, height: number): Component {
  const [columns, rows] = [width, height].map((side) => Math.ceil(side / 8) * 8);
  return { data: new Uint8Array(columns * rows), columns, rows };
}

/** Below the picture its last row is repeated; `value` also says what lies to the right of it. */
function fill(
  { data, columns, rows }: Component,
  height: number,
  value: (x: number, y: number) => number,
): void {
  for (let y = 0; y < rows; y++) {
    const row = y * columns;
    if (y >= height) {
      data.copyWithin(row, row - columns, row);
      continue;
    }
    for (let x = 0; x < columns; x++) data[row + x] = value(x, y);
  }
}

/** 16 fractional bits of the conversion of colours. */
const fix = (x: number): number => Math.trunc(x * 65536 + 0.5);
const half = 1 << 15;
const toGrey = [fix(0.299), fix(0.587), fix(0.114)];
const toBlue = [fix(0.16874), fix(0.33126), fix(0.5)];
const toRed = [fix(0.5), fix(0.41869), fix(0.08131)];
/** 128, and half a level less a little. */
const middle = (128 << 16) + half - 1;

/** RGB to YCbCr, colours as means of 2x2 pixels. Source: libjpeg, `jccolor.c`, `h2v2_downsample`. */
function separate(
  src: Uint8Array,
  width: number,
  height: number,
  grey: Component,
  blue: Component,
  red: Component,
): void {
  const last = width - 1;
  fill(grey, height, (x, y) => {
    const p = (y * width + Math.min(x, last)) * 3;
    return (src[p] * toGrey[0] + src[p + 1] * toGrey[1] + src[p + 2] * toGrey[2] + half) >> 16;
  });
  const blueAt = (p: number): number =>
    (middle - src[p] * toBlue[0] - src[p + 1] * toBlue[1] + src[p + 2] * toBlue[2]) >> 16;
  const redAt = (p: number): number =>
    (middle + src[p] * toRed[0] - src[p + 1] * toRed[1] - src[p + 2] * toRed[2]) >> 16;
  const mean =
    (at: (p: number) => number) =>
    (x: number, y: number): number => {
      // To the right of the picture its last pixels are repeated, not their means.
      const left = Math.min(last, 2 * x);
      const right = Math.min(last, 2 * x + 1);
      const top = 2 * y * width;
      const bottom = Math.min(height - 1, 2 * y + 1) * width;
      // Halves are rounded down and up in turn.
      const bias = 1 + (x & 1);
      const sum =
        at((top + left) * 3) +
        at((top + right) * 3) +
        at((bottom + left) * 3) +
        at((bottom + right) * 3);
      return (sum + bias) >> 2;
    };
  const high = (height + 1) >> 1;
  fill(blue, high, mean(blueAt));
  fill(red, high, mean(redAt));
}

const block = new Int32Array(64);

/** Transforms every block, rounds its coefficients to multiples of the table's steps, and transforms it back. `table`: `[64]`. */
function quantise({ data, columns, rows }: Component, table: Int32Array): void {
  for (let y = 0; y < rows; y += 8)
    for (let x = 0; x < columns; x += 8) {
      const corner = y * columns + x;
      for (let i = 0; i < 64; i++) block[i] = data[corner + (i >> 3) * columns + (i & 7)] - 128;
      forward(block);
      for (let i = 0; i < 64; i++) {
        // The transform is eight times as large; halves are rounded away from 0.
        const step = table[i] * 8;
        const value = block[i];
        const steps = ((Math.abs(value) + (step >> 1)) / step) | 0;
        block[i] = (value < 0 ? -steps : steps) * table[i];
      }
      inverse(block);
      for (let i = 0; i < 64; i++)
        data[corner + (i >> 3) * columns + (i & 7)] = clamp(block[i] + 128);
    }
}

const redOfRed = Int32Array.from({ length: 256 }, (_, v) => (fix(1.402) * (v - 128) + half) >> 16);
const blueOfBlue = Int32Array.from(
  { length: 256 },
  (_, v) => (fix(1.772) * (v - 128) + half) >> 16,
);
const greenOfRed = Int32Array.from({ length: 256 }, (_, v) => -fix(0.71414) * (v - 128));
const greenOfBlue = Int32Array.from({ length: 256 }, (_, v) => -fix(0.34414) * (v - 128) + half);

/** YCbCr to RGB. Source: libjpeg, `jdcolor.c`. */
function combine(
  grey: Component,
  blue: Component,
  red: Component,
  width: number,
  height: number,
  dst: Uint8Array,
): void {
  const blues = new Uint8Array(width + 1);
  const reds = new Uint8Array(width + 1);
  for (let y = 0, to = 0; y < height; y++) {
    upsampled(blue, width, height, y, blues);
    upsampled(red, width, height, y, reds);
    const row = y * grey.columns;
    for (let x = 0; x < width; x++, to += 3) {
      const luma = grey.data[row + x];
      const cb = blues[x];
      const cr = reds[x];
      dst[to] = clamp(luma + redOfRed[cr]);
      dst[to + 1] = clamp(luma + ((greenOfBlue[cb] + greenOfRed[cr]) >> 16));
      dst[to + 2] = clamp(luma + blueOfBlue[cb]);
    }
  }
}

/** Up to this many samples a row, colours are repeated instead of interpolated. */
const repeated = 2;

/**
 * A row of colours, twice as many as there are samples: weights 9, 3, 3 and 1 of the four nearest, halves rounded up and down
 * in turn. Source: libjpeg, `h2v2_fancy_upsample`.
 *
 * @param to `[width + 1]`
 */
function upsampled(
  { data, columns }: Component,
  width: number,
  height: number,
  y: number,
  to: Uint8Array,
): void {
  const wide = (width + 1) >> 1;
  const own = (y >> 1) * columns;
  if (wide <= repeated) {
    for (let x = 0; x < width; x++) to[x] = data[own + (x >> 1)];
    return;
  }
  const last = ((height + 1) >> 1) - 1;
  const beside = Math.min(last, Math.max(0, (y >> 1) + ((y & 1) === 0 ? -1 : 1))) * columns;
  let before = 3 * data[own] + data[beside];
  let here = before;
  for (let x = 0; x < wide; x++) {
    const after = x + 1 < wide ? 3 * data[own + x + 1] + data[beside + x + 1] : here;
    to[2 * x] = (3 * here + before + 8) >> 4;
    to[2 * x + 1] = (3 * here + after + 7) >> 4;
    before = here;
    here = after;
  }
}

function clamp(x: number): number {
  return x < 0 ? 0 : x > 255 ? 255 : x;
}
