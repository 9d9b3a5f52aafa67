import type { Size } from '../../image/image.js';
import { define, sameSize } from '../definition/definition.js';
import type { OptionReader } from '../definition/option-reader.js';
import { warpImage, warpMask, type Inverse } from './nearest-warp.js';
import { drawLevel, readLevel, type GivenLevel } from './level.js';

type Parameters = { degrees: number };

/**
 * Turns counter-clockwise about the centre, nearest neighbour, black outside.
 *
 * Options: `magnitudes` (degrees, default [0, 30]), `bins`, `bin`, `signed` (default true). Source:
 * Pillow's `Image.rotate`.
 */
export const rotate = define({
  name: 'Rotate',
  versioned: false,
  options: (reader: OptionReader<GivenLevel>) =>
    readLevel(reader, [0, 30], true, { min: -360, max: 360 }),
  sample: (options, rng) => ({ degrees: drawLevel(options, rng) + 0 }),
  params: (reader) => ({ degrees: reader.number('degrees', { min: -360, max: 360 }) }),
  outputSize: sameSize,
  isIdentity: ({ degrees }) => degrees % 360 === 0,
  cutsWindow: false,
  image: (image, params, dst) => warpImage(image, inverseOf(params, image), dst),
  mask: (mask, params, fill, dst) => warpMask(mask, inverseOf(params, mask), fill, dst),
  lut: null,
  magnitudes: () => [],
  albumentations: null,
  torchvision: null,
});

function inverseOf({ degrees }: Parameters, { width, height }: Size): Inverse {
  const angle = ((((degrees % 360) + 360) % 360) * -Math.PI) / 180;
  // Fifteen decimals, as Pillow: quarter turns then move whole pixels.
  const cos = rounded(Math.cos(angle));
  const sin = rounded(Math.sin(angle));
  const [x, y] = [width / 2, height / 2];
  return [cos, sin, cos * -x + sin * -y + x, -sin, cos, -sin * -x + cos * -y + y];
}

const rounded = (value: number): number => Math.round(value * 1e15) / 1e15;
