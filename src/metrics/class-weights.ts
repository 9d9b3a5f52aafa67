/**
 * Weights that balance classes of unequal size: the median of the classes' pixels, divided by each one's pixels. A
 * class that does not occur has weight 0 and is left out of the median.
 *
 * Source: median frequency balancing, Eigen and Fergus (2015), section 6.1; here over all pixels of the set.
 *
 * @param pixels `[classes]`, how many pixels each class has
 * @returns `[classes]`
 */
export function classWeights(pixels: Float64Array): number[] {
  const present = pixels.filter((n) => n > 0).sort();
  const middle = present.length >> 1;
  const median =
    present.length % 2 === 1 ? present[middle] : (present[middle - 1] + present[middle]) / 2;
  return Array.from(pixels, (n) => (n === 0 ? 0 : median / n));
}
