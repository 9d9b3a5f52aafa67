import { define, isOld } from '../definition.js';
import { applyGamma, gammaLut } from '../fast/gamma.js';
import { isIdentityLut } from '../kernels/lut.js';
import type { Range } from '../reader.js';
import { readSemantics } from '../semantics.js';

type Parameters = { gamma: number };

/**
 * Raises every value, as a fraction of 255, to the power `gamma`, drawn from `gammaLimit` / 100
 * (percent, default [80, 120]). Source: Albumentations 1.3, `gamma_transform`.
 *
 * Albumentations 0.1.1 draws whole percents and takes 1 / gamma as the exponent.
 */
export const randomGamma = define<{ gammaLimit: Range }, Parameters>({
  name: 'RandomGamma',
  kind: 'photometric',
  versioned: true,
  options: (reader) => ({
    gammaLimit: reader.range('gammaLimit', { min: 1 }, [80, 120], () => 1),
  }),
  sample: (options, rng) => {
    const [low, high] = options.gammaLimit;
    if (!isOld(options)) return { gamma: rng.uniform(low, high) / 100 };
    return {
      gamma: rng.int(Math.ceil(low), Math.floor(high) + 1) / 100,
      semantics: 'albumentations-0.1.1',
    };
  },
  params: (reader) => ({
    gamma: reader.number('gamma', { min: 0.01 }),
    ...readSemantics(reader),
  }),
  isIdentity: (params) => isIdentityLut(lutOf(params)),
  lut: lutOf,
  image: (image, params, dst) => {
    if (params.gamma === 1) dst.set(image.data);
    else applyGamma(image.data, exponentOf(params), dst);
  },
});

/** A gamma of 1 is the identity here; in Albumentations cutting off takes one level from some values. */
function lutOf(params: Parameters): Uint8Array {
  const table = new Uint8Array(256);
  if (params.gamma === 1) for (let i = 0; i < 256; i++) table[i] = i;
  else gammaLut(exponentOf(params), table);
  return table;
}

function exponentOf(params: Parameters): number {
  return isOld(params) ? 1 / params.gamma : params.gamma;
}
