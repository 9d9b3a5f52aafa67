import { createTransform, type Magnitude, type TransformSpec } from '../augment/index.js';
import type { Size } from '../image/types.js';

/** The magnitudes of a transform for images of this size, all at its own options; none for those that have no strength. */
export function magnitudesOf(spec: TransformSpec, size: Size): Magnitude[] {
  return createTransform(spec).magnitudes(size);
}
