import { define, sameSize } from '../definition/definition.js';
import { tablesOf } from '../transforms/wide/image-compression/quantisation.js';

/** Harmless control: what JPEG at quality 90 (4:4:4) makes of the image. */
export const controlJpeg = define({
  name: 'ControlJpeg',
  versioned: false,
  options: () => ({}),
  sample: () => ({ quality: 90 }),
  params: (reader) => ({
    quality: reader.number('quality', { min: 1, max: 100, integer: true }, 90),
  }),
  outputSize: sameSize,
  isIdentity: () => false,
  cutsWindow: false,
  image: (image, { quality }, dst) =>
    jpegRoundTrip(image.data, image.width, image.height, image.channels, quality, dst),
  mask: null,
  lut: null,
  magnitudes: () => [],
  albumentations: null,
  torchvision: null,
});

/** `cosines[u * 8 + x]`: the orthonormal DCT-II. */
const cosines = Float64Array.from({ length: 64 }, (_, i) => {
  const u = i >> 3;
  const x = i & 7;
  return (u === 0 ? Math.SQRT1_2 : 1) * 0.5 * Math.cos(((2 * x + 1) * u * Math.PI) / 16);
});

/**
 * What an image looks like after it has been written as JPEG (baseline tables, no chroma subsampling)
 * and read again. Losses come from quantisation alone, so nothing is entropy-coded.
 * `src`, `dst`: `[height, width, channels]`.
 */
function jpegRoundTrip(
  src: Uint8Array,
  width: number,
  height: number,
  channels: number,
  quality: number,
  dst: Uint8Array,
): void {
  const planes = Array.from({ length: channels }, () => new Float64Array(64));
  const { luma, chroma } = tablesOf(quality);
  const tables = planes.map((_, c) => (c === 0 ? luma : chroma));
  for (let y0 = 0; y0 < height; y0 += 8)
    for (let x0 = 0; x0 < width; x0 += 8) {
      readBlock(src, width, height, x0, y0, planes);
      planes.forEach((plane, c) => quantiseBlock(plane, tables[c]));
      writeBlock(dst, width, height, x0, y0, planes);
    }
}

/**
 * Reads 8x8 pixels at (x0, y0) into `planes`, `[8, 8]` for each channel, as YCbCr (JFIF), shifted by 128. Beyond
 * the edge the last pixel is repeated.
 */
function readBlock(
  src: Uint8Array,
  width: number,
  height: number,
  x0: number,
  y0: number,
  planes: Float64Array[],
): void {
  for (let i = 0; i < 64; i++) {
    const x = Math.min(x0 + (i & 7), width - 1);
    const y = Math.min(y0 + (i >> 3), height - 1);
    if (planes.length === 1) {
      planes[0][i] = src[y * width + x] - 128;
      continue;
    }
    const p = (y * width + x) * 3;
    const r = src[p];
    const g = src[p + 1];
    const b = src[p + 2];
    planes[0][i] = Math.round(0.299 * r + 0.587 * g + 0.114 * b) - 128;
    planes[1][i] = Math.round(-0.168736 * r - 0.331264 * g + 0.5 * b);
    planes[2][i] = Math.round(0.5 * r - 0.418688 * g - 0.081312 * b);
  }
}

/** Writes a block back as RGB, or as grey levels; what lies beyond the edge is left out. */
function writeBlock(
  dst: Uint8Array,
  width: number,
  height: number,
  x0: number,
  y0: number,
  planes: Float64Array[],
): void {
  for (let i = 0; i < 64; i++) {
    const x = x0 + (i & 7);
    const y = y0 + (i >> 3);
    if (x >= width || y >= height) continue;
    const luma = planes[0][i] + 128;
    if (planes.length === 1) {
      dst[y * width + x] = clamp(luma);
      continue;
    }
    const p = (y * width + x) * 3;
    const cb = planes[1][i];
    const cr = planes[2][i];
    dst[p] = clamp(luma + 1.402 * cr);
    dst[p + 1] = clamp(luma - 0.344136 * cb - 0.714136 * cr);
    dst[p + 2] = clamp(luma + 1.772 * cb);
  }
}

/** Between the two passes of a transform, `[8, 8]`. */
const half = new Float64Array(64);

/** DCT, quantisation, inverse DCT, in place. */
function quantiseBlock(block: Float64Array, table: Int32Array): void {
  // Along the rows: `half[y, u]`, u the horizontal frequency.
  for (let y = 0; y < 8; y++)
    for (let u = 0; u < 8; u++) {
      let sum = 0;
      for (let x = 0; x < 8; x++) sum += cosines[u * 8 + x] * block[y * 8 + x];
      half[y * 8 + u] = sum;
    }
  // Down the columns: `block[v, u]`, whole multiples of the table's steps. This is all that JPEG loses.
  for (let u = 0; u < 8; u++)
    for (let v = 0; v < 8; v++) {
      let sum = 0;
      for (let y = 0; y < 8; y++) sum += cosines[v * 8 + y] * half[y * 8 + u];
      const q = table[v * 8 + u];
      block[v * 8 + u] = Math.round(sum / q) * q;
    }
  // And back: the cosines are orthonormal, so the inverse is the transpose.
  for (let v = 0; v < 8; v++)
    for (let x = 0; x < 8; x++) {
      let sum = 0;
      for (let u = 0; u < 8; u++) sum += cosines[u * 8 + x] * block[v * 8 + u];
      half[v * 8 + x] = sum;
    }
  for (let x = 0; x < 8; x++)
    for (let y = 0; y < 8; y++) {
      let sum = 0;
      for (let v = 0; v < 8; v++) sum += cosines[v * 8 + y] * half[v * 8 + x];
      block[y * 8 + x] = sum;
    }
}

function clamp(x: number): number {
  return x <= 0 ? 0 : x >= 255 ? 255 : Math.round(x);
}
