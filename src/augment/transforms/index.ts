import type { Definition } from '../definition/definition.js';
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

/** Every transform. Add new ones behind the thesis's fifteen, which stay the default set. */
export const transformDefinitions = [...thesisDefinitions] as const satisfies readonly Definition[];

type TransformDefinition = (typeof transformDefinitions)[number];

/** One of the transforms. */
export type TransformName = TransformDefinition['name'];

/** Options of each transform by its name; every one may be left out. */
export type OptionsOf = {
  [D in TransformDefinition as D['name']]: GivenTo<D>;
};

type GivenTo<D> = D extends Definition<string, infer G> ? G : never;
