import { isotonic, unboundedInterval, type PairedMean } from '../../metrics/index.js';
import { answersFall } from './grade.js';
import { atRest, halfKnown, type HarmGrowth } from './harm-growth.js';

/** What was measured of harm at one magnitude. */
export interface HarmAtMagnitude {
  /** By the probability of the true class, over all classes. */
  readonly lost: PairedMean;
  /** By right and wrong answers. */
  readonly answers: PairedMean;
  /** How harm grew while the network was trained, where that was measured. */
  readonly growth?: HarmGrowth;
}

/** Harm at one magnitude beside what the fit makes of it. */
export interface HarmFit {
  readonly harm: number;
  /** By the isotonic fit. */
  readonly harmFitted: number;
  /** The upper limit of the fit: the half-width of harm's 95 % interval above it. */
  readonly harmHigh: number;
}

/** A standard error of 0 would weigh without bound. */
const leastError = 1e-4;

/** Harm by rising magnitude, fitted so that it never falls: isotonic regression, weights 1 / SE^2. */
export function risingHarm(lost: readonly PairedMean[]): Float64Array {
  return isotonic(
    lost.map(({ mean }) => mean),
    lost.map(({ standardError }) => Math.max(leastError, standardError) ** -2),
  );
}

/**
 * How far a magnitude may reach before labels break: harm is fitted as a rising function of the magnitude (isotonic
 * regression, weights 1 / SE^2), and the range ends before the first magnitude at which the fit's upper limit reaches the
 * margin, or one of the guards of label-keeping fails (`gradeOf`). Intervals are not corrected for the number of
 * magnitudes.
 *
 * @param points by rising magnitude
 * @param known how far the task is known (`knownShare`)
 * @returns the fit at every point, and the index of the last that keeps the labels; -1 where none does
 */
export function harmByMagnitude(
  points: readonly HarmAtMagnitude[],
  { known, harmMargin }: { readonly known: number; readonly harmMargin: number },
): { readonly fits: HarmFit[]; readonly last: number } {
  const fitted = risingHarm(points.map(({ lost }) => lost));
  const fits = points.map(({ lost }, i): HarmFit => {
    const half = unboundedInterval(lost, 0.05).high - lost.mean;
    return { harm: lost.mean, harmFitted: fitted[i], harmHigh: fitted[i] + half };
  });
  const keeps = points.map(
    ({ answers, growth }, i) =>
      fits[i].harmHigh < harmMargin &&
      !answersFall(answers, harmMargin) &&
      (growth === undefined ? known >= halfKnown : atRest(growth, known, harmMargin)),
  );
  const first = keeps.indexOf(false);
  return { fits, last: (first < 0 ? points.length : first) - 1 };
}
