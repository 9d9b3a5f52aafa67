import { define, sameSize } from '../definition/definition.js';
import { addNormalNoise } from '../kernels/noise.js';

/** Standard deviation in grey levels: a fifth of the range. */
const deviation = 50;

/** Positive control: normally distributed noise with a standard deviation of 50 grey levels. */
export const controlHeavyNoise = define({
  name: 'ControlHeavyNoise',
  versioned: false,
  options: () => ({}),
  sample: (_options, rng) => ({ seed: rng.uint32() }),
  params: (reader) => ({
    seed: reader.number('seed', { min: 0, max: 2 ** 32 - 1, integer: true }),
  }),
  outputSize: sameSize,
  isIdentity: () => false,
  cutsWindow: false,
  image: (image, { seed }, dst) =>
    addNormalNoise(image.data, image.channels, seed, 0, deviation, false, dst),
  mask: null,
  lut: null,
  magnitudes: () => [],
  albumentations: null,
  torchvision: null,
});
