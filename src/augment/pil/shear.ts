import { define } from '../definition.js';
import type { Definition } from '../definition.js';
import { warpImage, warpMask, type Inverse } from './affine.js';
import { drawLevel, readLevel, type LevelOptions } from './level.js';

type Parameters = { shear: number };

/**
 * Shifts every row (X) or column (Y) in proportion to its distance from the top (left) edge; black
 * outside, nearest neighbour.
 *
 * Options: `magnitudes` (tangent of the angle, default [0, 0.3]), `bins`, `bin`, `signed` (default true).
 * Source: torchvision, `_apply_op` on PIL images, which shears about the corner.
 */
function shear(name: 'ShearX' | 'ShearY'): Definition {
  const inverse = ({ shear: tangent }: Parameters): Inverse => {
    const t = Math.tan(radians(degrees(Math.atan(tangent))));
    return name === 'ShearX' ? [1, t, 0, 0, 1, 0] : [1, 0, 0, t, 1, 0];
  };
  return define<LevelOptions, Parameters>({
    name,
    kind: 'geometric',
    options: (reader) => readLevel(reader, [0, 0.3], true, { min: -10, max: 10 }),
    sample: (options, rng) => ({ shear: drawLevel(options, rng) }),
    params: (reader) => ({ shear: reader.number('shear', { min: -10, max: 10 }) }),
    isIdentity: ({ shear: tangent }) => tangent === 0,
    image: (image, params, dst) => warpImage(image, inverse(params), dst),
    mask: (mask, params, fill, dst) => warpMask(mask, inverse(params), fill, dst),
  });
}

// torchvision goes by way of degrees; so does the last bit.
const degrees = (angle: number): number => (angle * 180) / Math.PI;
const radians = (angle: number): number => (angle * Math.PI) / 180;

export const shearX = shear('ShearX');
export const shearY = shear('ShearY');
