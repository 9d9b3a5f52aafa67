import type { AlbumentationsForm } from '../../definition/albumentations-form.js';
import { define, sameSize } from '../../definition/definition.js';
import type { Limit, OptionReader, Range } from '../../definition/option-reader.js';
import { shrunk } from '../../definition/shrunk.js';
import { drawn, tuple } from '../../definition/torchvision-form.js';
import { applyLut } from '../../kernels/lut.js';
import type { Magnitude } from '../../transform.js';
import { addedTable, shiftHsv } from './hsv.js';

export interface HueSaturationValueOptions {
  /** Added to the hue, of 180 in a circle; default 20; x stands for [-x, x]. */
  readonly hueShiftLimit?: Limit;
  /** Added to the saturation, of 255; default 30. */
  readonly satShiftLimit?: Limit;
  /** Added to the value, of 255; default 20. */
  readonly valShiftLimit?: Limit;
}

type Limits = { hueShiftLimit: Range; satShiftLimit: Range; valShiftLimit: Range };

/** Hue in 1/180 of a circle; saturation and value in 1/255. */
type Parameters = { hue: number; saturation: number; value: number };

/**
 * Adds to hue, saturation and value (HSV with 8 bits, hue from 0 to 179). Grey pixels stay grey; of images with one channel
 * only the value changes.
 *
 * Options: `hueShiftLimit` (default 20), `satShiftLimit` (30), `valShiftLimit` (20); a number x stands for [-x, x].
 * Of all three only whole numbers count. Source: Albumentations 2.0.8, `shift_hsv`, with its defaults. Release 1.3 cuts off sums instead of
 * shifts, and saturates grey pixels too.
 */
export const hueSaturationValue = define({
  name: 'HueSaturationValue',
  versioned: false,
  options: (reader: OptionReader<HueSaturationValueOptions>): Limits => {
    const negate = (x: number): number => -x;
    return {
      hueShiftLimit: reader.range('hueShiftLimit', { min: -180, max: 180 }, [-20, 20], negate),
      satShiftLimit: reader.range('satShiftLimit', { min: -255, max: 255 }, [-30, 30], negate),
      valShiftLimit: reader.range('valShiftLimit', { min: -255, max: 255 }, [-20, 20], negate),
    };
  },
  sample: (options, rng): Parameters => ({
    hue: rng.uniform(...options.hueShiftLimit),
    saturation: rng.uniform(...options.satShiftLimit),
    value: rng.uniform(...options.valShiftLimit),
  }),
  params: (reader): Parameters => ({
    hue: reader.number('hue', { min: -180, max: 180 }),
    saturation: reader.number('saturation', { min: -255, max: 255 }),
    value: reader.number('value', { min: -255, max: 255 }),
  }),
  outputSize: sameSize,
  isIdentity: ({ hue, saturation, value }) => hue === 0 && saturation === 0 && value === 0,
  cutsWindow: false,
  image: ({ data, channels }, params, dst) => {
    const { hue, saturation, value } = params;
    if (hue === 0 && saturation === 0 && value === 0) dst.set(data);
    else if (channels === 1) applyLut(data, addedTable(value), dst);
    else shiftHsv(data, hue, saturation, value, dst);
  },
  mask: null,
  // All three values of a pixel decide.
  lut: null,
  magnitudes: eachAlone,
  albumentations: inAlbumentations(),
  torchvision: {
    // ColorJitter scales saturation and brightness instead of shifting them.
    write: ({ hueShiftLimit, satShiftLimit, valShiftLimit }) => ({
      code: drawn(
        'recoloured',
        `between, hue=${tuple(hueShiftLimit)}, saturation=${tuple(satShiftLimit)}, value=${tuple(valShiftLimit)}`,
      ),
    }),
    helpers: {},
  },
});

/** Hue, saturation and value, each of the three alone. */
function eachAlone(options: Limits): Magnitude[] {
  const alone = (key: keyof Limits, unit: string): Magnitude => {
    const own = shrunk(options, key, unit);
    const still = { hueShiftLimit: [0, 0], satShiftLimit: [0, 0], valShiftLimit: [0, 0] };
    return { ...own, at: (f) => ({ ...still, [key]: own.at(f)[key] }) };
  };
  return [
    alone('hueShiftLimit', 'of 180 in a circle'),
    alone('satShiftLimit', 'of 255'),
    alone('valShiftLimit', 'of 255'),
  ].filter((m) => m.full > 0);
}

function inAlbumentations(): AlbumentationsForm<Limits> {
  const name = 'HueSaturationValue';
  return {
    write: (o) => ({
      name,
      args: {
        hue_shift_limit: o.hueShiftLimit,
        sat_shift_limit: o.satShiftLimit,
        val_shift_limit: o.valShiftLimit,
      },
    }),
    read: {
      [name]: (args) => ({
        hueShiftLimit: args.hue_shift_limit,
        satShiftLimit: args.sat_shift_limit,
        valShiftLimit: args.val_shift_limit,
      }),
    },
  };
}
