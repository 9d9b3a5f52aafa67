import { define } from '../definition.js';
import { shiftReflect } from '../kernels/shift.js';

/** Whole pixels to the right and down. */
type Parameters = { dx: number; dy: number };

/** Harmless control: shifts by one pixel into one of the eight directions, reflect-101 border. */
export const controlShift1 = define<Record<string, never>, Parameters>({
  name: 'ControlShift1',
  kind: 'geometric',
  options: () => ({}),
  sample: (_options, rng) => {
    // The nine shifts without the middle one.
    const k = rng.int(0, 8);
    const cell = k < 4 ? k : k + 1;
    return { dx: (cell % 3) - 1, dy: Math.floor(cell / 3) - 1 };
  },
  params: (reader) => ({
    dx: reader.number('dx', { min: -1, max: 1, integer: true }),
    dy: reader.number('dy', { min: -1, max: 1, integer: true }),
  }),
  isIdentity: ({ dx, dy }, size) =>
    (dx === 0 || size.width === 1) && (dy === 0 || size.height === 1),
  image: (image, { dx, dy }, dst) =>
    shiftReflect(image.data, image.width, image.height, image.channels, dx, dy, undefined, dst),
  mask: (mask, { dx, dy }, fill, dst) =>
    shiftReflect(mask.data, mask.width, mask.height, 1, dx, dy, fill, dst),
});
