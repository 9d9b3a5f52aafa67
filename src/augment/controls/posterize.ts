import { define } from '../definition.js';
import { applyLut } from '../fast/lut.js';

/** The two upper bits of every value, spread over the whole range. */
const fourLevels = Uint8Array.from({ length: 256 }, (_, i) => (i >> 6) * 85);

/** Positive control: four grey levels a channel. */
export const controlPosterize = define({
  name: 'ControlPosterize',
  kind: 'photometric',
  options: () => ({}),
  sample: () => ({}),
  params: () => ({}),
  isIdentity: () => false,
  image: (image, _params, dst) => applyLut(image.data, fourLevels, dst),
});
