import { define, sameSize } from '../definition/definition.js';
import { addLevels } from '../kernels/lut.js';

/** Harmless control: one grey level brighter or darker. */
export const controlGreyLevel = define({
  name: 'ControlGreyLevel',
  versioned: false,
  options: () => ({}),
  sample: (_options, rng) => ({ levels: rng.bool() ? 1 : -1 }),
  params: (reader) => ({ levels: reader.number('levels', { min: -1, max: 1, integer: true }) }),
  outputSize: sameSize,
  isIdentity: ({ levels }) => levels === 0,
  cutsWindow: false,
  image: (image, { levels }, dst) => addLevels(image.data, levels, dst),
  mask: null,
  lut: null,
  magnitudes: () => [],
  albumentations: null,
  torchvision: null,
});
