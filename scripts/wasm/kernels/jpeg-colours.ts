import { redGreenAt } from './constants';
import { pick, times15 } from './relaxed';

// Colours of JPEG, 4:2:0, in libjpeg's whole numbers.

/** Blue and green of four RGB pixels, as int16. */
const blueGreenAt = memory.data<u8>([2, 255, 1, 255, 5, 255, 4, 255, 8, 255, 7, 255, 11, 255, 10, 255]);
/** Where sixteen reds, greens and blues go in 48 bytes, three vectors each. */
const interleaveAt = memory.data<u8>([
  0, 255, 255, 1, 255, 255, 2, 255, 255, 3, 255, 255, 4, 255, 255, 5,
  255, 0, 255, 255, 1, 255, 255, 2, 255, 255, 3, 255, 255, 4, 255, 255,
  255, 255, 0, 255, 255, 1, 255, 255, 2, 255, 255, 3, 255, 255, 4, 255,
  255, 255, 6, 255, 255, 7, 255, 255, 8, 255, 255, 9, 255, 255, 10, 255,
  5, 255, 255, 6, 255, 255, 7, 255, 255, 8, 255, 255, 9, 255, 255, 10,
  255, 5, 255, 255, 6, 255, 255, 7, 255, 255, 8, 255, 255, 9, 255, 255,
  255, 11, 255, 255, 12, 255, 255, 13, 255, 255, 14, 255, 255, 15, 255, 255,
  255, 255, 11, 255, 255, 12, 255, 255, 13, 255, 255, 14, 255, 255, 15, 255,
  10, 255, 255, 11, 255, 255, 12, 255, 255, 13, 255, 255, 14, 255, 255, 15,
]);

/** 128 with 16 fractional bits, and half a level less a little. */
const middle = (128 << 16) + 32767;

// @ts-ignore: decorator
@inline
function pair(first: i32, second: i32): v128 {
  return i32x4.splat((second << 16) | (first & 0xffff));
}

/** Luma of four pixels, int32. The weight of green takes two products: it does not fit 16 bits. */
// @ts-ignore: decorator
@inline
function grey4(redGreen: v128, blueGreen: v128): v128 {
  const sum = i32x4.add(
    i32x4.dot_i16x8_s(redGreen, pair(19595, 38470 - 16384)),
    i32x4.dot_i16x8_s(blueGreen, pair(7471, 16384)),
  );
  return i32x4.shr_s(i32x4.add(sum, i32x4.splat(32768)), 16);
}

/** Half of the first values of pairs, 16 fractional bits. */
// @ts-ignore: decorator
@inline
function halfOfFirst(pairs: v128): v128 {
  return i32x4.shl(v128.and(pairs, i32x4.splat(0xffff)), 15);
}

// @ts-ignore: decorator
@inline
function blue4(redGreen: v128, blueGreen: v128): v128 {
  const sum = i32x4.add(i32x4.dot_i16x8_s(redGreen, pair(-11059, -21709)), halfOfFirst(blueGreen));
  return i32x4.shr_s(i32x4.add(sum, i32x4.splat(middle)), 16);
}

// @ts-ignore: decorator
@inline
function red4(redGreen: v128, blueGreen: v128): v128 {
  const sum = i32x4.add(i32x4.dot_i16x8_s(blueGreen, pair(-5329, -27439)), halfOfFirst(redGreen));
  return i32x4.shr_s(i32x4.add(sum, i32x4.splat(middle)), 16);
}

// @ts-ignore: decorator
@inline
function toBytes(a: v128, b: v128, c: v128, d: v128): v128 {
  return i8x16.narrow_i16x8_u(i16x8.narrow_i32x4_s(a, b), i16x8.narrow_i32x4_s(c, d));
}

/** A row of RGB to Y, Cb and Cr; up to three values more than `width`. */
export function jpegSplitRow(src: usize, width: i32, grey: usize, blue: usize, red: usize): void {
  const redGreen = v128.load(redGreenAt);
  const blueGreen = v128.load(blueGreenAt);
  let x = 0;
  for (; x + 16 <= width; x += 16) {
    const v0 = v128.load(src);
    const v1 = v128.load(src, 12);
    const v2 = v128.load(src, 24);
    const v3 = v128.load(src, 36);
    const rg0 = pick(v0, redGreen);
    const rg1 = pick(v1, redGreen);
    const rg2 = pick(v2, redGreen);
    const rg3 = pick(v3, redGreen);
    const bg0 = pick(v0, blueGreen);
    const bg1 = pick(v1, blueGreen);
    const bg2 = pick(v2, blueGreen);
    const bg3 = pick(v3, blueGreen);
    v128.store(grey + x, toBytes(grey4(rg0, bg0), grey4(rg1, bg1), grey4(rg2, bg2), grey4(rg3, bg3)));
    v128.store(blue + x, toBytes(blue4(rg0, bg0), blue4(rg1, bg1), blue4(rg2, bg2), blue4(rg3, bg3)));
    v128.store(red + x, toBytes(red4(rg0, bg0), red4(rg1, bg1), red4(rg2, bg2), red4(rg3, bg3)));
    src += 48;
  }
  for (; x < width; x += 4) {
    const v = v128.load(src);
    const rg = pick(v, redGreen);
    const bg = pick(v, blueGreen);
    const y = grey4(rg, bg);
    const b = blue4(rg, bg);
    const r = red4(rg, bg);
    v128.store_lane<u32>(grey + x, toBytes(y, y, y, y), 0);
    v128.store_lane<u32>(blue + x, toBytes(b, b, b, b), 0);
    v128.store_lane<u32>(red + x, toBytes(r, r, r, r), 0);
    src += 12;
  }
}

