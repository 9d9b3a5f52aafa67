import { controlNames, type ControlKind } from '../augment/index.js';

export type { ControlKind } from '../augment/index.js';

export interface Control {
  readonly name: string;
  readonly kind: ControlKind;
}

/**
 * Controls learned as further labels in every run. They are the yardstick of the verdicts: what
 * "nothing there" scores, how recognisable a harmless change is, and whether the network has learned
 * to look at all.
 */
export const controls: readonly Control[] = (['negative', 'harmless', 'positive'] as const).flatMap(
  (kind) => controlNames[kind].map((name) => ({ name, kind })),
);
