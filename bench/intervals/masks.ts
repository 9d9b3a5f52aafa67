import type { Rng } from '../../src/core/index.js';
import { emptyRegions, iouOf, meanOfPresent, type Regions } from '../../src/metrics/index.js';
import type { Ends } from './methods.js';

/** The same images segmented twice: `[images, 3]` counts of each. */
export interface SegmentedTwice {
  readonly applied: Regions;
  readonly without: Regions;
}

const pixels = 400;
const classes = 3;

/**
 * Images of two common classes, and of a third one in 15 % of them, which is recognised worse.
 *
 * @param loss of an image's right pixels, as a share, drawn anew for each image
 */
export function segmentedTwice(
  images: number,
  rng: Rng,
  loss: (rng: Rng) => number,
): SegmentedTwice {
  const applied = emptyRegions(images, classes);
  const without = emptyRegions(images, classes);
  for (let i = 0; i < images; i++) {
    const rare = rng.float() < 0.15 ? 0.2 * rng.float() : 0;
    const first = (0.4 + 0.4 * rng.float()) * (1 - rare);
    const sizes = [first, 1 - rare - first, rare].map((share) => Math.round(share * pixels));
    const right = 0.6 + 0.39 * Math.sqrt(rng.float());
    fill(without, i, sizes, right);
    fill(applied, i, sizes, right - loss(rng));
  }
  return { applied, without };
}

/** Wrong pixels of the first class are taken for the second, all others for the first. */
function fill(into: Regions, image: number, sizes: readonly number[], share: number): void {
  sizes.forEach((size, c) => {
    const own = share - (c === 2 ? 0.15 : 0);
    const right = Math.round(size * Math.min(1, Math.max(0, own)));
    const at = image * classes;
    into.truth[at + c] += size;
    into.intersections[at + c] += right;
    into.unions[at + c] += size;
    into.unions[at + (c === 0 ? 1 : 0)] += size - right;
  });
}

/** Losses as harmless augmentations cause them, and as those do that break some images. */
export const losses: Readonly<Record<string, (rng: Rng) => number>> = {
  'some gain, some lose, by a few hundredths': (rng) => 0.04 * (0.45 - rng.float()),
  'all lose .02, 15 % up to .32': (rng) => 0.02 + (rng.float() < 0.15 ? 0.3 * rng.float() : 0),
};

/**
 * Each image's influence on the mean IoU, the alternative to `iouContributions`: mean over classes of
 * images (intersection_ic - IoU_c union_ic) / union_c, added to the mean IoU.
 *
 * Source: Cochran (1977), section 6.3.
 */
export function influenceValues(regions: Regions): Float64Array {
  const { intersections, unions } = regions;
  const iou = iouOf(regions);
  const whole = meanOfPresent(iou);
  const images = unions.length / classes;
  const totals = new Float64Array(classes);
  unions.forEach((count, at) => (totals[at % classes] += count));
  const present = [...iou.keys()].filter((c) => !Number.isNaN(iou[c]));
  return Float64Array.from({ length: images }, (_, i) => {
    const at = i * classes;
    const sum = present.reduce(
      (s, c) => s + (intersections[at + c] - iou[c] * unions[at + c]) / totals[c],
      0,
    );
    return whole + (images * sum) / present.length;
  });
}

/** The change of the mean IoU by the percentile bootstrap over images, 95 %. */
export function bootstrapChange({ applied, without }: SegmentedTwice, rng: Rng): Ends {
  const images = applied.unions.length / classes;
  const resamples = 400;
  const weights = new Float64Array(images);
  const changes = Float64Array.from({ length: resamples }, () => {
    weights.fill(0);
    for (let i = 0; i < images; i++) weights[rng.int(0, images)]++;
    return meanOfPresent(iouOf(applied, weights)) - meanOfPresent(iouOf(without, weights));
  }).sort();
  return [changes[0.025 * resamples], changes[0.975 * resamples]];
}
