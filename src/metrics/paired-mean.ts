/**
 * What a score of an image is: `binary` where it is 0 or 1, such as a right answer or a recognition, also as a mean
 * over draws or seeds of the same image; `continuous` where it is any number, such as a probability or an image's
 * part in a mean IoU.
 */
export type ScoreKind = 'binary' | 'continuous';

/** What the mean of per-image differences needs for any interval or test. */
export interface PairedMean {
  /** Images; where these come in groups, groups. */
  readonly n: number;
  readonly mean: number;
  /** Standard error of the mean; 0 only where continuous differences are all equal. */
  readonly standardError: number;
  /** Skewness of the differences, by which an interval is longer on one side; 0 for binary scores. */
  readonly skewness: number;
  /** How far the difference of an image not seen may lie from the mean: all that is known where all are equal. */
  readonly reach: number;
  /** Degrees of freedom of Student's t. Default: n - 1. */
  readonly degrees?: number;
}

/**
 * The paired mean that fits the kind of score: `binaryPairedMean` or `continuousPairedMean`.
 *
 * @param groupOf where images come in groups, the group is the observation: the mean is that of the images, all else
 *   goes by the groups' parts in it (`overGroups`). Of a single group nothing is known of others: its standard error is that
 *   of one observation
 */
export function pairedMean(
  differences: Float64Array,
  kind: ScoreKind,
  groupOf?: GroupOf,
): PairedMean {
  const of = kind === 'binary' ? binaryPairedMean : continuousPairedMean;
  if (groupOf === undefined) return of(differences);
  const { values, mean, degrees } = overGroups(differences, groupOf);
  return { ...of(values), mean, degrees };
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
    ...p,
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

/** Which of the images belong together, such as frames of one track: `[n]`, equal numbers for images of one group. */
export type GroupOf = Int32Array;

/** Groups as observations, in place of images. */
export interface OverGroups {
  /** `[groups]`, each group's jackknife pseudo-value of the mean over images. */
  readonly values: Float64Array;
  /** Mean over images. */
  readonly mean: number;
  /** Of Student's t: the groups that would weigh as much if all were equally large, less 1; at least 1. */
  readonly degrees: number;
}

/**
 * The groups' part in a mean over images: G m - (G - 1) m_g, where m is the mean of all images and m_g that without
 * group g. Among groups of one size it is the group's own mean. Images of a group may depend on each other as they like:
 * the group is the observation. Groups of different sizes weigh differently, so that there are fewer degrees of freedom
 * than groups: n^2 / (sum of squared sizes) of them count (Kish's effective number).
 *
 * Sources: Miller (1974), The jackknife - a review; Kish (1965), Survey Sampling, section 8.2. Coverage:
 * docs/results/intervals.md, docs/decisions/069-groups.md.
 *
 * @param values `[n]`, one of each image
 */
export function overGroups(values: Float64Array, groupOf: GroupOf): OverGroups {
  const places = new Map<number, number>();
  const sizes: number[] = [];
  const sums: number[] = [];
  let total = 0;
  values.forEach((value, i) => {
    let g = places.get(groupOf[i]);
    if (g === undefined) {
      g = sizes.length;
      places.set(groupOf[i], g);
      sizes.push(0);
      sums.push(0);
    }
    sizes[g]++;
    sums[g] += value;
    total += value;
  });
  const n = values.length;
  const groups = sizes.length;
  const mean = n === 0 ? 0 : total / n;
  const squares = sizes.reduce((sum, size) => sum + size * size, 0);
  return {
    values: Float64Array.from(sizes, (size, g) => {
      if (groups === 1) return mean;
      const without = (total - sums[g]) / (n - size);
      return mean + (groups - 1) * (mean - without);
    }),
    mean,
    // Whole, as the distribution function asks; what is left of rounding does not cost one.
    degrees: Math.max(1, Math.floor((n * n) / Math.max(1, squares) + 1e-9) - 1),
  };
}
