import type { Size } from '../../image/image.js';
import { openCv } from '../definition/albumentations-form.js';
import { define, sameSize } from '../definition/definition.js';
import type { OptionReader } from '../definition/option-reader.js';
import type { Json } from '../transform.js';
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
  sample: (options, rng, size) => {
    const most = mostPixels(options, size);
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
  albumentations: {
    write: (options, release, size) => {
      const { height, width } = size;
      const most = mostPixels(options, size);
      const padded = {
        min_height: height + 2 * most,
        min_width: width + 2 * most,
        border_mode: openCv.constantBorder,
        ...(release === '2.0'
          ? { fill: 0, fill_mask: outsideMasks }
          : { value: 0, mask_value: outsideMasks }),
      };
      const transforms: Json[] = [
        { __class_fullname__: 'PadIfNeeded', p: 1, ...padded },
        { __class_fullname__: 'RandomCrop', p: 1, height, width },
      ];
      return { name: 'Compose', args: { transforms } };
    },
    // Read back it would be two transforms, the first of which is none of ours.
    read: {},
  },
  torchvision: {
    write: (options, size) => ({
      code: `v2.RandomCrop((${size.height}, ${size.width}), padding=${mostPixels(options, size)}, fill={tv_tensors.Mask: ${outsideMasks}, "others": 0})`,
    }),
    helpers: {},
  },
});

/** The label that masks show outside the image in other tools. */
const outsideMasks = 255;

/** How far the window may reach outside, in pixels. */
function mostPixels({ padding }: { padding: number }, { width, height }: Size): number {
  return Math.round(padding * Math.max(width, height));
}

const inverse = ({ x, y }: Parameters): Inverse => [1, 0, x, 0, 1, y];
