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

/** Its own class, because RandomAffine of torchvision cannot reflect what is outside. */
const python = `class ShiftScaleRotate(v2.Transform):
    """Turns, scales and shifts about the centre, bilinear; masks by their nearest label.

    Ranges: shifts in parts of the sides, scale around 0, angle in degrees. Outside, the image is reflected; with fill it
    has that grey level, and masks have the label 255.
    """

    def __init__(self, shift_x, shift_y, scale, angle, fill=None):
        super().__init__()
        self.shift_x, self.shift_y, self.scale, self.angle, self.fill = shift_x, shift_y, scale, angle, fill

    def make_params(self, inputs):
        limits = {"shift_x": self.shift_x, "shift_y": self.shift_y, "scale": self.scale, "angle": self.angle}
        return {name: random.uniform(*limit) for name, limit in limits.items()}

    def transform(self, x, params):
        is_mask = isinstance(x, tv_tensors.Mask)
        pixels = x.as_subclass(torch.Tensor)
        planes = pixels.reshape(1, -1, *pixels.shape[-2:]).float()
        height, width = planes.shape[-2:]
        angle = math.radians(params["angle"])
        cos, sin = math.cos(angle) / (1 + params["scale"]), math.sin(angle) / (1 + params["scale"])
        # From the centre to every pixel of the result, without the shift; then back to where it comes from.
        down = torch.arange(height) - (height - 1) / 2 - params["shift_y"] * height
        right = torch.arange(width) - (width - 1) / 2 - params["shift_x"] * width
        down, right = torch.meshgrid(down, right, indexing="ij")
        grid_x = (cos * right - sin * down) * 2 / max(width - 1, 1)
        grid_y = (sin * right + cos * down) * 2 / max(height - 1, 1)
        outside = 0 if self.fill is None else 255 if is_mask else self.fill
        moved = torch.nn.functional.grid_sample(
            planes - outside,
            torch.stack([grid_x, grid_y], -1).unsqueeze(0).to(planes),
            mode="nearest" if is_mask else "bilinear",
            padding_mode="reflection" if self.fill is None else "zeros",
            align_corners=True,
        )
        return tv_tensors.wrap((moved + outside).round().to(x.dtype).reshape(pixels.shape), like=x)

    _get_params, _transform = make_params, transform
`;

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
  return {
    write: (o) => {
      const shifts = `shift_x=${tuple(o.shiftLimitX)}, shift_y=${tuple(o.shiftLimitY)}`;
      const turns = `scale=${tuple(o.scaleLimit)}, angle=${tuple(o.rotateLimit)}`;
      return { code: `ShiftScaleRotate(${shifts}, ${turns}, fill=${o.fill ?? 'None'})` };
    },
    helpers: { ShiftScaleRotate: python },
  };
}
