/** Copies the window at (x, y) of `outWidth` x `outHeight` pixels, row by row. */
export function crop(
  src: Uint8Array,
  width: number,
  channels: number,
  x: number,
  y: number,
  outWidth: number,
  outHeight: number,
  dst: Uint8Array,
): void {
  const stride = width * channels;
  const outStride = outWidth * channels;
  let from = y * stride + x * channels;
  if (outStride === stride) {
    dst.set(src.subarray(from, from + outStride * outHeight));
    return;
  }
  for (let row = 0; row < outHeight; row++, from += stride)
    dst.set(src.subarray(from, from + outStride), row * outStride);
}
