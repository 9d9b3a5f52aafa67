import { define, sameSize } from '../definition/definition.js';
import { applyLut } from '../kernels/lut.js';

/** The two upper bits of every value, spread over the whole range. */
const fourLevels = Uint8Array.from({ length: 256 }, (_, i) => (i >> 6) * 85);

/** Positive control: four grey levels a channel. */
export const controlPosterize = define({
  name: 'ControlPosterize',
  versioned: false,
  options: () => ({}),
  sample: () => ({}),
  params: () => ({}),
  outputSize: sameSize,
  isIdentity: () => false,
  cutsWindow: false,
  image: (image, _params, dst) => applyLut(image.data, fourLevels, dst),
  mask: null,
  lut: null,
  magnitudes: () => [],
  albumentations: null,
  torchvision: null,
});
