import { withoutArguments } from '../definition/albumentations-form.js';
import { define, sameSize } from '../definition/definition.js';
import { wasmEngine } from '../wasm/engine.js';
import { pointerOf } from '../wasm/memory.js';
import { runWhole } from '../wasm/run.js';

/** Mirrors top and bottom. */
export const verticalFlip = define({
  name: 'VerticalFlip',
  versioned: false,
  options: () => ({}),
  sample: () => ({}),
  params: () => ({}),
  outputSize: sameSize,
  isIdentity: (_params, size) => size.height === 1,
  cutsWindow: false,
  image: (image, _params, dst) =>
    flipVertical(image.data, image.width, image.height, image.channels, dst),
  mask: (mask, _params, _fill, dst) => flipVertical(mask.data, mask.width, mask.height, 1, dst),
  lut: null,
  magnitudes: () => [],
  albumentations: withoutArguments('VerticalFlip'),
  torchvision: { write: () => ({ code: 'v2.RandomVerticalFlip(p=1)' }), helpers: {} },
});

/** Puts the rows in opposite order. `src`, `dst`: `[height, width, channels]`. */
export function referenceFlipVertical(
  src: Uint8Array,
  width: number,
  height: number,
  channels: number,
  dst: Uint8Array,
): void {
  const stride = width * channels;
  for (let y = 0; y < height; y++) {
    const from = y * stride;
    dst.set(src.subarray(from, from + stride), (height - 1 - y) * stride);
  }
}

/** `referenceFlipVertical` with the kernel in WebAssembly. */
export function flipVertical(
  src: Uint8Array,
  width: number,
  height: number,
  channels: number,
  dst: Uint8Array,
): void {
  const engine = wasmEngine();
  const stride = width * channels;
  // Long rows outside the engine's memory go straight across.
  const done =
    engine !== null &&
    (stride < 2048 || (pointerOf(src) !== 0 && pointerOf(dst) !== 0)) &&
    runWhole(engine, src, dst, (from, to) =>
      engine.kernels.copyRows(from, stride, to + (height - 1) * stride, -stride, stride, height),
    );
  if (!done) referenceFlipVertical(src, width, height, channels, dst);
}
