import { define, sameSize } from '../definition/definition.js';
import { applyLut } from '../kernels/lut.js';

const negative = Uint8Array.from({ length: 256 }, (_, i) => 255 - i);

/** Positive control: the photographic negative. */
export const controlInvert = define({
  name: 'ControlInvert',
  versioned: false,
  options: () => ({}),
  sample: () => ({}),
  params: () => ({}),
  outputSize: sameSize,
  isIdentity: () => false,
  cutsWindow: false,
  image: (image, _params, dst) => applyLut(image.data, negative, dst),
  mask: null,
  lut: null,
  magnitudes: () => [],
  albumentations: null,
  torchvision: null,
});
