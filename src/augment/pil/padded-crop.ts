import { define, sameSize } from '../definition/definition.js';
import type { OptionReader } from '../definition/option-reader.js';
import { warpImage, warpMask, type Inverse } from './nearest-warp.js';

/** Where the window starts, against the image's corner. */
type Parameters = { x: number; y: number };

/**
 * A window of the image's own size at a random place in the image padded with black.
 *
 * Options: `padding` (share of the longer side, default 1/8: 4 pixels at 32, the usual choice for
 * CIFAR). Source: torchvision's `RandomCrop(size, padding)`.
 */
export const paddedCrop = define({
  name: 'PaddedCrop',
  versioned: false,
  options: (reader: OptionReader<{ padding?: number }>) => ({
    padding: reader.number('padding', { min: 0, max: 1 }, 1 / 8),
  }),
  sample: ({ padding }, rng, { width, height }) => {
    const most = Math.round(padding * Math.max(width, height));
    return { x: rng.int(-most, most + 1), y: rng.int(-most, most + 1) };
  },
  params: (reader) => ({
    x: reader.number('x', { min: -16384, max: 16384, integer: true }),
    y: reader.number('y', { min: -16384, max: 16384, integer: true }),
  }),
  outputSize: sameSize,
  isIdentity: ({ x, y }) => x === 0 && y === 0,
  cutsWindow: false,
  image: (image, params, dst) => warpImage(image, inverse(params), dst),
  mask: (mask, params, fill, dst) => warpMask(mask, inverse(params), fill, dst),
  lut: null,
  magnitudes: () => [],
  albumentations: null,
  torchvision: null,
});

const inverse = ({ x, y }: Parameters): Inverse => [1, 0, x, 0, 1, y];
