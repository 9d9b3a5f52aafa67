import type { Size } from '../../../image/image.js';
import {
  openCv,
  requireArgument,
  unsupported,
  type AlbumentationsForm,
} from '../../definition/albumentations-form.js';
import { define, sameSize } from '../../definition/definition.js';
import { shrunk } from '../../definition/shrunk.js';
import type { Limit, OptionReader, Range } from '../../definition/option-reader.js';
import { isOld, readSemantics, type Versioned } from '../../definition/semantics.js';
import { tuple, type TorchvisionForm } from '../../definition/torchvision-form.js';
import { invertAffine, rotationMatrix, type Affine } from '../../kernels/affine.js';
import { warpLinearFloat, warpNearestFloat } from '../../kernels/warp-float.js';
import type { Json, Magnitude } from '../../transform.js';
import { warpLinearFixed, warpNearestFixed } from './warp-fixed.js';

export interface ShiftScaleRotateOptions extends Versioned {
  /** Fraction of width and height; default 0.0625. */
  readonly shiftLimit?: Limit;
  readonly shiftLimitX?: Limit;
  readonly shiftLimitY?: Limit;
  /** Around 1; default 0.1. */
  readonly scaleLimit?: Limit;
  /** Degrees; default 45. */
  readonly rotateLimit?: Limit;
  /** Grey level outside the image, 0 to 255; default null, a reflect-101 border. */
  readonly fill?: number | null;
  /** Single precision as OpenCV 5 (default), or fixed point as OpenCV 4. */
  readonly arithmetic?: Arithmetic;
}

/** Single precision as OpenCV 5, or fixed point with 1/32 pixel as OpenCV 4. */
const arithmetics = ['float', 'fixed'] as const;
type Arithmetic = (typeof arithmetics)[number];

/** The options with their defaults. */
type Limits = {
  shiftLimitX: Range;
  shiftLimitY: Range;
  scaleLimit: Range;
  rotateLimit: Range;
  arithmetic: Arithmetic;
  fill: number | null;
};

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
 * weights are multiples of 1/32); `fill` (null: reflect-101 border; or the grey level outside). Source:
 * Albumentations 1.3. Its 2.0 draws width's and height's scale apart and shifts by whole pixels.
 *
 * Albumentations 0.1.1 takes (width / 2, height / 2) as the centre, half a pixel off, on OpenCV 4 or older.
 */
export const shiftScaleRotate = define({
  name: 'ShiftScaleRotate',
  versioned: true,
  options: (reader: OptionReader<ShiftScaleRotateOptions>): Limits => {
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
      throw reader.bad('scaleLimit', 'limits greater than -1', options.scaleLimit);
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
    if (params.scale === 0) throw reader.bad('scale', 'a number greater than 0', 0);
    return params;
  },
  outputSize: sameSize,
  isIdentity: ({ angle, scale, dx, dy }) =>
    angle % 360 === 0 && scale === 1 && dx === 0 && dy === 0,
  // What comes in at the border is filled by the transform itself.
  cutsWindow: false,
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
  lut: null,
  magnitudes: eachAlone,
  albumentations: inAlbumentations(),
  torchvision: inTorchvision(),
});

function matrixOf(params: Parameters, { width, height }: Size): Affine {
  const shift = isOld(params) ? 0 : 0.5;
  const m = rotationMatrix(width / 2 - shift, height / 2 - shift, params.angle, params.scale);
  return [m[0], m[1], m[2] + params.dx * width, m[3], m[4], m[5] + params.dy * height];
}

/** Turning, scaling and shifting, each of the three alone. */
function eachAlone(options: Limits): Magnitude[] {
  const { arithmetic, fill } = options;
  const still = {
    arithmetic,
    fill,
    shiftLimitX: [0, 0],
    shiftLimitY: [0, 0],
    scaleLimit: [0, 0],
    rotateLimit: [0, 0],
  };
  const alone = (key: 'rotateLimit' | 'scaleLimit', unit: string): Magnitude => {
    const own = shrunk(options, key, unit);
    return { ...own, at: (f) => ({ ...still, [key]: own.at(f)[key] }) };
  };
  const x = shrunk(options, 'shiftLimitX', 'of the sides');
  const y = shrunk(options, 'shiftLimitY', 'of the sides');
  const shift: Magnitude = {
    option: 'shiftLimit',
    unit: 'of the sides',
    full: Math.max(x.full, y.full),
    at: (f) => ({
      ...still,
      shiftLimitX: x.at(f).shiftLimitX,
      shiftLimitY: y.at(f).shiftLimitY,
    }),
  };
  return [alone('rotateLimit', 'degrees'), alone('scaleLimit', 'of the size'), shift].filter(
    (m) => m.full > 0,
  );
}

function inAlbumentations(): AlbumentationsForm<Limits> {
  const name = 'ShiftScaleRotate';
  return {
    write: (o, release) => ({
      name,
      args: {
        shift_limit_x: o.shiftLimitX,
        shift_limit_y: o.shiftLimitY,
        scale_limit: o.scaleLimit,
        rotate_limit: o.rotateLimit,
        interpolation: openCv.linear,
        border_mode: o.fill === null ? openCv.reflect101 : openCv.constantBorder,
        ...(o.fill !== null && { [release === '2.0' ? 'fill' : 'value']: o.fill }),
      },
    }),
    read: {
      [name]: (args) => {
        requireArgument(name, args, 'interpolation', openCv.linear);
        requireArgument(name, args, 'mask_interpolation', openCv.nearest);
        const filled = args.border_mode === openCv.constantBorder;
        if (!filled) requireArgument(name, args, 'border_mode', openCv.reflect101);
        return {
          shiftLimit: args.shift_limit,
          shiftLimitX: args.shift_limit_x ?? undefined,
          shiftLimitY: args.shift_limit_y ?? undefined,
          scaleLimit: args.scale_limit,
          rotateLimit: args.rotate_limit,
          fill: filled ? oneValue(args.fill ?? args.value ?? 0) : undefined,
        };
      },
    },
  };
}

/** A fill that is the same in all channels. */
function oneValue(fill: Json): Json {
  if (!Array.isArray(fill)) return fill;
  if (fill.some((v) => v !== fill[0]))
    throw unsupported('ShiftScaleRotate', 'fill', 'the same value for all channels', fill);
  return fill[0];
}

function inTorchvision(): TorchvisionForm<Limits> {
  const largest = (limit: Range): number => Math.max(...limit.map(Math.abs));
  return {
    write: (o) => {
      const shifts = tuple([largest(o.shiftLimitX), largest(o.shiftLimitY)]);
      const scales = tuple(o.scaleLimit.map((s) => 1 + s));
      return {
        code: `v2.RandomAffine(degrees=${tuple(o.rotateLimit)}, translate=${shifts}, scale=${scales}, interpolation=v2.InterpolationMode.BILINEAR, fill={tv_tensors.Mask: 255, "others": 0})`,
        difference: 'the border is black instead of reflected, 255 in masks; shifts are symmetric',
      };
    },
    helpers: {},
  };
}
