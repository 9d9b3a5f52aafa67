import { mean, type Estimate, type PairedMean } from '../../metrics/index.js';

// Cross-fitted judging: folds of the images, each judged by a network that has not seen it.

/** `[n]`, the fold of each image of a pass, from 0: the network of that fold scores it. */
export type FoldOf = Int32Array;

/**
 * How much wider intervals over folds are. Images that judge one network have trained the others, so that differences of different
 * folds depend on each other; without this factor intervals for 95 % cover about 93 % (docs/decisions/074-cross-fitted-judging.md).
 */
const widening = 1.08;

/** The folds that images are in: 1 where there is one network for all. */
export function foldsIn(folds: FoldOf | undefined): number {
  return folds === undefined ? 1 : folds.reduce((most, fold) => Math.max(most, fold), 0) + 1;
}

/** A paired mean over images of several folds, with its standard error widened; of one network, as it is. */
export function overFolds(p: PairedMean, folds: FoldOf | undefined): PairedMean {
  return folds === undefined
    ? p
    : { ...p, standardError: widening * p.standardError, reach: widening * p.reach };
}

/** An interval over images of several folds, widened about its value and cut to [least, most]; of one network, as it is. */
export function intervalOverFolds(
  { value, low, high }: Estimate,
  folds: FoldOf | undefined,
  [least, most]: readonly [number, number],
): Estimate {
  if (folds === undefined) return { value, low, high };
  return {
    value,
    low: Math.max(least, value - widening * (value - low)),
    high: Math.min(most, value + widening * (high - value)),
  };
}

/** Those of the values whose image is in a fold. @param folds of each value; undefined: all are in the first */
export function inFold(
  values: Float64Array,
  folds: FoldOf | undefined,
  fold: number,
): Float64Array {
  return folds === undefined ? values : values.filter((_, i) => folds[i] === fold);
}

/** A figure of each fold, found from its own images. */
export function eachFold<T>(folds: FoldOf | undefined, of: (fold: number) => T): T[] {
  return Array.from({ length: foldsIn(folds) }, (_, fold) => of(fold));
}

/** Centre and spread of values: their mean and standard deviation. */
export function scaleOf(values: Float64Array): { centre: number; spread: number } {
  const centre = mean(values);
  return { centre, spread: Math.sqrt(mean(values.map((v) => (v - centre) ** 2))) };
}
