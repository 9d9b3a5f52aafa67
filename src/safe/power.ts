import { pairedInterval } from '../metrics/index.js';

/**
 * Share of judging images on which an augmentation that is hardly recognised is answered differently with it and without
 * it: 0.2 to 0.35 in docs/results/cifar10-10k.
 */
const differing = 0.3;

/**
 * Half the width to expect of the 95 % interval of J for an augmentation that is hardly recognised: by the interval that
 * verdicts are made of, before anything is trained.
 *
 * @param images judging images
 */
export function expectedHalfWidth(images: number): number {
  const padded = images + 2;
  const standardError = Math.sqrt((differing * images + 1) / padded / padded);
  const { low, high } = pairedInterval(
    { n: images, mean: 0, standardError, skewness: 0, reach: 1 },
    0.05,
  );
  return (high - low) / 2;
}

/** The fewest judging images with half a width of at most this, in (0, 1). */
export function imagesFor(halfWidth: number): number {
  let images = 2;
  while (expectedHalfWidth(images) > halfWidth) images++;
  return images;
}
