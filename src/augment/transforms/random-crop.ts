import { define } from '../definition.js';
import { crop } from '../fast/crop.js';
import { cropSizeIn, isWhole, randomWindow, readCropSize, readWindow } from './window.js';

/**
 * A window of the input at a random place.
 *
 * Options: `height` and `width` in pixels (as Albumentations), or `scale` relative to the current image
 * (default 0.78125).
 */
export const randomCrop = define({
  name: 'RandomCrop',
  kind: 'geometric',
  versioned: true,
  options: readCropSize,
  sample: (options, rng, size) =>
    randomWindow(options, cropSizeIn('RandomCrop', options, size), size, rng),
  params: readWindow,
  outputSize: ({ width, height }) => ({ width, height }),
  isIdentity: isWhole,
  image: (image, { x, y, width, height }, dst) =>
    crop(image.data, image.width, image.channels, x, y, width, height, dst),
  mask: (mask, { x, y, width, height }, _fill, dst) =>
    crop(mask.data, mask.width, 1, x, y, width, height, dst),
});
