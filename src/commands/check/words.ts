import type { Interval, Selection } from '../../run/files/index.js';

/**
 * What an augmentation costs the task, in points of its figure on the images that it is applied to:
 * `25 points of accuracy lost [20, 30]`, with the 95 % interval.
 */
export function lostText(change: Interval, { taskFigure = 'accuracy' }: Selection): string {
  const { value, low, high } = change;
  const gained = value > 0;
  const sign = gained ? 1 : -1;
  const ends = [sign * low, sign * high].sort((a, b) => a - b).map(points);
  return `${points(sign * value)} points of ${taskFigure} ${gained ? 'gained' : 'lost'} [${ends.join(', ')}]`;
}

/** Whole points from ten on, tenths below. */
function points(share: number): string {
  const value = 100 * share;
  const text = Math.abs(value).toFixed(Math.abs(value) >= 9.95 ? 0 : 1);
  return value < 0 && Number(text) !== 0 ? `−${text}` : text;
}

/** `harm 0.52 [0.31, 0.74]`: the part of the task's skill that is lost. */
export function harmText({ value, low, high }: Interval): string {
  return `harm ${value.toFixed(2)} [${low.toFixed(2)}, ${high.toFixed(2)}]`;
}

/** At most three digits that say something. */
export function shortNumber(value: number): string {
  return String(Number(value.toPrecision(3)));
}

/** `a, b and c`. */
export function listed(all: readonly string[]): string {
  return all.length < 2 ? all.join('') : `${all.slice(0, -1).join(', ')} and ${all.at(-1)}`;
}
