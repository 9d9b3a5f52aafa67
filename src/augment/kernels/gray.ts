/** 0.299, 0.587, 0.114 (ITU-R BT.601) with 15 fractional bits; OpenCV, `color_rgb`, `RGB2Gray<uchar>`. */
export const GRAY_R = 9798;
export const GRAY_G = 19235;
export const GRAY_B = 3735;
export const GRAY_BITS = 15;

/** Luma of every RGB pixel, written to `dst` `[pixels]`. */
export function grayOf(src: Uint8Array, dst: Uint8Array): void {
  const half = 1 << (GRAY_BITS - 1);
  const n = dst.length;
  for (let i = 0, p = 0; i < n; i++, p += 3)
    dst[i] = (GRAY_R * src[p] + GRAY_G * src[p + 1] + GRAY_B * src[p + 2] + half) >> GRAY_BITS;
}

/** Luma of every RGB pixel, written to all three channels of `dst`. */
export function grayToRgb(src: Uint8Array, dst: Uint8Array): void {
  const half = 1 << (GRAY_BITS - 1);
  const n = src.length;
  for (let p = 0; p < n; p += 3) {
    const y = (GRAY_R * src[p] + GRAY_G * src[p + 1] + GRAY_B * src[p + 2] + half) >> GRAY_BITS;
    dst[p] = y;
    dst[p + 1] = y;
    dst[p + 2] = y;
  }
}

/** Sum over all pixels of their luma (the values themselves for one channel). */
export function sumOfGray(src: Uint8Array, channels: number): number {
  const half = 1 << (GRAY_BITS - 1);
  let sum = 0;
  if (channels === 1) for (let i = 0; i < src.length; i++) sum += src[i];
  else
    for (let p = 0; p < src.length; p += 3)
      sum += (GRAY_R * src[p] + GRAY_G * src[p + 1] + GRAY_B * src[p + 2] + half) >> GRAY_BITS;
  return sum;
}
