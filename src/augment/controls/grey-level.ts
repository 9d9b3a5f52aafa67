import { define } from '../definition.js';
import { applyLut } from '../fast/lut.js';

/** Harmless control: one grey level brighter or darker. */
export const controlGreyLevel = define<Record<string, never>, { levels: number }>({
  name: 'ControlGreyLevel',
  kind: 'photometric',
  options: () => ({}),
  sample: (_options, rng) => ({ levels: rng.bool() ? 1 : -1 }),
  params: (reader) => ({ levels: reader.number('levels', { min: -1, max: 1, integer: true }) }),
  isIdentity: ({ levels }) => levels === 0,
  image: (image, { levels }, dst) => {
    const table = Uint8Array.from({ length: 256 }, (_, i) =>
      Math.min(255, Math.max(0, i + levels)),
    );
    applyLut(image.data, table, dst);
  },
});
