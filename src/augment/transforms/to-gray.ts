import { requireArgument } from '../definition/albumentations-form.js';
import { define, sameSize } from '../definition/definition.js';
import type { OptionReader } from '../definition/option-reader.js';
import { isOld, readSemantics, semanticsOf, type Versioned } from '../definition/semantics.js';
import { blueWeight, greenWeight, lumaBits, redWeight, sumOfLuma } from '../kernels/luma.js';
import type { Params } from '../transform.js';
import { wasmEngine } from '../wasm/engine.js';
import { runStripes } from '../wasm/run.js';

/**
 * Replaces colour by luma (BT.601), in all three channels. One channel stays as it is.
 *
 * Albumentations 0.1.1 inverts the result where its mean is above 127.
 */
export const toGray = define({
  name: 'ToGray',
  versioned: true,
  options: (_reader: OptionReader<Versioned>): Params => ({}),
  sample: (options): Params => semanticsOf(options),
  params: (reader): Params => readSemantics(reader),
  outputSize: sameSize,
  isIdentity: () => false,
  cutsWindow: false,
  image: (image, params, dst) => {
    if (image.channels === 1) dst.set(image.data);
    else greyRgb(image.data, dst);
    if (!isOld(params)) return;
    const pixels = image.width * image.height;
    if (sumOfLuma(image.data, image.channels) / pixels > 127)
      for (let i = 0; i < dst.length; i++) dst[i] = 255 - dst[i];
  },
  mask: null,
  // A pixel's luma depends on its three values together.
  lut: null,
  magnitudes: () => [],
  albumentations: {
    write: () => ({ name: 'ToGray', args: {} }),
    read: {
      ToGray: (args) => {
        requireArgument('ToGray', args, 'method', 'weighted_average');
        requireArgument('ToGray', args, 'num_output_channels', 3);
        return {};
      },
    },
  },
  torchvision: {
    write: () => ({ code: 'v2.Grayscale(num_output_channels=3)' }),
    helpers: {},
  },
});

/** Luma of every RGB pixel, written to all three channels of `dst`. */
export function referenceGreyRgb(src: Uint8Array, dst: Uint8Array): void {
  const half = 1 << (lumaBits - 1);
  const n = src.length;
  for (let p = 0; p < n; p += 3) {
    const y =
      (redWeight * src[p] + greenWeight * src[p + 1] + blueWeight * src[p + 2] + half) >> lumaBits;
    dst[p] = y;
    dst[p + 1] = y;
    dst[p + 2] = y;
  }
}

/** `referenceGreyRgb` with the kernel in WebAssembly. */
export function greyRgb(src: Uint8Array, dst: Uint8Array): void {
  const engine = wasmEngine();
  const done =
    engine !== null &&
    runStripes(engine, src, 3, dst, 3, (from, to, pixels) =>
      engine.kernels.grayRgb(from, to, pixels),
    );
  if (!done) referenceGreyRgb(src, dst);
}
