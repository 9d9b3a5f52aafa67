import { define } from '../definition.js';
import { transpose as exchange } from '../fast/transpose.js';

/** Exchanges rows and columns. */
export const transpose = define({
  name: 'Transpose',
  kind: 'geometric',
  options: () => ({}),
  sample: () => ({}),
  params: () => ({}),
  outputSize: (_params, { width, height }) => ({ width: height, height: width }),
  isIdentity: (_params, { width, height }) => width === 1 && height === 1,
  image: (image, _params, dst) =>
    exchange(image.data, image.width, image.height, image.channels, dst),
  mask: (mask, _params, _fill, dst) => exchange(mask.data, mask.width, mask.height, 1, dst),
});
