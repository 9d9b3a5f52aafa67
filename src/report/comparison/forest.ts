import type { Figure, Interval } from '../../run/files/index.js';
import { changeText } from '../figure-text.js';
import { escape } from '../html.js';
import { at, axis, upright, type Scale } from '../track.js';
import { rangeText } from './answer.js';

/** A row: an arm, and its difference to another. */
export interface ForestRow {
  readonly name: string;
  /** Below the name, smaller. */
  readonly note?: string;
  readonly interval: Interval;
}

/** Differences with their intervals, one below the other, around a line at 0. */
export function forest(rows: readonly ForestRow[], first: Figure): string {
  const scale = scaleOf(rows.flatMap(({ interval }) => [interval.low, interval.high]));
  const ticks = scale.ticks.map((t) => upright(scale, t, t === 0 ? 'zero' : 'tick')).join('');
  const lines = rows.map(({ name, note, interval }) => {
    const { value, low, high } = interval;
    const bar = `<line class="bar control" x1="${at(scale, low)}" x2="${at(scale, high)}" y1="12" y2="12"/>`;
    const mark = `<circle class="mark control" cx="${at(scale, value)}" cy="12" r="4.5"/>`;
    return `<div class="row"><span class="label">${escape(name)}${note === undefined ? '' : `<small>${escape(note)}</small>`}</span><svg class="track" height="24" aria-hidden="true">${ticks}${bar}${mark}</svg><span class="value">${rangeText(first, interval)}</span></div>`;
  });
  const labels = axis(scale, (t) => changeText(first, t).replace(/\.0$/, ''));
  return `<div class="rows">${lines.join('')}<div class="row"><span class="label"></span>${labels}<span class="value"></span></div></div>`;
}

/** From a little below the lowest value to a little above the highest, 0 included, with round ticks. */
function scaleOf(values: readonly number[]): Scale {
  const low = Math.min(0, ...values);
  const high = Math.max(0, ...values);
  const span = high - low || 1;
  const power = 10 ** Math.floor(Math.log10(span / 4));
  const step = [1, 2, 5, 10].map((f) => f * power).find((s) => span / s <= 6) ?? 10 * power;
  const ticks: number[] = [];
  for (let k = Math.ceil(low / step - 1e-9); k * step <= high + 1e-9; k++) ticks.push(k * step);
  return { low: low - 0.04 * span, high: high + 0.04 * span, ticks };
}
