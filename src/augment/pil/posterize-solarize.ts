import { unsupported, type AlbumentationsForm } from '../definition/albumentations-form.js';
import { define, sameSize } from '../definition/definition.js';
import type { OptionReader } from '../definition/option-reader.js';
import { applyLut, isIdentityLut } from '../kernels/lut.js';
import {
  drawLevel,
  levelArguments,
  levelMagnitude,
  readLevel,
  type GivenLevel,
  type LevelOptions,
} from './level.js';

type Bits = { bits: number };
type Threshold = { threshold: number };

/**
 * Keeps the upper bits of every value.
 *
 * Options: `magnitudes` (bits that are lost, default [0, 4]), `bins`, `bin`. Source: Pillow's
 * `ImageOps.posterize`; torchvision rounds the level to whole bits.
 */
export const posterize = define({
  name: 'Posterize',
  versioned: false,
  options: (reader: OptionReader<GivenLevel>) =>
    readLevel(reader, [0, 4], false, { min: 0, max: 7 }),
  sample: (options, rng) => ({ bits: 8 - Math.round(Math.abs(drawLevel(options, rng))) }),
  params: (reader) => ({ bits: reader.number('bits', { min: 1, max: 8, integer: true }) }),
  outputSize: sameSize,
  isIdentity: ({ bits }) => bits === 8,
  cutsWindow: false,
  image: (image, params, dst) => applyLut(image.data, posterizeTable(params), dst),
  mask: null,
  lut: { of: posterizeTable, lookedUp: true },
  magnitudes: (options) => levelMagnitude(options, 'bits'),
  albumentations: posterizeForm(),
  torchvision: {
    write: (o) => ({ code: `Levels(posterized, 0, ${levelArguments({ ...o, signed: false })})` }),
    helpers: {},
  },
});

function posterizeTable({ bits }: Bits): Uint8Array {
  const lost = 8 - bits;
  return Uint8Array.from({ length: 256 }, (_, value) => (value >> lost) << lost);
}

/**
 * Turns values from a threshold on into their negative.
 *
 * Options: `magnitudes` (255 minus the threshold, default [0, 255]), `bins`, `bin`. Source: Pillow's
 * `ImageOps.solarize`.
 */
export const solarize = define({
  name: 'Solarize',
  versioned: false,
  options: (reader: OptionReader<GivenLevel>) =>
    readLevel(reader, [0, 255], false, { min: 0, max: 256 }),
  sample: (options, rng) => ({ threshold: 255 - Math.abs(drawLevel(options, rng)) }),
  params: (reader) => ({ threshold: reader.number('threshold', { min: -1, max: 256 }) }),
  outputSize: sameSize,
  isIdentity: (params) => isIdentityLut(solarizeTable(params)),
  cutsWindow: false,
  image: (image, params, dst) => applyLut(image.data, solarizeTable(params), dst),
  mask: null,
  lut: { of: solarizeTable, lookedUp: true },
  magnitudes: (options) => levelMagnitude(options, 'grey levels below 255'),
  albumentations: solarizeForm(),
  torchvision: {
    write: (o) => ({
      code: `Levels(solarized, 0, ${levelArguments({ ...o, signed: false })})`,
    }),
    helpers: {},
  },
});

function solarizeTable({ threshold }: Threshold): Uint8Array {
  return Uint8Array.from({ length: 256 }, (_, value) => (value < threshold ? value : 255 - value));
}

/** Bits are whole numbers, drawn evenly: as many levels as there are of them. 2.0 keeps at most seven. */
function posterizeForm(): AlbumentationsForm<LevelOptions> {
  const name = 'Posterize';
  const bits = (lost: number): number => Math.min(7, Math.max(1, 8 - Math.round(lost)));
  return {
    write: ({ magnitudes: [low, high] }) => ({
      name,
      args: { num_bits: [bits(high), bits(low)] },
    }),
    read: {
      [name]: ({ num_bits: given = 4 }) => {
        const [low, high, more] = Array.isArray(given) ? given : [given, given];
        if (typeof low !== 'number' || typeof high !== 'number' || more !== undefined)
          throw unsupported(name, 'num_bits', 'a number or [low, high]', given);
        return { magnitudes: [8 - high, 8 - low], bins: Math.max(2, high - low + 1) };
      },
    },
  };
}

/** 1.3 has grey levels, 2.0 fractions of 255. */
function solarizeForm(): AlbumentationsForm<LevelOptions> {
  const name = 'Solarize';
  return {
    write: ({ magnitudes: [low, high] }, release) => ({
      name,
      args: {
        ...(release === '2.0'
          ? { threshold_range: [(255 - high) / 255, (255 - low) / 255] }
          : { threshold: [255 - high, 255 - low] }),
      },
    }),
    read: {
      [name]: ({ threshold_range: parts, threshold = 128 }) => {
        const given = parts ?? threshold;
        const [low, high] = Array.isArray(given) ? given : [given, given];
        if (typeof low !== 'number' || typeof high !== 'number')
          throw unsupported(name, 'threshold_range', '[low, high]', given);
        const unit = parts === undefined ? 1 : 255;
        return { magnitudes: [255 - unit * high, 255 - unit * low] };
      },
    },
  };
}
