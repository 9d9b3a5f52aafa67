import type { Image } from '../../image/image.js';
import { wasmEngine } from '../wasm/engine.js';
import { scratchPointer } from '../wasm/memory.js';
import { runWhole, workSlot } from '../wasm/run.js';

/**
 * The smoothed image, moved away from itself by `factor` times what the image differs: single precision, cut off to uint8.
 * Source: Pillow's `ImageEnhance.Sharpness`.
 */
export function referenceSharpen(image: Image, factor: number, dst: Uint8Array): void {
  smooth(image, dst);
  const { data } = image;
  // What every difference adds.
  const added = Float32Array.from({ length: 511 }, (_, i) => Math.fround(factor) * (i - 255));
  for (let i = 0; i < data.length; i++) {
    const moved = Math.fround(dst[i] + added[data[i] - dst[i] + 255]);
    dst[i] = moved <= 0 ? 0 : moved >= 255 ? 255 : Math.trunc(moved);
  }
}

/** Weight of the centre; the eight around it weigh 1. Pillow's `ImageFilter.SMOOTH`. */
const centre = 5;
const divisor = centre + 8;

/** The rounded mean by the sum of its thirteen parts. */
const means = Uint8Array.from({ length: divisor * 255 + 1 }, (_, sum) =>
  Math.floor((2 * sum + divisor) / (2 * divisor)),
);

/** Sums of three pixels, one below the other, `[width * channels]`; kept between calls. */
let columns = new Int32Array(0);

/** The weighted mean over 3x3 pixels, rounded; the outermost pixels stay as they are. */
function smooth({ data, width, height, channels }: Image, dst: Uint8Array): void {
  dst.set(data);
  const row = width * channels;
  if (columns.length < row) columns = new Int32Array(row);
  for (let y = 1; y < height - 1; y++) {
    const from = y * row;
    for (let i = 0; i < row; i++)
      columns[i] = data[from + i - row] + data[from + i] + data[from + i + row];
    for (let i = channels; i < row - channels; i++) {
      const around = columns[i - channels] + columns[i] + columns[i + channels];
      dst[from + i] = means[around + (centre - 1) * data[from + i]];
    }
  }
}

/** `referenceSharpen` with the kernel in WebAssembly. */
export function sharpen(image: Image, factor: number, dst: Uint8Array): void {
  const { data, width, height, channels } = image;
  const engine = wasmEngine();
  const work = engine === null ? 0 : scratchPointer(engine, workSlot, 2 * width * channels + 96);
  const done =
    engine !== null &&
    work !== 0 &&
    runWhole(engine, data, dst, (from, to) =>
      engine.kernels.sharpen(from, to, width, height, channels, factor, work),
    );
  if (!done) referenceSharpen(image, factor, dst);
}
