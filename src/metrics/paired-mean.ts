/**
 * What a score of an image is: `binary` where it is 0 or 1, such as a right answer or a recognition, also as a mean
 * over draws or seeds of the same image; `continuous` where it is any number, such as a probability or an image's
 * part in a mean IoU.
 */
export type ScoreKind = 'binary' | 'continuous';

/** What the mean of per-image differences needs for any interval or test. */
export interface PairedMean {
  /** Images. */
  readonly n: number;
  readonly mean: number;
  /** Standard error of the mean; 0 only where continuous differences are all equal. */
  readonly standardError: number;
  /** Skewness of the differences, by which an interval is longer on one side; 0 for binary scores. */
  readonly skewness: number;
  /** How far the difference of an image not seen may lie from the mean: all that is known where all are equal. */
  readonly reach: number;
}

/** The paired mean that fits the kind of score: `binaryPairedMean` or `continuousPairedMean`. */
export function pairedMean(differences: Float64Array, kind: ScoreKind): PairedMean {
  return kind === 'binary' ? binaryPairedMean(differences) : continuousPairedMean(differences);
}

/**
 * Mean of per-image differences of 0/1 scores, each in [-1, 1], with a standard error that stays above 0 where all
 * differences are 0.
 *
 * An image is one observation however often it was drawn: its value is the mean over its draws, so
 * that draws of the same image do not count as independent. For the standard error half an image is added to each
 * cell of the paired 2x2 table, two images in all, one of which differs:
 * variance = (sum d^2 + 1) / (n + 2) - (sum d / (n + 2))^2, standard error = sqrt(variance / (n + 2)).
 * The mean itself is not shrunk. An image that changes differs by 1 or by a simple fraction, so one that differs is
 * of the right size here; among continuous differences of thousandths it would be all that counts.
 *
 * Source: Agresti and Min (2005), Simple improved confidence intervals for comparing matched proportions.
 *
 * @param differences `[n]`, per image: mean over draws of (with - without), in [-1, 1]
 */
export function binaryPairedMean(differences: Float64Array): PairedMean {
  const n = differences.length;
  let sum = 0;
  let squares = 0;
  for (const d of differences) {
    sum += d;
    squares += d * d;
  }
  const padded = n + 2;
  const shrunk = sum / padded;
  const variance = Math.max(0, (squares + 1) / padded - shrunk * shrunk);
  return {
    n,
    mean: n === 0 ? 0 : sum / n,
    standardError: Math.sqrt(variance / padded),
    skewness: 0,
    reach: 1,
  };
}

/** Differences closer to each other than this part of the largest are equal: what is between them is rounding. */
const rounding = 1e-12;

/**
 * Mean of per-image differences of continuous scores, with its plain standard error s / sqrt(n) and the skewness
 * G = sqrt(n (n - 1)) / (n - 2) m3 / m2^1.5 (bias-corrected, m2 and m3 central moments; 0 for fewer than three images).
 *
 * Where all differences are equal, as where an augmentation changes nothing, s says nothing of images not seen:
 * the standard error is 0, and intervals and tests go by `reach` (`pairedInterval`).
 *
 * What matters must occur among the images: where 3 % of images change by much and all others hardly, most samples of 20
 * hold none of the former, and no interval that goes by the sample can know of them
 * (docs/decisions/036-continuous-scores.md).
 *
 * Source of G: Joanes and Gill (1998), Comparing measures of sample skewness and kurtosis.
 *
 * @param differences `[n]`, per image: mean over draws of (with - without); of scores in [0, 1], of parts in a figure
 *   in [0, 1], or in nats
 */
export function continuousPairedMean(differences: Float64Array): PairedMean {
  const n = differences.length;
  let sum = 0;
  let least = Infinity;
  let most = -Infinity;
  for (const d of differences) {
    sum += d;
    least = Math.min(least, d);
    most = Math.max(most, d);
  }
  const mean = n === 0 ? 0 : sum / n;
  if (n < 2 || most - least <= rounding * Math.max(Math.abs(least), Math.abs(most)))
    return { n, mean, standardError: 0, skewness: 0, reach: 1 };
  let squares = 0;
  let cubes = 0;
  for (const d of differences) {
    squares += (d - mean) ** 2;
    cubes += (d - mean) ** 3;
  }
  const skewness =
    n < 3 ? 0 : ((Math.sqrt(n * (n - 1)) / (n - 2)) * (cubes / n)) / (squares / n) ** 1.5;
  return { n, mean, standardError: Math.sqrt(squares / (n - 1) / n), skewness, reach: 1 };
}

/** A paired mean in another unit, such as a part of what there is to lose. @param factor negative turns it round */
export function scaledMean(p: PairedMean, factor: number): PairedMean {
  return {
    n: p.n,
    mean: p.mean * factor,
    standardError: p.standardError * Math.abs(factor),
    skewness: p.skewness * Math.sign(factor),
    reach: p.reach * Math.abs(factor),
  };
}

/**
 * Per image: its score with something minus its score without, mean over draws.
 *
 * @param draws scores with and without it, `[n]` each, of the same images in the same order; at least one pair
 * @returns `[n]`
 */
export function meanDifferences(
  draws: readonly (readonly [Float64Array, Float64Array])[],
): Float64Array {
  return draws[0][0].map(
    (_, i) => draws.reduce((sum, [own, other]) => sum + own[i] - other[i], 0) / draws.length,
  );
}
