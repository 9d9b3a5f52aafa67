import { define } from '../definition.js';
import { addLevels } from '../fast/lut.js';

/** Harmless control: one grey level brighter or darker. */
export const controlGreyLevel = define<Record<string, never>, { levels: number }>({
  name: 'ControlGreyLevel',
  kind: 'photometric',
  options: () => ({}),
  sample: (_options, rng) => ({ levels: rng.bool() ? 1 : -1 }),
  params: (reader) => ({ levels: reader.number('levels', { min: -1, max: 1, integer: true }) }),
  isIdentity: ({ levels }) => levels === 0,
  image: (image, { levels }, dst) => addLevels(image.data, levels, dst),
});
