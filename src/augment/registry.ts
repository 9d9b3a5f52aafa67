import { closest, InternalError, UserError } from '../core/index.js';
import { controlDefinitions, type ControlKind } from './controls/index.js';
import { instantiate, type Definition } from './definition.js';
import { pilDefinitions } from './pil/index.js';
import { blur } from './transforms/blur.js';
import { centerCrop } from './transforms/center-crop.js';
import { clahe } from './transforms/clahe.js';
import { gaussNoise } from './transforms/gauss-noise.js';
import { horizontalFlip } from './transforms/horizontal-flip.js';
import { randomBrightness } from './transforms/random-brightness.js';
import { randomContrast } from './transforms/random-contrast.js';
import { randomCrop } from './transforms/random-crop.js';
import { randomGamma } from './transforms/random-gamma.js';
import { randomRotate90 } from './transforms/random-rotate90.js';
import { randomSizedCrop } from './transforms/random-sized-crop.js';
import { shiftScaleRotate } from './transforms/shift-scale-rotate.js';
import { toGray } from './transforms/to-gray.js';
import { transpose } from './transforms/transpose.js';
import { verticalFlip } from './transforms/vertical-flip.js';
import type { Params, Transform, TransformSpec } from './types.js';

/** The fifteen of the thesis, in the order of its table 5.1. */
const transforms: readonly Definition[] = [
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
];

const byName = new Map<string, Definition>(
  [...transforms, ...pilDefinitions, ...controlDefinitions.map(([, definition]) => definition)].map(
    (d) => [d.name, d],
  ),
);

/** Names of the fifteen transforms, in the order of the thesis's table 5.1. */
export const transformNames: readonly string[] = transforms.map((d) => d.name);

/** Names of the operations that RandAugment, TrivialAugment and the standard augmentation are made of. */
export const baselineTransformNames: readonly string[] = pilDefinitions.map((d) => d.name);

/** Names of the controls, by kind. */
export const controlNames: Readonly<Record<ControlKind, readonly string[]>> = {
  negative: namesOf('negative'),
  harmless: namesOf('harmless'),
  positive: namesOf('positive'),
};

function namesOf(kind: ControlKind): string[] {
  return controlDefinitions.filter(([k]) => k === kind).map(([, d]) => d.name);
}

/**
 * The fifteen transforms with their defaults: crops of 25/32 of the sides, which are the thesis's
 * (h - 7, w - 7) at 32 and (h - 14, w - 14) at 64 pixels.
 *
 * @param options given to every transform, e.g. `{ semantics: 'albumentations-0.1.1' }`.
 */
export function thesisSet(options: Params = {}): TransformSpec[] {
  return transformNames.map((name) => ({ name, options: { ...options } }));
}

/**
 * The transform that a specification names: one of `transformNames` or of `controlNames`.
 *
 * @throws UserError `TRANSFORM_UNKNOWN`, `TRANSFORM_OPTION`, with the nearest known name.
 */
export function createTransform(spec: TransformSpec): Transform {
  return instantiate(definitionOf(spec.name), spec.options);
}

/** The control of that name. @throws UserError `TRANSFORM_UNKNOWN`. */
export function createControl(name: string): Transform {
  if (controlKindOf(name) === undefined) throw unknown(name, Object.values(controlNames).flat());
  return createTransform({ name });
}

/** What kind of control a name stands for; undefined for transforms. */
export function controlKindOf(name: string): ControlKind | undefined {
  return controlDefinitions.find(([, definition]) => definition.name === name)?.[0];
}

/** @throws UserError `TRANSFORM_UNKNOWN`. */
export function definitionOf(name: string): Definition {
  const definition = byName.get(name);
  if (definition === undefined) throw unknown(name, [...byName.keys()]);
  return definition;
}

function unknown(name: string, names: readonly string[]): UserError {
  const near = closest(String(name), names);
  return new UserError('TRANSFORM_UNKNOWN', `There is no transform "${name}".`, {
    expected: names.join(', '),
    got: String(name),
    remedy: near === undefined ? undefined : `did you mean "${near}"?`,
  });
}

if (byName.size !== transforms.length + pilDefinitions.length + controlDefinitions.length)
  throw new InternalError('Two transforms share a name.');
