/** 0.299, 0.587, 0.114 (ITU-R BT.601) with 15 fractional bits; OpenCV, `color_rgb`, `RGB2Gray<uchar>`. */
export const redWeight = 9798;
export const greenWeight = 19235;
export const blueWeight = 3735;
export const lumaBits = 15;

/** Sum over all pixels of their luma (the values themselves for one channel). */
export function sumOfLuma(src: Uint8Array, channels: number): number {
  const half = 1 << (lumaBits - 1);
  let sum = 0;
  if (channels === 1) for (let i = 0; i < src.length; i++) sum += src[i];
  else
    for (let p = 0; p < src.length; p += 3)
      sum +=
        (redWeight * src[p] + greenWeight * src[p + 1] + blueWeight * src[p + 2] + half) >>
        lumaBits;
  return sum;
}
