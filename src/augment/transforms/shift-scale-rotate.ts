import type { Size } from '../../image/types.js';
import { define, isOld } from '../definition.js';
import { invertAffine, rotationMatrix, type Affine } from '../kernels/affine.js';
import { warpLinearFixed, warpNearestFixed } from '../kernels/warp-fixed.js';
import { warpLinearFloat, warpNearestFloat } from '../fast/warp.js';
import { readSemantics } from '../semantics.js';

/** Single precision as OpenCV 5, or fixed point with 1/32 pixel as OpenCV 4. */
const arithmetics = ['float', 'fixed'] as const;
type Arithmetic = (typeof arithmetics)[number];

/** Degrees counter-clockwise; factor; shift right and down as fractions of width and height. */
type Parameters = {
  angle: number;
  scale: number;
  dx: number;
  dy: number;
  arithmetic: Arithmetic;
  fill: number | null;
};

/**
 * Shifts, scales and turns about the centre, bilinear, reflect-101 border.
 *
 * Options: `shiftLimit` (fraction of width and height, default 0.0625; `shiftLimitX`, `shiftLimitY`
 * where they differ), `scaleLimit` (around 1, default 0.1), `rotateLimit` (degrees, default 45); a
 * single number x stands for [-x, x]; `arithmetic` ('float': as OpenCV 5; 'fixed': as OpenCV 4, whose
 * weights are multiples of 1/32); `fill` (null: reflect-101 border; or the grey level outside). Source: Albumentations 1.3. Its 2.0 draws width's and height's scale
 * apart and shifts by whole pixels.
 *
 * Albumentations 0.1.1 takes (width / 2, height / 2) as the centre, half a pixel off, on OpenCV 4 or older.
 */
export const shiftScaleRotate = define({
  name: 'ShiftScaleRotate',
  kind: 'geometric',
  versioned: true,
  options: (reader) => {
    const negate = (x: number): number => -x;
    const shift = reader.range('shiftLimit', { min: -1, max: 1 }, [-0.0625, 0.0625], negate);
    const options = {
      shiftLimitX: reader.range('shiftLimitX', { min: -1, max: 1 }, shift, negate),
      shiftLimitY: reader.range('shiftLimitY', { min: -1, max: 1 }, shift, negate),
      scaleLimit: reader.range('scaleLimit', {}, [-0.1, 0.1], negate),
      rotateLimit: reader.range('rotateLimit', {}, [-45, 45], negate),
      arithmetic: reader.choice('arithmetic', arithmetics, 'float'),
      fill: reader.optional('fill', { min: 0, max: 255, integer: true }),
    };
    if (options.scaleLimit[0] <= -1)
      throw reader.bad('scaleLimit', 'limits above -1', options.scaleLimit);
    return options;
  },
  sample: (options, rng): Parameters => ({
    angle: rng.uniform(...options.rotateLimit),
    scale: 1 + rng.uniform(...options.scaleLimit),
    dx: rng.uniform(...options.shiftLimitX),
    dy: rng.uniform(...options.shiftLimitY),
    arithmetic: options.arithmetic,
    fill: options.fill,
    ...(isOld(options) ? { arithmetic: 'fixed', semantics: 'albumentations-0.1.1' } : {}),
  }),
  params: (reader): Parameters => {
    const params = {
      angle: reader.number('angle', {}, 0),
      scale: reader.number('scale', { min: 0 }, 1),
      dx: reader.number('dx', {}, 0),
      dy: reader.number('dy', {}, 0),
      arithmetic: reader.choice('arithmetic', arithmetics, 'float'),
      fill: reader.optional('fill', { min: 0, max: 255, integer: true }),
      ...readSemantics(reader),
    };
    if (params.scale === 0) throw reader.bad('scale', 'a number above 0', 0);
    return params;
  },
  isIdentity: ({ angle, scale, dx, dy }) =>
    angle % 360 === 0 && scale === 1 && dx === 0 && dy === 0,
  image: (image, params, dst) => {
    const { data, width, height, channels } = image;
    const warp = params.arithmetic === 'fixed' ? warpLinearFixed : warpLinearFloat;
    const inverse = invertAffine(matrixOf(params, image));
    warp(data, width, height, channels, inverse, params.fill ?? undefined, dst);
  },
  mask: (mask, params, fill, dst) => {
    const { data, width, height } = mask;
    const warp = params.arithmetic === 'fixed' ? warpNearestFixed : warpNearestFloat;
    warp(data, width, height, invertAffine(matrixOf(params, mask)), fill, dst);
  },
});

function matrixOf(params: Parameters, { width, height }: Size): Affine {
  const shift = isOld(params) ? 0 : 0.5;
  const m = rotationMatrix(width / 2 - shift, height / 2 - shift, params.angle, params.scale);
  return [m[0], m[1], m[2] + params.dx * width, m[3], m[4], m[5] + params.dy * height];
}
