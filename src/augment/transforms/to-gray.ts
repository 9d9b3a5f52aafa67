import { define, isOld } from '../definition.js';
import { grayToRgb } from '../fast/gray.js';
import { sumOfGray } from '../kernels/gray.js';
import { readSemantics } from '../semantics.js';
import type { Params } from '../types.js';

/**
 * Replaces colour by luma (BT.601), in all three channels. One channel stays as it is.
 *
 * Albumentations 0.1.1 inverts the result where its mean is above 127.
 */
export const toGray = define({
  name: 'ToGray',
  kind: 'photometric',
  versioned: true,
  options: (): Params => ({}),
  sample: (options): Params => (isOld(options) ? { semantics: 'albumentations-0.1.1' } : {}),
  params: (reader): Params => readSemantics(reader),
  isIdentity: () => false,
  image: (image, params, dst) => {
    if (image.channels === 1) dst.set(image.data);
    else grayToRgb(image.data, dst);
    if (!isOld(params)) return;
    const pixels = image.width * image.height;
    if (sumOfGray(image.data, image.channels) / pixels > 127)
      for (let i = 0; i < dst.length; i++) dst[i] = 255 - dst[i];
  },
});