/** Means of 2x2 values, halves rounded down and up in turn; `n` is a multiple of 8. */
export function jpegHalve(upper: usize, lower: usize, to: usize, n: i32): void {
  const bias = i32x4.splat((2 << 16) | 1);
  for (let x = 0; x < n; x += 8) {
    const sum = i16x8.add(
      i16x8.extadd_pairwise_i8x16_u(v128.load(upper + x * 2)),
      i16x8.extadd_pairwise_i8x16_u(v128.load(lower + x * 2)),
    );
    const mean = i16x8.shr_u(i16x8.add(sum, bias), 2);
    v128.store_lane<u64>(to + x, i8x16.narrow_i16x8_u(mean, mean), 0);
  }
}

/** Repeats the last value of a row up to `columns`. */
function padRow(row: usize, width: i32, columns: i32): void {
  const last = load<u8>(row + width - 1);
  for (let x = width; x < columns; x++) store<u8>(row + x, last);
}

/** Repeats the last row down to `rows`. */
function padColumns(plane: usize, columns: i32, height: i32, rows: i32): void {
  const last = plane + columns * (height - 1);
  for (let y = height; y < rows; y++) memory.copy(plane + columns * y, last, columns);
}

/** A grey image to a plane of whole blocks: its last column and row are repeated. */
export function jpegPlane(src: usize, width: i32, height: i32, plane: usize, columns: i32, rows: i32): void {
  for (let y = 0; y < height; y++) {
    const row = plane + columns * y;
    memory.copy(row, src + width * y, width);
    padRow(row, width, columns);
  }
  padColumns(plane, columns, height, rows);
}

/**
 * RGB to planes of whole blocks: Y `[rows, columns]`; Cb and Cr, means of 2x2 pixels, `[halfRows, halfColumns]`. `work`: 8
 * halfColumns + 64 bytes.
 */
export function jpegSplit(
  src: usize,
  width: i32,
  height: i32,
  grey: usize,
  columns: i32,
  rows: i32,
  blue: usize,
  red: usize,
  halfColumns: i32,
  halfRows: i32,
  work: usize,
): void {
  const full = halfColumns * 2;
  const blueUpper = work;
  const redUpper = work + full;
  const blueLower = work + full * 2;
  const redLower = work + full * 3;
  const last = height - 1;
  for (let y = 0; y < height; y += 2) {
    const own = (y >> 1) * halfColumns;
    const row = grey + columns * y;
    jpegSplitRow(src + width * 3 * y, width, row, blueUpper, redUpper);
    padRow(row, width, columns);
    padRow(blueUpper, width, full);
    padRow(redUpper, width, full);
    if (y < last) {
      jpegSplitRow(src + width * 3 * (y + 1), width, row + columns, blueLower, redLower);
      padRow(row + columns, width, columns);
      padRow(blueLower, width, full);
      padRow(redLower, width, full);
    }
    jpegHalve(blueUpper, y < last ? blueLower : blueUpper, blue + own, halfColumns);
    jpegHalve(redUpper, y < last ? redLower : redUpper, red + own, halfColumns);
  }
  padColumns(grey, columns, height, rows);
  padColumns(blue, halfColumns, (height + 1) >> 1, halfRows);
  padColumns(red, halfColumns, (height + 1) >> 1, halfRows);
}

/**
 * A row of colours, twice as many as there are samples: weights 9, 3, 3 and 1 of the four nearest, halves rounded up and down
 * in turn; up to two samples are repeated instead. `sums`: 2 n + 48 bytes.
 */
export function jpegRaise(own: usize, beside: usize, n: i32, sums: usize, to: usize): void {
  if (n <= 2) {
    for (let x = 0; x < n; x++) store<u16>(to + x * 2, <u16>load<u8>(own + x) * 0x101);
    return;
  }
  sums += 16;
  for (let x = 0; x < n; x += 8) {
    const v = v128.load_ext<u8>(own + x);
    v128.store(sums + x * 2, i16x8.add(i16x8.add(i16x8.add(v, v), v), v128.load_ext<u8>(beside + x)));
  }
  store<u16>(sums - 2, load<u16>(sums));
  store<u16>(sums + n * 2, load<u16>(sums + n * 2 - 2));
  const eight = i16x8.splat(8);
  const seven = i16x8.splat(7);
  for (let x = 0; x < n; x += 8) {
    const here = v128.load(sums + x * 2);
    const three = i16x8.add(i16x8.add(here, here), here);
    const even = i16x8.shr_u(i16x8.add(i16x8.add(three, v128.load(sums + x * 2 - 2)), eight), 4);
    const odd = i16x8.shr_u(i16x8.add(i16x8.add(three, v128.load(sums + x * 2 + 2)), seven), 4);
    v128.store(to + x * 2, v128.or(even, i16x8.shl(odd, 8)));
  }
}

