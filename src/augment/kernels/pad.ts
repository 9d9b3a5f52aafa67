import { reflectTable } from './border.js';

/**
 * Centres an image in `outWidth` x `outHeight`: what is missing is filled with a reflect-101 border
 * (or with `fill`), what is too much is cut off evenly. The odd pixel goes right and down, as in
 * Albumentations' `PadIfNeeded` with position 'center'.
 */
export function fitCentred(
  src: Uint8Array,
  width: number,
  height: number,
  channels: number,
  outWidth: number,
  outHeight: number,
  fill: number | undefined,
  dst: Uint8Array,
): void {
  const left = offset(width, outWidth);
  const top = offset(height, outHeight);
  const columns = reflectTable(-left, outWidth, width);
  const rows = reflectTable(-top, outHeight, height);
  const stride = width * channels;
  const outStride = outWidth * channels;
  const inFrom = Math.max(0, left);
  const inTo = Math.min(outWidth, left + width);
  for (let y = 0; y < outHeight; y++) {
    const to = y * outStride;
    const outside = y < top || y >= top + height;
    if (fill !== undefined && outside) {
      dst.fill(fill, to, to + outStride);
      continue;
    }
    const row = rows[y] * stride;
    const from = row + (inFrom - left) * channels;
    dst.set(src.subarray(from, from + (inTo - inFrom) * channels), to + inFrom * channels);
    if (fill !== undefined) {
      dst.fill(fill, to, to + inFrom * channels);
      dst.fill(fill, to + inTo * channels, to + outStride);
      continue;
    }
    for (let x = 0; x < inFrom; x++) copyPixel(src, row, columns[x], dst, to, x, channels);
    for (let x = inTo; x < outWidth; x++) copyPixel(src, row, columns[x], dst, to, x, channels);
  }
}

/** Where the first source pixel lands: positive pads, negative cuts. */
function offset(size: number, out: number): number {
  return out >= size ? Math.floor((out - size) / 2) : -Math.floor((size - out) / 2);
}

function copyPixel(
  src: Uint8Array,
  row: number,
  x: number,
  dst: Uint8Array,
  to: number,
  outX: number,
  channels: number,
): void {
  for (let c = 0; c < channels; c++) dst[to + outX * channels + c] = src[row + x * channels + c];
}
