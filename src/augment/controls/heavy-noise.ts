import { define } from '../definition.js';
import { addNormalNoise } from '../fast/noise.js';

/** Standard deviation in grey levels: a fifth of the range. */
const DEVIATION = 50;

/** Positive control: normally distributed noise with a standard deviation of 50 grey levels. */
export const controlHeavyNoise = define<Record<string, never>, { seed: number }>({
  name: 'ControlHeavyNoise',
  kind: 'photometric',
  options: () => ({}),
  sample: (_options, rng) => ({ seed: rng.uint32() }),
  params: (reader) => ({
    seed: reader.number('seed', { min: 0, max: 2 ** 32 - 1, integer: true }),
  }),
  isIdentity: () => false,
  image: (image, { seed }, dst) =>
    addNormalNoise(image.data, image.channels, seed, 0, DEVIATION, false, dst),
});
