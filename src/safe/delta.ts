import { pairedInterval } from '../metrics/index.js';
import type { Measure } from './measure.js';

/** The margin between safe and unsafe, and one sentence on how it came about. */
export interface Delta {
  readonly value: number;
  readonly from: string;
}

/**
 * Below this a difference is of no practical interest. It lies above what keeps the distribution but for the ends of a
 * range (planted: J up to 0.14), and a few hundred judging images can resolve it.
 */
const smallest = 0.15;
/** Above this nothing may be called safe, whatever the controls say: one image in five could be told. */
const largest = 0.2;
/** A control recognised better than this is not harmless for these data, so it is no yardstick. */
const notHarmless = 0.25;
/** Where no harmless control is usable: between the two bounds. */
const fallback = 0.18;

/**
 * Sets delta by the harmless controls: as recognisable as the most recognisable of them could be.
 *
 * A strong network recognises almost any change a little; what is recognised no better than a shift
 * by one pixel is not held against an augmentation. The upper 95 % limit is taken because the yardstick
 * is itself measured. docs/decisions/030-delta-rule.md has the evidence.
 *
 * @param harmless the harmless controls' measures with their names
 */
export function chooseDelta(harmless: readonly { name: string; measure: Measure }[]): Delta {
  let limit = 0;
  let name = '';
  for (const control of harmless) {
    if (control.measure.j.mean >= notHarmless) continue;
    const { high } = pairedInterval(control.measure.j, 0.05);
    if (high > limit) {
      limit = high;
      name = control.name;
    }
  }
  if (name === '')
    return {
      value: fallback,
      from: `no harmless control was usable (all were recognised with J of ${notHarmless} or more), so delta is ${fallback}`,
    };
  const told = `${name}, the most recognisable harmless change, has J up to ${limit.toFixed(3)}`;
  if (limit < smallest)
    return { value: smallest, from: `${told}; delta is never below ${smallest}` };
  if (limit > largest) return { value: largest, from: `${told}; delta is never above ${largest}` };
  return { value: limit, from: told };
}
