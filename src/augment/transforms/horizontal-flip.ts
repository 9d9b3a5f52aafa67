import { define } from '../definition.js';
import { flipHorizontal } from '../fast/flip.js';

/** Mirrors left and right. */
export const horizontalFlip = define({
  name: 'HorizontalFlip',
  kind: 'geometric',
  options: () => ({}),
  sample: () => ({}),
  params: () => ({}),
  isIdentity: (_params, size) => size.width === 1,
  image: (image, _params, dst) =>
    flipHorizontal(image.data, image.width, image.height, image.channels, dst),
  mask: (mask, _params, _fill, dst) => flipHorizontal(mask.data, mask.width, mask.height, 1, dst),
});
