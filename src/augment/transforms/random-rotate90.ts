import { withoutArguments } from '../definition/albumentations-form.js';
import { define } from '../definition/definition.js';
import { rotate90 } from '../kernels/quarter-turns.js';

type Quarters = 0 | 1 | 2 | 3;

/** Turns counter-clockwise by 0, 90, 180 or 270 degrees, each with probability 1/4 (numpy.rot90). */
export const randomRotate90 = define({
  name: 'RandomRotate90',
  versioned: false,
  options: () => ({}),
  sample: (_options, rng) => ({ factor: rng.int(0, 4) }),
  params: (reader) => ({ factor: reader.number('factor', { min: 0, max: 3, integer: true }) }),
  outputSize: ({ factor }, { width, height }) =>
    factor % 2 === 0 ? { width, height } : { width: height, height: width },
  isIdentity: ({ factor }, { width, height }) => factor === 0 || (width === 1 && height === 1),
  cutsWindow: false,
  image: (image, { factor }, dst) =>
    rotate90(image.data, image.width, image.height, image.channels, factor as Quarters, dst),
  mask: (mask, { factor }, _fill, dst) =>
    rotate90(mask.data, mask.width, mask.height, 1, factor as Quarters, dst),
  lut: null,
  magnitudes: () => [],
  albumentations: withoutArguments('RandomRotate90'),
  torchvision: {
    write: () => ({
      code: `v2.RandomChoice([v2.RandomRotation((a, a), expand=True) for a in (0, 90, 180, 270)])`,
    }),
    helpers: {},
  },
});
