import { define, sameSize } from '../definition/definition.js';
import type { OptionReader } from '../definition/option-reader.js';
import { warpImage, warpMask, type Inverse } from './nearest-warp.js';
import { drawLevel, readLevel, type GivenLevel } from './level.js';

type Parameters = { shear: number };

/**
 * Shifts every row (X) or column (Y) in proportion to its distance from the top (left) edge; black
 * outside, nearest neighbour.
 *
 * Options: `magnitudes` (tangent of the angle, default [0, 0.3]), `bins`, `bin`, `signed` (default true).
 * Source: torchvision, `_apply_op` on PIL images, which shears about the corner.
 */
function shear<const N extends 'ShearX' | 'ShearY'>(name: N) {
  const inverse = ({ shear: tangent }: Parameters): Inverse => {
    const t = Math.tan(radians(degrees(Math.atan(tangent))));
    return name === 'ShearX' ? [1, t, 0, 0, 1, 0] : [1, 0, 0, t, 1, 0];
  };
  return define({
    name,
    versioned: false,
    options: (reader: OptionReader<GivenLevel>) =>
      readLevel(reader, [0, 0.3], true, { min: -10, max: 10 }),
    sample: (options, rng) => ({ shear: drawLevel(options, rng) }),
    params: (reader) => ({ shear: reader.number('shear', { min: -10, max: 10 }) }),
    outputSize: sameSize,
    isIdentity: ({ shear: tangent }) => tangent === 0,
    cutsWindow: false,
    image: (image, params, dst) => warpImage(image, inverse(params), dst),
    mask: (mask, params, fill, dst) => warpMask(mask, inverse(params), fill, dst),
    lut: null,
    magnitudes: () => [],
    albumentations: null,
    torchvision: null,
  });
}

// torchvision goes by way of degrees; so does the last bit.
const degrees = (angle: number): number => (angle * 180) / Math.PI;
const radians = (angle: number): number => (angle * Math.PI) / 180;

export const shearX = shear('ShearX');
export const shearY = shear('ShearY');
