import { define } from '../definition.js';
import { crop } from '../fast/crop.js';
import { cropSizeIn, isWhole, readCropSize, readWindow } from './window.js';

/**
 * The middle of the input; an odd pixel more is left at the right and below.
 *
 * Options: `height` and `width` in pixels (as Albumentations), or `scale` relative to the current image
 * (default 0.78125).
 */
export const centerCrop = define({
  name: 'CenterCrop',
  kind: 'geometric',
  options: readCropSize,
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
  image: (image, { x, y, width, height }, dst) =>
    crop(image.data, image.width, image.channels, x, y, width, height, dst),
  mask: (mask, { x, y, width, height }, _fill, dst) =>
    crop(mask.data, mask.width, 1, x, y, width, height, dst),
});
