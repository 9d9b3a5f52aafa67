import { define, sameSize } from '../../definition/definition.js';
import type { Limit, OptionReader, Range } from '../../definition/option-reader.js';
import { shrunk } from '../../definition/shrunk.js';
import { drawn, tuple } from '../../definition/torchvision-form.js';
import { shiftPixels } from '../../kernels/shift-pixels.js';
import type { Magnitude } from '../../transform.js';
import { affineBorder, readAffine } from './affine-form.js';

export interface TranslateOptions {
  /** Fraction of width and height; default 0.1; x stands for [-x, x]. */
  readonly limit?: Limit;
  readonly limitX?: Limit;
  readonly limitY?: Limit;
  /** Grey level outside the image, 0 to 255; default 0; null: a reflect-101 border. */
  readonly fill?: number | null;
}

type Options = { limitX: Range; limitY: Range; fill: number | null };
/** Pixels to the right and down. */
type Parameters = { dx: number; dy: number; fill: number | null };

/**
 * Shifts by whole pixels, black outside.
 *
 * Options: `limit` (fraction of width and height, default 0.1; `limitX`, `limitY` where they differ; a number x stands for
 * [-x, x]), `fill` (grey level outside, default 0; null: reflect-101). Source: Albumentations 2.0.8,
 * `Affine(translate_percent=...)`; release 1.3 shifts by fractions of a pixel, by 0.1 where nothing is given.
 */
export const translation = define({
  name: 'Translate',
  versioned: false,
  options: (reader: OptionReader<TranslateOptions>): Options => {
    const negate = (x: number): number => -x;
    const rules = { min: -1, max: 1 };
    const limit = reader.range('limit', rules, [-0.1, 0.1], negate);
    const fill = reader.has('fill') ? reader.optional('fill', grey) : 0;
    return {
      limitX: reader.range('limitX', rules, limit, negate),
      limitY: reader.range('limitY', rules, limit, negate),
      fill,
    };
  },
  sample: ({ limitX, limitY, fill }, rng, { width, height }): Parameters => ({
    // `+ 0` makes a whole zero of -0.
    dx: Math.trunc(rng.uniform(...limitX) * width) + 0,
    dy: Math.trunc(rng.uniform(...limitY) * height) + 0,
    fill,
  }),
  params: (reader): Parameters => ({
    dx: reader.number('dx', { min: -16384, max: 16384, integer: true }),
    dy: reader.number('dy', { min: -16384, max: 16384, integer: true }),
    fill: reader.optional('fill', grey),
  }),
  outputSize: sameSize,
  isIdentity: ({ dx, dy }) => dx === 0 && dy === 0,
  // What comes in at the border is filled by the transform itself.
  cutsWindow: false,
  image: ({ data, width, height, channels }, { dx, dy, fill }, dst) =>
    shiftPixels(data, width, height, channels, dx, dy, fill ?? undefined, dst),
  mask: ({ data, width, height }, { dx, dy }, fill, dst) =>
    shiftPixels(data, width, height, 1, dx, dy, fill, dst),
  lut: null,
  magnitudes: bothWays,
  albumentations: {
    write: (o, release) => ({
      name: 'Affine',
      args: {
        scale: 1,
        rotate: 0,
        shear: 0,
        translate_percent: { x: o.limitX, y: o.limitY },
        ...affineBorder(o.fill, release),
      },
    }),
    read: {
      Affine: (args) => {
        const found = readAffine(args, 'translate_percent');
        return found && { limitX: found.x, limitY: found.y, fill: found.fill };
      },
    },
  },
  torchvision: {
    // RandomAffine shifts both ways alike, and never reflects.
    write: ({ limitX, limitY, fill }) => ({
      code: drawn(
        'shifted',
        `steps, x=${tuple(limitX)}, y=${tuple(limitY)}`,
        'moves=True',
        `fill=${fill ?? 'None'}`,
      ),
    }),
    helpers: {},
  },
});

const grey = { min: 0, max: 255, integer: true };

/** Both directions shrink together. */
function bothWays(options: Options): Magnitude[] {
  const x = shrunk(options, 'limitX', 'of the sides');
  const y = shrunk(options, 'limitY', 'of the sides');
  const full = Math.max(x.full, y.full);
  const at = (f: number) => ({ ...x.at(f), limitY: y.at(f).limitY });
  return full > 0 ? [{ option: 'limit', unit: 'of the sides', full, at }] : [];
}