/** Green of eight pixels without their luma; `blue` and `red` less 128. */
// @ts-ignore: decorator
@inline
function green8(blue: v128, red: v128): v128 {
  // -46802 does not fit 16 bits: 65536 more, and one red less.
  const weights = pair(-22554, 65536 - 46802);
  const half = i32x4.splat(32768);
  const low = i32x4.dot_i16x8_s(v128.shuffle<i16>(blue, red, 0, 8, 1, 9, 2, 10, 3, 11), weights);
  const high = i32x4.dot_i16x8_s(v128.shuffle<i16>(blue, red, 4, 12, 5, 13, 6, 14, 7, 15), weights);
  const sum = i16x8.narrow_i32x4_s(
    i32x4.shr_s(i32x4.add(low, half), 16),
    i32x4.shr_s(i32x4.add(high, half), 16),
  );
  return i16x8.sub(sum, red);
}

/** A row of Y, Cb and Cr to RGB. `rest`: 48 bytes. */
export function jpegJoinRow(grey: usize, blue: usize, red: usize, width: i32, dst: usize, rest: usize): void {
  const less = i16x8.splat(128);
  // 1.402 - 1 and 1.772 - 1 with 15 fractional bits: exact to the nearest for all of 256 values.
  const ofRed = i16x8.splat(13173);
  const ofBlue = i16x8.splat(25297);
  for (let x = 0; x < width; x += 16) {
    const y = v128.load(grey + x);
    const cb = v128.load(blue + x);
    const cr = v128.load(red + x);
    const y0 = i16x8.extend_low_i8x16_u(y);
    const y1 = i16x8.extend_high_i8x16_u(y);
    const b0 = i16x8.sub(i16x8.extend_low_i8x16_u(cb), less);
    const b1 = i16x8.sub(i16x8.extend_high_i8x16_u(cb), less);
    const r0 = i16x8.sub(i16x8.extend_low_i8x16_u(cr), less);
    const r1 = i16x8.sub(i16x8.extend_high_i8x16_u(cr), less);
    const r = i8x16.narrow_i16x8_u(
      i16x8.add(i16x8.add(y0, r0), times15(r0, ofRed)),
      i16x8.add(i16x8.add(y1, r1), times15(r1, ofRed)),
    );
    const g = i8x16.narrow_i16x8_u(i16x8.add(y0, green8(b0, r0)), i16x8.add(y1, green8(b1, r1)));
    const b = i8x16.narrow_i16x8_u(
      i16x8.add(i16x8.add(y0, b0), times15(b0, ofBlue)),
      i16x8.add(i16x8.add(y1, b1), times15(b1, ofBlue)),
    );
    const to = x + 16 <= width ? dst + x * 3 : rest;
    v128.store(to, third(r, g, b, 0));
    v128.store(to, third(r, g, b, 48), 16);
    v128.store(to, third(r, g, b, 96), 32);
  }
  const left = width & 15;
  const end = dst + (width - left) * 3;
  for (let i = 0; i < left * 3; i++) store<u8>(end + i, load<u8>(rest + i));
}

/** Sixteen of 48 interleaved bytes. */
// @ts-ignore: decorator
@inline
function third(r: v128, g: v128, b: v128, at: usize): v128 {
  return v128.or(
    v128.or(pick(r, v128.load(interleaveAt + at)), pick(g, v128.load(interleaveAt + at + 16))),
    pick(b, v128.load(interleaveAt + at + 32)),
  );
}

/** The inverse of `jpegSplit`. `work`: 6 halfColumns + 144 bytes. */
export function jpegJoin(
  grey: usize,
  columns: i32,
  blue: usize,
  red: usize,
  halfColumns: i32,
  width: i32,
  height: i32,
  dst: usize,
  work: usize,
): void {
  const n = (width + 1) >> 1;
  const last = ((height + 1) >> 1) - 1;
  const sums = work + 48;
  const blues = sums + halfColumns * 2 + 48;
  const reds = blues + halfColumns * 2 + 16;
  for (let y = 0; y < height; y++) {
    const row = y >> 1;
    const own = row * halfColumns;
    const beside = min(last, max(0, row + ((y & 1) == 0 ? -1 : 1))) * halfColumns;
    jpegRaise(blue + own, blue + beside, n, sums, blues);
    jpegRaise(red + own, red + beside, n, sums, reds);
    jpegJoinRow(grey + y * columns, blues, reds, width, dst + y * width * 3, work);
  }
}
