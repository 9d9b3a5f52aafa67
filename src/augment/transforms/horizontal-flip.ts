import { withoutArguments } from '../definition/albumentations-form.js';
import { define, sameSize } from '../definition/definition.js';
import { wasmEngine } from '../wasm/engine.js';
import { runStripes } from '../wasm/run.js';

/** Mirrors left and right. */
export const horizontalFlip = define({
  name: 'HorizontalFlip',
  versioned: false,
  options: () => ({}),
  sample: () => ({}),
  params: () => ({}),
  outputSize: sameSize,
  isIdentity: (_params, size) => size.width === 1,
  cutsWindow: false,
  image: (image, _params, dst) =>
    flipHorizontal(image.data, image.width, image.height, image.channels, dst),
  mask: (mask, _params, _fill, dst) => flipHorizontal(mask.data, mask.width, mask.height, 1, dst),
  lut: null,
  magnitudes: () => [],
  albumentations: withoutArguments('HorizontalFlip'),
  torchvision: { write: () => ({ code: 'v2.RandomHorizontalFlip(p=1)' }), helpers: {} },
});

/** Mirrors every row. `src`, `dst`: `[height, width, channels]`. */
export function referenceFlipHorizontal(
  src: Uint8Array,
  width: number,
  height: number,
  channels: number,
  dst: Uint8Array,
): void {
  const stride = width * channels;
  for (let y = 0; y < height; y++) {
    let from = y * stride;
    let to = from + stride - channels;
    if (channels === 1) {
      for (let x = 0; x < width; x++) dst[to--] = src[from++];
    } else {
      for (let x = 0; x < width; x++, from += 3, to -= 3) {
        dst[to] = src[from];
        dst[to + 1] = src[from + 1];
        dst[to + 2] = src[from + 2];
      }
    }
  }
}

/** `referenceFlipHorizontal` with the kernel in WebAssembly, for RGB. */
export function flipHorizontal(
  src: Uint8Array,
  width: number,
  height: number,
  channels: number,
  dst: Uint8Array,
): void {
  const engine = channels === 3 ? wasmEngine() : null;
  const stride = width * 3;
  const done =
    engine !== null &&
    runStripes(engine, src, stride, dst, stride, (from, to, rows) =>
      engine.kernels.flipRows3(from, to, stride, width, rows),
    );
  if (!done) referenceFlipHorizontal(src, width, height, channels, dst);
}
