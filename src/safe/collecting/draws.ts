import { createTransform, cutsWindow } from '../../augment/index.js';
import type { TransformSpec } from '../../augment/transform.js';
import { Rng } from '../../core/index.js';
import type { Size } from '../../image/image.js';
import type { Estimate } from '../../metrics/index.js';

/** Samples compared to see whether a transform draws anything. */
const probes = 8;

/** True where a transform does the same in every draw, such as a flip or a crop at the centre. */
export function drawsNothing(spec: TransformSpec, size: Size): boolean {
  const transform = createTransform(spec);
  const drawn = Array.from({ length: probes }, (_, i) =>
    JSON.stringify(transform.sample(new Rng('probe', spec.name, i), size)),
  );
  return drawn.every((params) => params === drawn[0]);
}

/** The size of the images that a transform is applied to. */
export function sizeFor(
  { name }: TransformSpec,
  { size, fullSize }: { readonly size: Size; readonly fullSize?: Size },
): Size {
  return fullSize && cutsWindow(name) ? fullSize : size;
}

/** An interval at Holm's level is about so many standard errors wide on either side. */
const usualWidth = 2.5;

/**
 * Whether an interval may leave its margin by further draws of the same images. The variance is a part that images have in common in all
 * draws and a part that draws take out: a + b / draws. Both follow from what the draws so far have taken out; after one draw
 * nothing is known of it.
 *
 * @param information 1 / variance in units of the first draw's
 */
export function mayLeave(
  { value, low, high }: Estimate,
  margin: number,
  information: number,
  draws: { readonly now: number; readonly most: number },
): boolean {
  if (draws.now === 1) return true;
  // In units of the variance now.
  const ofDraws = Math.max(0, information - 1) / (1 - 1 / draws.now);
  const ofImages = Math.max(0, 1 - ofDraws / draws.now);
  const atMost = ofImages + ofDraws / draws.most;
  const half = Math.max(high - value, value - low);
  // The estimate itself moves too: by two standard deviations of what the draws to come may change.
  const moves = ((2 * half) / usualWidth) * Math.sqrt(Math.max(0, 1 - atMost));
  return Math.abs(value - margin) + moves >= half * Math.sqrt(atMost);
}
