import type { Params } from '../transform.js';
import type { OptionReader } from './option-reader.js';

/** Albumentations releases whose semantics a transform can follow: 1.3 to 2.0, or the thesis's 0.1.1. */
export type Semantics = 'albumentations' | 'albumentations-0.1.1';
export const semanticsNames = ['albumentations', 'albumentations-0.1.1'] as const;

/** Options of transforms that differ between releases. */
export interface Versioned {
  /** The Albumentations release to follow; default 'albumentations', that is 1.3 to 2.0. */
  readonly semantics?: Semantics;
}

/** True for options or parameters that ask for the release which the thesis used. */
export function isOld(params: Params): boolean {
  return params.semantics === 'albumentations-0.1.1';
}

/** The parameter `semantics` that these options ask for; none where it is today's. */
export function semanticsOf(options: Params): Params {
  return isOld(options) ? { semantics: 'albumentations-0.1.1' } : {};
}

/** Reads the optional parameter `semantics`; absent where it is today's. */
export function readSemantics(reader: OptionReader): Params {
  const semantics = reader.choice('semantics', semanticsNames, 'albumentations');
  return semantics === 'albumentations' ? {} : { semantics };
}
