import { closest, InternalError, UserError } from '../core/index.js';
import { controlDefinitions, controlTwins, type ControlKind } from './controls/index.js';
import type { Definition } from './definition/definition.js';
import { instantiate } from './definition/instantiate.js';
import { pilDefinitions } from './pil/index.js';
import { thesisDefinitions, transformDefinitions, type TransformName } from './transforms/index.js';
import type { Params, Transform, TransformSpec } from './transform.js';

// Some of the baselines' operations are augmentations themselves: the same ones.
const definitions: readonly Definition[] = [
  ...new Set<Definition>([
    ...transformDefinitions,
    ...pilDefinitions,
    ...Object.values(controlDefinitions).flat(),
  ]),
];

const byName = new Map(definitions.map((definition) => [definition.name, definition]));
if (byName.size !== definitions.length) throw new InternalError('Two transforms share a name.');

/** Names of all transforms, the wide set: the fifteen of the thesis in the order of its table 5.1, then others. */
export const transformNames: readonly TransformName[] = transformDefinitions.map((d) => d.name);

/** Names of the fifteen transforms of the thesis, in the order of its table 5.1. */
export const thesisNames: readonly TransformName[] = thesisDefinitions.map((d) => d.name);

/** Names of the operations that RandAugment, TrivialAugment and the standard augmentation are made of. */
export const baselineTransformNames: readonly string[] = pilDefinitions.map((d) => d.name);

/** Names of the controls, by kind. */
export const controlNames: Readonly<Record<ControlKind, readonly string[]>> = {
  negative: controlDefinitions.negative.map((d) => d.name),
  harmless: controlDefinitions.harmless.map((d) => d.name),
  positive: controlDefinitions.positive.map((d) => d.name),
};

/** Names of the controls by kind, without those that do what one of these augmentations does. */
export function controlsFor(
  augmentations: readonly TransformSpec[],
): Record<ControlKind, string[]> {
  const left = augmentations.map(({ name }) => controlTwins[name]);
  const usable = (kind: ControlKind): string[] =>
    controlNames[kind].filter((name) => !left.includes(name));
  return {
    negative: usable('negative'),
    harmless: usable('harmless'),
    positive: usable('positive'),
  };
}

/**
 * The fifteen transforms with their defaults: crops of 25/32 of the sides, which are the thesis's
 * (h - 7, w - 7) at 32 and (h - 14, w - 14) at 64 pixels.
 *
 * @param options given to every transform, e.g. `{ semantics: 'albumentations-0.1.1' }`.
 */
export function thesisSet(options: Params = {}): TransformSpec[] {
  return thesisNames.map((name) => ({ name, options: { ...options } }));
}

/**
 * The transform that a specification names: one of `transformNames`, `baselineTransformNames` or `controlNames`.
 *
 * @throws UserError `TRANSFORM_UNKNOWN`, `TRANSFORM_OPTION`, with the nearest known name.
 */
export function createTransform(spec: TransformSpec): Transform {
  return instantiate(definitionOf(spec.name), spec.options);
}

/** True for one of `transformNames`. */
export function isTransformName(name: string): name is TransformName {
  return transformDefinitions.some((definition) => definition.name === name);
}

/** True for transforms whose result is a window of the image; false for unknown names too. */
export function cutsWindow(name: string): boolean {
  return byName.get(name)?.cutsWindow === true;
}

/** @throws UserError `TRANSFORM_UNKNOWN`. */
export function definitionOf(name: string): Definition {
  const definition = byName.get(name);
  if (definition === undefined) throw unknownTransform(name);
  return definition;
}

function unknownTransform(name: string): UserError {
  const names = [...byName.keys()];
  const near = closest(String(name), names);
  return new UserError('TRANSFORM_UNKNOWN', `Unknown transform "${name}".`, {
    expected: names.join(', '),
    got: String(name),
    remedy: near === undefined ? undefined : `did you mean "${near}"?`,
  });
}
