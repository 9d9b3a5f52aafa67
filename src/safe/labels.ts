import type { TransformSpec } from '../augment/types.js';
import { controls, type ControlKind } from './controls.js';

/** One output of the recognition head. */
export interface Label {
  readonly spec: TransformSpec;
  readonly kind: 'augmentation' | ControlKind;
  /** Cuts a window whose surroundings are filled up by mirroring. */
  readonly window: boolean;
}

/** The augmentations in their order, then the controls: the recognition head's outputs. */
export function labelsFor(
  augmentations: readonly TransformSpec[],
  withControls: boolean,
  isWindow: (spec: TransformSpec) => boolean = () => false,
): Label[] {
  const own = augmentations.map((spec): Label => ({
    spec,
    kind: 'augmentation',
    window: isWindow(spec),
  }));
  if (!withControls) return own;
  return [
    ...own,
    ...controls.map(({ name, kind }): Label => ({ spec: { name }, kind, window: false })),
  ];
}
