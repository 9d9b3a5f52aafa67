import { normalCdf, normalQuantile } from './distributions.js';

// Levels of tests that are done together: of many hypotheses, and of one at several looks.

/**
 * Levels at which each of K tests is done under Holm's step-down procedure.
 *
 * The r-th smallest p-value (r from 0) is tested at alpha / (K - r); from the first that fails on, all
 * that follow keep the failing one's level. An interval built at test k's level then agrees with its
 * test, and the chance of any false rejection among all K is at most alpha.
 *
 * Source: Holm (1979), A simple sequentially rejective multiple test procedure.
 *
 * Where tests look at growing evidence, each is done at the level that its look has of the one that is Holm's (Maurer and Bretz,
 * 2013, Multiple testing in group sequential trials using graphical approaches). Once rejected, a test stays so, as long as its
 * p-value and its look do.
 *
 * @param p `[K]` p-values
 * @param alpha family-wise error rate, in (0, 1)
 * @param lookOf the level of test k's look at evidence, where all its looks together have `level`. Default: one look
 * @returns `[K]` level of each, in the order of `p`
 */
export function holmLevels(
  p: ArrayLike<number>,
  alpha: number,
  lookOf: (k: number, level: number) => number = (_, level) => level,
): Float64Array {
  const levels = new Float64Array(p.length);
  const open = new Set(Array.from({ length: p.length }, (_, k) => k));
  while (open.size > 0) {
    const level = alpha / open.size;
    const rejected = [...open].filter((k) => p[k] <= lookOf(k, level));
    if (rejected.length === 0) {
      for (const k of open) levels[k] = level;
      break;
    }
    const next = rejected.reduce((a, b) => (p[b] < p[a] ? b : a));
    levels[next] = level;
    open.delete(next);
  }
  return levels;
}

/** One of several looks at growing evidence, at each of which a test may stop. */
export interface Inspection {
  /** Part of the error rate's time that has passed, in (0, 1]; set before anything is seen. */
  readonly time: number;
  /** What is known by then: 1 / SE^2, in any unit; grows from look to look. */
  readonly information: number;
}

/**
 * Share of an error rate that may be spent by a time in (0, 1]: its cube, little at first and most at the end.
 *
 * Source: Kim and DeMets (1987), Design and analysis of group sequential tests based on the type I error spending rate function.
 */
export function spentBy(time: number): number {
  return time ** 3;
}

/** Two estimates are taken to differ by at least this part of what is known: less would need a finer grid. */
const leastGain = 0.02;
/** Points of the grid on which the distribution of what goes on is kept, and how many standard deviations it reaches down. */
const points = 128;
/** Newton's method takes five or six. */
const mostSteps = 40;
const reach = 8;

/**
 * The level at which a test is done at the last of several looks, so that the chance of a false rejection at any of them stays
 * at the level of the whole.
 *
 * An estimate that is tested at every look has joint normal errors whose correlation is sqrt(information before / information
 * now), whether it grows by images or by further draws of the same ones. At each look the test gets what `spent` allows
 * by then beyond what was spent, among the paths that have not been stopped: by numerical integration over them.
 *
 * @param level two-sided error rate of all looks together, in (0, 1); each side gets half
 * @param looks in their order, at least one
 * @param spent the share of it that may be spent by a time. Default `spentBy`
 * @returns the two-sided level of the last look
 *
 * Sources: Armitage, McPherson and Rowe (1969), Repeated significance tests on accumulating data; Lan and DeMets (1983),
 * Discrete sequential boundaries for clinical trials.
 */
export function lookLevel(
  level: number,
  looks: readonly Inspection[],
  spent: (time: number) => number = spentBy,
): number {
  const shares = looks.map(({ time }, i) => spent(time) - (i === 0 ? 0 : spent(looks[i - 1].time)));
  const [first] = shares;
  if (looks.length === 1) return level * first;
  const variances = growing(looks.map(({ information }) => information));
  const key = [level, ...shares, ...variances].map((x) => x.toPrecision(6)).join();
  const known = solved.get(key);
  if (known !== undefined) return known;
  const found = solve(level / 2, shares, variances);
  if (solved.size >= mostSolved) solved.clear();
  solved.set(key, found);
  return found;
}

/** Labels, and Holm's levels, share most of what is asked. */
const solved = new Map<string, number>();
const mostSolved = 10_000;

/**
 * Information in units of the first look's, each at least `leastGain` above the one before. Gains are rounded up: what is taken to
 * be less correlated than it is costs level, and never gives any.
 */
function growing(information: readonly number[]): number[] {
  const steps = 20;
  const all = [1];
  for (let i = 1; i < information.length; i++) {
    const gain = Math.max(leastGain, information[i] / information[i - 1] - 1);
    all.push(all[i - 1] * (1 + Math.ceil(gain * steps - 1e-9) / steps));
  }
  return all;
}

/** @param level one-sided; `variances` are those of sums: information, of which steps are independent */
function solve(level: number, shares: readonly number[], variances: readonly number[]): number {
  let end = -normalQuantile(level * shares[0]) * Math.sqrt(variances[0]);
  // Density of the sum of those that go on, at points below the limit.
  let paths = gridTo(end, variances[0], (x) => density(x, variances[0]));
  for (let look = 1; ; look++) {
    const step = variances[look] - variances[look - 1];
    const total = Math.sqrt(variances[look]);
    end = limitOf(paths, step, level * shares[look], total);
    if (look === shares.length - 1) return 2 * normalCdf(-end / total);
    const before = paths;
    paths = gridTo(end, variances[look], (y) =>
      before.at.reduce((sum, x, p) => sum + before.weight[p] * density(y - x, step), 0),
    );
  }
}

/** What goes on: points, and the probability that each stands for. */
interface Paths {
  readonly at: Float64Array;
  readonly weight: Float64Array;
}

/**
 * The limit that paths pass with a probability in their next step: by Newton's method on its logarithm, which is concave.
 *
 * @param step variance of the step
 * @param total standard deviation after it
 */
function limitOf({ at, weight }: Paths, step: number, wanted: number, total: number): number {
  const deviation = Math.sqrt(step);
  // What all paths would pass with that probability lies above.
  let limit = -normalQuantile(wanted) * total;
  for (let i = 0; i < mostSteps; i++) {
    let above = 0;
    let slope = 0;
    for (let p = 0; p < at.length; p++) {
      const z = (at[p] - limit) / deviation;
      if (z < -reach) continue;
      above += weight[p] * normalCdf(z);
      slope += weight[p] * density(z * deviation, step);
    }
    const change = (Math.log(above / wanted) * above) / slope;
    limit += change;
    if (Math.abs(change) < 1e-9 * total) break;
  }
  return limit;
}

/** Points below `end` with their part of a density each, by the trapezoidal rule. */
function gridTo(end: number, variance: number, of: (x: number) => number): Paths {
  const start = -reach * Math.sqrt(variance);
  const width = (end - start) / (points - 1);
  const at = Float64Array.from({ length: points }, (_, i) => start + i * width);
  const weight = at.map((x, i) => of(x) * width * (i === 0 || i === points - 1 ? 0.5 : 1));
  return { at, weight };
}

const density = (x: number, variance: number): number =>
  Math.exp((-x * x) / (2 * variance)) / Math.sqrt(2 * Math.PI * variance);
