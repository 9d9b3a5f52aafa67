import { define } from '../definition.js';
import { flipVertical } from '../fast/flip.js';

/** Mirrors top and bottom. */
export const verticalFlip = define({
  name: 'VerticalFlip',
  kind: 'geometric',
  options: () => ({}),
  sample: () => ({}),
  params: () => ({}),
  isIdentity: (_params, size) => size.height === 1,
  image: (image, _params, dst) =>
    flipVertical(image.data, image.width, image.height, image.channels, dst),
  mask: (mask, _params, _fill, dst) => flipVertical(mask.data, mask.width, mask.height, 1, dst),
});
