import { define } from '../definition/definition.js';
import type { OptionReader } from '../definition/option-reader.js';
import type { Versioned } from '../definition/semantics.js';
import { crop } from '../kernels/crop.js';
import {
  cropInAlbumentations,
  cropMagnitudes,
  cropSizeIn,
  cropTuple,
  isWhole,
  randomWindow,
  readCropSize,
  readWindow,
  type CropOptions,
} from './shared/window.js';

/**
 * A window of the input at a random place.
 *
 * Options: `height` and `width` in pixels (as Albumentations), or `scale` relative to the current image
 * (default 0.78125).
 */
export const randomCrop = define({
  name: 'RandomCrop',
  versioned: true,
  options: (reader: OptionReader<CropOptions & Versioned>) => readCropSize(reader),
  sample: (options, rng, size) =>
    randomWindow(options, cropSizeIn('RandomCrop', options, size), size, rng),
  params: readWindow,
  outputSize: ({ width, height }) => ({ width, height }),
  isIdentity: isWhole,
  cutsWindow: true,
  image: (image, { x, y, width, height }, dst) =>
    crop(image.data, image.width, image.channels, x, y, width, height, dst),
  mask: (mask, { x, y, width, height }, _fill, dst) =>
    crop(mask.data, mask.width, 1, x, y, width, height, dst),
  lut: null,
  magnitudes: cropMagnitudes,
  albumentations: cropInAlbumentations('RandomCrop'),
  torchvision: {
    write: (options, size) => ({ code: `v2.RandomCrop(${cropTuple(options, size)})` }),
    helpers: {},
  },
});
