import type { Size } from '../../../image/image.js';
import { define, sameSize } from '../../definition/definition.js';
import type { Limit, OptionReader, Range } from '../../definition/option-reader.js';
import { shrunk } from '../../definition/shrunk.js';
import { drawn, tuple } from '../../definition/torchvision-form.js';
import { invertAffine, type Affine } from '../../kernels/affine.js';
import { warpLinearFloat, warpNearestFloat } from '../../kernels/warp-float.js';
import type { Magnitude } from '../../transform.js';
import { affineBorder, readAffine } from './affine-form.js';

export interface ShearOptions {
  /** Degrees; default 10; x stands for [-x, x]. */
  readonly limit?: Limit;
  readonly limitX?: Limit;
  readonly limitY?: Limit;
  /** Grey level outside the image, 0 to 255; default 0; null: a reflect-101 border. */
  readonly fill?: number | null;
}

type Options = { limitX: Range; limitY: Range; fill: number | null };
/** Degrees along the rows and along the columns. */
type Parameters = { x: number; y: number; fill: number | null };

/** Beyond it lies next to nothing of the image. */
const steepest = 89;
const grey = { min: 0, max: 255, integer: true };

/**
 * Shears along rows and columns about the centre, bilinear, black outside.
 *
 * Options: `limit` (degrees, default 10; `limitX`, `limitY` where they differ; a number x stands for [-x, x]), `fill` (grey
 * level outside, default 0; null: reflect-101). Source: Albumentations 2.0.8, `Affine(shear=...)` on OpenCV 5;
 * release 1.3 shears along the columns first and then along the rows, by 10 degrees where nothing is given.
 */
export const shearing = define({
  name: 'Shear',
  versioned: false,
  options: (reader: OptionReader<ShearOptions>): Options => {
    const negate = (x: number): number => -x;
    const rules = { min: -steepest, max: steepest };
    const limit = reader.range('limit', rules, [-10, 10], negate);
    const fill = reader.has('fill') ? reader.optional('fill', grey) : 0;
    return {
      limitX: reader.range('limitX', rules, limit, negate),
      limitY: reader.range('limitY', rules, limit, negate),
      fill,
    };
  },
  sample: ({ limitX, limitY, fill }, rng): Parameters => ({
    x: rng.uniform(...limitX),
    y: rng.uniform(...limitY),
    fill,
  }),
  params: (reader): Parameters => ({
    x: reader.number('x', { min: -steepest, max: steepest }),
    y: reader.number('y', { min: -steepest, max: steepest }),
    fill: reader.optional('fill', grey),
  }),
  outputSize: sameSize,
  isIdentity: ({ x, y }) => x === 0 && y === 0,
  cutsWindow: false,
  image: (image, params, dst) => {
    const { data, width, height, channels } = image;
    const inverse = inverseOf(params, image);
    warpLinearFloat(data, width, height, channels, inverse, params.fill ?? undefined, dst);
  },
  mask: (mask, params, fill, dst) =>
    warpNearestFloat(mask.data, mask.width, mask.height, inverseOf(params, mask), fill, dst),
  lut: null,
  magnitudes: bothWays,
  albumentations: {
    write: (o, release) => ({
      name: 'Affine',
      args: {
        scale: 1,
        rotate: 0,
        translate_percent: 0,
        shear: { x: o.limitX, y: o.limitY },
        ...affineBorder(o.fill, release),
      },
    }),
    read: {
      Affine: (args) => {
        const found = readAffine(args, 'shear');
        return found && { limitX: found.x, limitY: found.y, fill: found.fill };
      },
    },
  },
  torchvision: {
    // RandomAffine shears rows after columns, and never reflects.
    write: ({ limitX, limitY, fill }) => ({
      code: drawn(
        'sheared',
        `between, x=${tuple(limitX)}, y=${tuple(limitY)}`,
        'moves=True',
        `fill=${fill ?? 'None'}`,
      ),
    }),
    helpers: {},
  },
});

/** Source: Albumentations 2.0.8, `create_affine_transformation_matrix`. */
function inverseOf({ x, y }: Parameters, { width, height }: Size): Affine {
  const alongRows = Math.tan((-x * Math.PI) / 180);
  const alongColumns = Math.tan((-y * Math.PI) / 180);
  const cx = width / 2 - 0.5;
  const cy = height / 2 - 0.5;
  return invertAffine([1, alongRows, -alongRows * cy, alongColumns, 1, -alongColumns * cx]);
}

/** Both directions shrink together. */
function bothWays(options: Options): Magnitude[] {
  const x = shrunk(options, 'limitX', 'degrees');
  const y = shrunk(options, 'limitY', 'degrees');
  const full = Math.max(x.full, y.full);
  const at = (f: number) => ({ ...x.at(f), limitY: y.at(f).limitY });
  return full > 0 ? [{ option: 'limit', unit: 'degrees', full, at }] : [];
}
