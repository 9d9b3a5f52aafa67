import { define } from '../definition/definition.js';
import type { OptionReader } from '../definition/option-reader.js';
import { crop } from '../kernels/crop.js';
import {
  cropInAlbumentations,
  cropMagnitudes,
  cropSizeIn,
  cropTuple,
  isWhole,
  readCropSize,
  readWindow,
  type CropOptions,
} from './shared/window.js';

/**
 * The middle of the input; an odd pixel more is left at the right and below.
 *
 * Options: `height` and `width` in pixels (as Albumentations), or `scale` relative to the current image
 * (default 0.78125).
 */
export const centerCrop = define({
  name: 'CenterCrop',
  versioned: false,
  options: (reader: OptionReader<CropOptions>) => readCropSize(reader),
  sample: (options, _rng, size) => {
    const { width, height } = cropSizeIn('CenterCrop', options, size);
    return {
      x: Math.floor((size.width - width) / 2),
      y: Math.floor((size.height - height) / 2),
      width,
      height,
    };
  },
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
  albumentations: cropInAlbumentations('CenterCrop'),
  torchvision: {
    write: (options, size) => ({ code: `v2.CenterCrop(${cropTuple(options, size)})` }),
    helpers: {},
  },
});
