import {
  holmLevels,
  marginTest,
  pairedInterval,
  unboundedInterval,
  type Estimate,
  type PairedMean,
} from '../metrics/index.js';
import type { Measure, Recognition } from './measure.js';

/** The margin of J between safe and unsafe, and one sentence on how it came about. */
export interface Delta {
  readonly value: number;
  readonly from: string;
}

/**
 * Below this J a difference is of no practical interest: augmentations that keep the distribution but for the ends
 * of a range had J up to 0.14 on planted data. A few hundred judging images can resolve it.
 */
const smallestDelta = 0.15;
/** Above this J nothing may be called safe, whatever the controls say: one image in five is recognised. */
const largestDelta = 0.2;
/** A control with this J or more is not harmless for these data, so it is no yardstick. */
const notHarmless = 0.25;
/** Where no harmless control is usable: between the two bounds. */
const fallbackDelta = 0.18;

/**
 * Chooses delta: the highest upper 95 % limit of J among the harmless controls, within [0.15, 0.2]. Controls with
 * J of 0.25 or more are left out; 0.18 where none is left.
 *
 * A strong network recognises almost any change a little; what it recognises no better than a shift by one
 * pixel is not held against an augmentation. The upper limit is taken because the yardstick is itself
 * measured. docs/decisions/030-delta-rule.md has the evidence.
 *
 * @param harmless the harmless controls' measures with their names
 */
export function chooseDelta(
  harmless: readonly { readonly name: string; readonly measure: Pick<Measure, 'j'> }[],
): Delta {
  let limit = 0;
  let name = '';
  const leftOut: string[] = [];
  for (const control of harmless) {
    if (control.measure.j.mean >= notHarmless) {
      leftOut.push(control.name);
      continue;
    }
    const { high } = pairedInterval(control.measure.j, 0.05);
    if (high > limit) {
      limit = high;
      name = control.name;
    }
  }
  const without =
    leftOut.length === 0
      ? ''
      : ` (left out with J of ${notHarmless} or more: ${leftOut.join(', ')})`;
  if (name === '')
    return {
      value: fallbackDelta,
      from: `no harmless control was usable${without}, so delta is ${fallbackDelta}`,
    };
  const from = `${name} has the highest upper limit of J of the harmless controls, ${limit.toFixed(3)}${without}`;
  if (limit < smallestDelta)
    return { value: smallestDelta, from: `${from}; delta is never below ${smallestDelta}` };
  if (limit > largestDelta)
    return { value: largestDelta, from: `${from}; delta is never above ${largestDelta}` };
  return { value: limit, from };
}

/** What limits are taken from: the J of each look, and the keenest's. */
interface Looks extends Pick<Measure, 'j'> {
  readonly looks: readonly Pick<Recognition, 'j'>[];
}

/** The level of measure k's look at growing evidence, where all its looks together have `level`. */
export type LookOf = (k: number, level: number) => number;

const once: LookOf = (_, level) => level;

/**
 * Intervals of each augmentation's J, over all its looks, that agree with Holm's procedure.
 *
 * "Below the margin" needs every look below it: each is tested at the full level (an intersection-union test).
 * "Above" needs one look above it: each is tested at the level divided by the number of looks (Bonferroni).
 *
 * @param alpha error rate over all augmentations together, in (0, 1)
 * @param lookOf default: one look at each
 * @returns one for each measure, in their order
 */
export function recognitionLimits(
  measures: readonly Looks[],
  margin: number,
  alpha: number,
  lookOf = once,
): Estimate[] {
  const p = measures.map(({ looks }) => {
    // Of one augmentation: the smaller p of the two sides, doubled because both are tested.
    const tests = looks.map(({ j }) => marginTest(j, margin));
    const below = Math.max(...tests.map((t) => t.below));
    const above = Math.min(...tests.map((t) => t.above)) * looks.length;
    return Math.min(1, 2 * Math.min(below, above));
  });
  const levels = holmLevels(p, alpha, lookOf);
  return measures.map((measure, k) => recognitionInterval(measure, lookOf(k, levels[k])));
}

/**
 * The keenest look's J, between the highest lower and the highest upper limit of all looks.
 *
 * @param level two-sided error rate, in (0, 1)
 */
export function recognitionInterval({ j, looks }: Looks, level: number): Estimate {
  const low = Math.max(...looks.map((l) => pairedInterval(l.j, level / looks.length).low));
  const high = Math.max(...looks.map((l) => pairedInterval(l.j, level).high));
  return { value: j.mean, low: Math.min(low, j.mean), high };
}

/**
 * Intervals of each augmentation's harm that agree with Holm's procedure; both sides of the margin are tested.
 *
 * @param alpha error rate over all augmentations together, in (0, 1)
 * @param lookOf default: one look at each
 */
export function harmLimits(
  losses: readonly PairedMean[],
  margin: number,
  alpha: number,
  lookOf = once,
): Estimate[] {
  const p = losses.map((loss) => {
    const { below, above } = marginTest(loss, margin);
    return Math.min(1, 2 * Math.min(below, above));
  });
  const levels = holmLevels(p, alpha, lookOf);
  return losses.map((loss, k) => unboundedInterval(loss, lookOf(k, levels[k])));
}
