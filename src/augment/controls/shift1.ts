import { define, sameSize } from '../definition/definition.js';
import { reflect101 } from '../kernels/border.js';

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
    shiftReflect(image.data, image.width, image.height, image.channels, dx, dy, undefined, dst),
  mask: (mask, { dx, dy }, fill, dst) =>
    shiftReflect(mask.data, mask.width, mask.height, 1, dx, dy, fill, dst),
  lut: null,
  magnitudes: () => [],
  albumentations: null,
  torchvision: null,
});

/**
 * Shifts by whole pixels, to the right by `dx` and down by `dy`; what comes in shows a reflect-101
 * border, or `fill`. `src`, `dst`: `[height, width, channels]`.
 */
function shiftReflect(
  src: Uint8Array,
  width: number,
  height: number,
  channels: number,
  dx: number,
  dy: number,
  fill: number | undefined,
  dst: Uint8Array,
): void {
  let to = 0;
  for (let y = 0; y < height; y++) {
    const sy = y - dy;
    const row = reflect101(sy, height) * width;
    for (let x = 0; x < width; x++) {
      const sx = x - dx;
      const outside = sx < 0 || sy < 0 || sx >= width || sy >= height;
      const from = (row + reflect101(sx, width)) * channels;
      for (let c = 0; c < channels; c++)
        dst[to++] = outside && fill !== undefined ? fill : src[from + c];
    }
  }
}
