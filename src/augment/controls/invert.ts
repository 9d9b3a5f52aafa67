import { define } from '../definition.js';
import { applyLut } from '../fast/lut.js';

const negative = Uint8Array.from({ length: 256 }, (_, i) => 255 - i);

/** Positive control: the photographic negative. */
export const controlInvert = define({
  name: 'ControlInvert',
  kind: 'photometric',
  options: () => ({}),
  sample: () => ({}),
  params: () => ({}),
  isIdentity: () => false,
  image: (image, _params, dst) => applyLut(image.data, negative, dst),
});
