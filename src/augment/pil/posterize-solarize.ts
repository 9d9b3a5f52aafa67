import { define, sameSize } from '../definition/definition.js';
import type { OptionReader } from '../definition/option-reader.js';
import { applyLut, isIdentityLut } from '../kernels/lut.js';
import { drawLevel, readLevel, type GivenLevel } from './level.js';

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
  magnitudes: () => [],
  albumentations: null,
  torchvision: null,
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
  magnitudes: () => [],
  albumentations: null,
  torchvision: null,
});

function solarizeTable({ threshold }: Threshold): Uint8Array {
  return Uint8Array.from({ length: 256 }, (_, value) => (value < threshold ? value : 255 - value));
}
