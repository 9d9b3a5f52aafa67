import { wasmEngine } from '../wasm/engine.js';
import { runWhole } from '../wasm/run.js';

/** Side of the square tile in which rows and columns are exchanged: both sides stay in the L1 cache. */
const tile = 16;

/**
 * Writes source pixel (x, y) to destination offset `origin + x * stepX + y * stepY`, in pixels: any of
 * the eight symmetries that exchange rows and columns. `src`: `[height, width, channels]`.
 */
export function scatterPixels(
  src: Uint8Array,
  width: number,
  height: number,
  channels: number,
  dst: Uint8Array,
  origin: number,
  stepX: number,
  stepY: number,
): void {
  for (let y0 = 0; y0 < height; y0 += tile) {
    const y1 = Math.min(y0 + tile, height);
    for (let x0 = 0; x0 < width; x0 += tile) {
      const x1 = Math.min(x0 + tile, width);
      for (let y = y0; y < y1; y++) {
        let from = (y * width + x0) * channels;
        let to = (origin + x0 * stepX + y * stepY) * channels;
        const step = stepX * channels;
        if (channels === 1) {
          for (let x = x0; x < x1; x++, to += step) dst[to] = src[from++];
        } else {
          for (let x = x0; x < x1; x++, from += 3, to += step) {
            dst[to] = src[from];
            dst[to + 1] = src[from + 1];
            dst[to + 2] = src[from + 2];
          }
        }
      }
    }
  }
}

/** Exchanges rows and columns: `dst` is `[width, height, channels]`. */
export function referenceTransposePixels(
  src: Uint8Array,
  width: number,
  height: number,
  channels: number,
  dst: Uint8Array,
): void {
  scatterPixels(src, width, height, channels, dst, 0, height, 1);
}

/**
 * Turns counter-clockwise by `quarters` x 90 degrees (numpy.rot90): `dst` is `[width, height, channels]`
 * for odd `quarters`.
 */
export function referenceRotate90(
  src: Uint8Array,
  width: number,
  height: number,
  channels: number,
  quarters: 0 | 1 | 2 | 3,
  dst: Uint8Array,
): void {
  if (quarters === 0) dst.set(src);
  else if (quarters === 1)
    scatterPixels(src, width, height, channels, dst, (width - 1) * height, -height, 1);
  else if (quarters === 2)
    scatterPixels(src, width, height, channels, dst, width * height - 1, -1, -width);
  else scatterPixels(src, width, height, channels, dst, height - 1, height, -1);
}

/** `referenceTransposePixels` with the kernel in WebAssembly, for RGB. */
export function transposePixels(
  src: Uint8Array,
  width: number,
  height: number,
  channels: number,
  dst: Uint8Array,
): void {
  const engine = channels === 3 ? wasmEngine() : null;
  const done =
    engine !== null &&
    runWhole(engine, src, dst, (from, to) =>
      engine.kernels.transpose3(from, width * 3, to, height * 3, width, height),
    );
  if (!done) referenceTransposePixels(src, width, height, channels, dst);
}

/** `referenceRotate90` with the kernels in WebAssembly, for RGB. */
export function rotate90(
  src: Uint8Array,
  width: number,
  height: number,
  channels: number,
  quarters: 0 | 1 | 2 | 3,
  dst: Uint8Array,
): void {
  const engine = channels === 3 && quarters !== 0 ? wasmEngine() : null;
  const row = width * 3;
  const outRow = height * 3;
  const done =
    engine !== null &&
    runWhole(engine, src, dst, (from, to) => {
      const { kernels } = engine;
      const lastOut = to + (width - 1) * outRow;
      const lastIn = from + (height - 1) * row;
      if (quarters === 1) kernels.transpose3(from, row, lastOut, -outRow, width, height);
      else if (quarters === 3) kernels.transpose3(lastIn, -row, to, outRow, width, height);
      else kernels.flipRows3(from, to + (height - 1) * row, -row, width, height);
    });
  if (!done) referenceRotate90(src, width, height, channels, quarters, dst);
}
