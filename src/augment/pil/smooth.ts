import type { Image } from '../../image/types.js';

/** Weight of the centre; the eight around it weigh 1. Pillow's `ImageFilter.SMOOTH`. */
const centre = 5;
const divisor = centre + 8;

/** The weighted mean over 3x3 pixels, rounded; the outermost pixels stay as they are. */
export function smooth({ data, width, height, channels }: Image, dst: Uint8Array): void {
  dst.set(data);
  const row = width * channels;
  for (let y = 1; y < height - 1; y++)
    for (let i = y * row + channels; i < (y + 1) * row - channels; i++) {
      let sum = (centre - 1) * data[i];
      for (let from = i - row; from <= i + row; from += row)
        sum += data[from - channels] + data[from] + data[from + channels];
      dst[i] = Math.floor((2 * sum + divisor) / (2 * divisor));
    }
}
