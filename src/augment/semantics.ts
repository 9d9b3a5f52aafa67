import { semanticsNames } from './definition.js';
import type { Reader } from './reader.js';
import type { Params } from './types.js';

/** Reads the optional parameter `semantics`; absent where it is today's. */
export function readSemantics(reader: Reader): Params {
  const semantics = reader.choice('semantics', semanticsNames, 'albumentations');
  return semantics === 'albumentations' ? {} : { semantics };
}
