import type { Image, Size } from '../image.js';

/** Lobes of the kernel on either side. */
const reach = 3;
/** Weights are whole numbers of this part of 1: sums of them are exact, in whatever order they are added. */
const one = 2 ** 14;

/** What each pixel of a longer line is made of. */
interface Taps {
  /** The first pixel of the line that counts, for each of the longer one. */
  readonly from: Int32Array;
  /** How many count. */
  readonly count: Int32Array;
  /** Whole numbers, `2 * reach` for each pixel. */
  readonly weights: Float64Array;
  /** Their sum, for each pixel. */
  readonly sums: Float64Array;
}

/**
 * Enlarges an image, or one side of it: Lanczos-3, pixels taken for squares with their values at the centre, and only those inside the
 * image counted (as Pillow does). A mirrored image gives the mirrored result, to the bit: otherwise a network could tell what
 * has been flipped by the grid of the pixels.
 *
 * @param size no side shorter than the image's
 */
export function enlarged({ width, height, channels, data }: Image, size: Size): Image {
  const across = tapsOf(width, size.width);
  const down = tapsOf(height, size.height);
  const row = size.width * channels;
  const rows = new Float64Array(height * row);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < size.width; x++) {
      const count = across.count[x];
      const start = (y * width + across.from[x]) * channels;
      for (let c = 0; c < channels; c++) {
        let sum = 0;
        for (let k = 0; k < count; k++)
          sum += across.weights[2 * reach * x + k] * data[start + k * channels + c];
        rows[y * row + x * channels + c] = sum;
      }
    }
  const result = new Uint8ClampedArray(size.height * row);
  for (let y = 0; y < size.height; y++) {
    const count = down.count[y];
    const start = down.from[y] * row;
    for (let i = 0; i < row; i++) {
      let sum = 0;
      for (let k = 0; k < count; k++)
        sum += down.weights[2 * reach * y + k] * rows[start + k * row + i];
      const whole = across.sums[Math.floor(i / channels)] * down.sums[y];
      result[y * row + i] = Math.floor(sum / whole + 0.5);
    }
  }
  const { width: newWidth, height: newHeight } = size;
  return { width: newWidth, height: newHeight, channels, data: new Uint8Array(result.buffer) };
}

function tapsOf(length: number, longer: number): Taps {
  const from = new Int32Array(longer);
  const count = new Int32Array(longer);
  const weights = new Float64Array(2 * reach * longer);
  const sums = new Float64Array(longer);
  for (let i = 0; i < longer; i++) {
    // In halves of a pixel of the longer line: whole numbers, the same from either end.
    const distance = (k: number): number =>
      ((2 * i + 1) * length - (2 * k + 1) * longer) / 2 / longer;
    const first = Math.max(0, Math.floor(((i + 0.5) * length) / longer - 0.5) - reach + 1);
    const last = Math.min(length - 1, first + 2 * reach - 1);
    from[i] = first;
    for (let k = first; k <= last; k++) {
      const weight = Math.round(one * lanczos(distance(k)));
      weights[2 * reach * i + count[i]++] = weight;
      sums[i] += weight;
    }
  }
  return { from, count, weights, sums };
}

/** 1 at 0, 0 at all other whole numbers and from `reach` on. */
function lanczos(x: number): number {
  if (x === 0) return 1;
  const t = Math.PI * Math.abs(x);
  return Math.abs(x) < reach ? (reach * Math.sin(t) * Math.sin(t / reach)) / (t * t) : 0;
}
