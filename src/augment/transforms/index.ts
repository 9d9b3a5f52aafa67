import type { Definition } from '../definition/definition.js';
import { sharpness } from '../pil/enhance.js';
import { autoContrast, equalize } from '../pil/histogram.js';
import { posterize, solarize } from '../pil/posterize-solarize.js';
import { blur } from './blur.js';
import { centerCrop } from './center-crop.js';
import { clahe } from './clahe/clahe.js';
import { gaussNoise } from './gauss-noise.js';
import { horizontalFlip } from './horizontal-flip.js';
import { randomBrightness } from './random-brightness.js';
import { randomContrast } from './random-contrast.js';
import { randomCrop } from './random-crop.js';
import { randomGamma } from './random-gamma.js';
import { randomRotate90 } from './random-rotate90.js';
import { randomSizedCrop } from './random-sized-crop.js';
import { shiftScaleRotate } from './shift-scale-rotate/shift-scale-rotate.js';
import { toGray } from './to-gray.js';
import { transpose } from './transpose.js';
import { verticalFlip } from './vertical-flip.js';
import { gaussianBlur } from './wide/gaussian-blur.js';
import { hueSaturationValue } from './wide/hue-saturation-value.js';
import { imageCompression } from './wide/image-compression/image-compression.js';
import { perspective } from './wide/perspective.js';
import { randomErasing } from './wide/random-erasing.js';
import { randomResizedCrop } from './wide/random-resized-crop.js';
import { shearing } from './wide/shearing.js';
import { translation } from './wide/translation.js';

/** The set A of the thesis (table 5.1), in its order: what is judged where nothing else is asked for. */
export const thesisDefinitions = [
  horizontalFlip,
  verticalFlip,
  randomRotate90,
  transpose,
  toGray,
  shiftScaleRotate,
  randomCrop,
  centerCrop,
  randomSizedCrop,
  randomContrast,
  randomBrightness,
  randomGamma,
  clahe,
  blur,
  gaussNoise,
] as const satisfies readonly Definition[];

/** Every transform: the wide set. Add new ones behind the thesis's fifteen, which stay the default set. */
export const transformDefinitions = [
  ...thesisDefinitions,
  hueSaturationValue,
  translation,
  shearing,
  perspective,
  randomErasing,
  sharpness,
  posterize,
  solarize,
  equalize,
  autoContrast,
  gaussianBlur,
  imageCompression,
  randomResizedCrop,
] as const satisfies readonly Definition[];

type TransformDefinition = (typeof transformDefinitions)[number];

/** One of the transforms. */
export type TransformName = TransformDefinition['name'];

/** Options of each transform by its name; every one may be left out. */
export type OptionsOf = {
  [D in TransformDefinition as D['name']]: GivenTo<D>;
};

type GivenTo<D> = D extends Definition<string, infer G> ? G : never;
