import { define, sameSize } from '../definition/definition.js';
import { shiftPixels } from '../kernels/shift-pixels.js';

/** Harmless control: shifts by one pixel into one of the eight directions, reflect-101 border. */
export const controlShift1 = define({
  name: 'ControlShift1',
  versioned: false,
  options: () => ({}),
  sample: (_options, rng) => {
    // The nine shifts without the middle one, in whole pixels to the right and down.
    const k = rng.int(0, 8);
    const cell = k < 4 ? k : k + 1;
    return { dx: (cell % 3) - 1, dy: Math.floor(cell / 3) - 1 };
  },
  params: (reader) => ({
    dx: reader.number('dx', { min: -1, max: 1, integer: true }),
    dy: reader.number('dy', { min: -1, max: 1, integer: true }),
  }),
  outputSize: sameSize,
  isIdentity: ({ dx, dy }, size) =>
    (dx === 0 || size.width === 1) && (dy === 0 || size.height === 1),
  cutsWindow: false,
  image: (image, { dx, dy }, dst) =>
    shiftPixels(image.data, image.width, image.height, image.channels, dx, dy, undefined, dst),
  mask: (mask, { dx, dy }, fill, dst) =>
    shiftPixels(mask.data, mask.width, mask.height, 1, dx, dy, fill, dst),
  lut: null,
  magnitudes: () => [],
  albumentations: null,
  torchvision: null,
});
