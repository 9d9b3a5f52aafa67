import type { Size } from '../../image/image.js';
import { define, sameSize } from '../definition/definition.js';
import type { OptionReader } from '../definition/option-reader.js';

/** The pixel that the square is about, its side, and what it is filled with. */
type Parameters = { x: number; y: number; side: number; value: number };

/** Columns `left` to `right` and rows `top` to `bottom`, the ends left out. */
interface Window {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

/**
 * A square about a random pixel is painted over; what of it lies outside the image is lost.
 *
 * Options: `share` (side of the square, of the root of the image's area; default 1/2: 16 pixels at 32, a quarter of any
 * image) and `value` (grey level, default 128). Source: DeVries and Taylor, 2017, section 3.2; they fill with the mean of the
 * data, near which 128 lies in photographs.
 */
export const cutout = define({
  name: 'Cutout',
  versioned: false,
  options: (reader: OptionReader<{ share?: number; value?: number }>) => ({
    share: reader.number('share', { min: 0, max: 2 }, 1 / 2),
    value: reader.number('value', { min: 0, max: 255, integer: true }, 128),
  }),
  sample: ({ share, value }, rng, { width, height }) => ({
    x: rng.int(0, width),
    y: rng.int(0, height),
    side: Math.round(share * Math.sqrt(width * height)),
    value,
  }),
  params: (reader) => ({
    x: reader.number('x', { min: 0, max: 16383, integer: true }),
    y: reader.number('y', { min: 0, max: 16383, integer: true }),
    side: reader.number('side', { min: 0, max: 32768, integer: true }),
    value: reader.number('value', { min: 0, max: 255, integer: true }),
  }),
  outputSize: sameSize,
  isIdentity: (params, size) => {
    const { left, right, top, bottom } = windowOf(params, size);
    return left >= right || top >= bottom;
  },
  cutsWindow: false,
  image: ({ data, width, height, channels }, params, dst) => {
    dst.set(data);
    const { left, right, top, bottom } = windowOf(params, { width, height });
    for (let y = top; y < bottom; y++)
      dst.fill(params.value, (y * width + left) * channels, (y * width + right) * channels);
  },
  mask: null,
  lut: null,
  magnitudes: () => [],
  albumentations: null,
  torchvision: null,
});

/** An odd side loses a pixel, as in the authors' program: half of it, rounded down, each way. */
function windowOf({ x, y, side }: Parameters, { width, height }: Size): Window {
  const half = Math.floor(side / 2);
  return {
    left: Math.max(0, x - half),
    right: Math.min(width, x + half),
    top: Math.max(0, y - half),
    bottom: Math.min(height, y + half),
  };
}
