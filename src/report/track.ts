import type { Selection, Verdict } from '../run/files/index.js';
import { verdictMark } from './marks.js';

/**
 * A horizontal scale whose places are percentages, so that a drawing fits any width with its text,
 * lines and marks at their own size.
 */
export interface Scale {
  readonly low: number;
  readonly high: number;
  readonly ticks: readonly number[];
}

/** The scale of J for a run: from a little below the lowest interval to 1. */
export function scaleOfJ(selection: Selection, ticks: readonly number[]): Scale {
  const lows = [...selection.augmentations, ...selection.controls].map((r) => r.jLow);
  return { low: Math.min(-0.08, ...lows) - 0.02, high: 1.02, ticks };
}

export function at(scale: Scale, value: number): string {
  const inside = Math.min(scale.high, Math.max(scale.low, value));
  return `${((100 * (inside - scale.low)) / (scale.high - scale.low)).toFixed(2)}%`;
}

/** A band from one value to another, behind the marks. */
export function band(scale: Scale, from: number, to: number, kind: string): string {
  const left = at(scale, from);
  const width = parseFloat(at(scale, to)) - parseFloat(left);
  return `<rect class="band ${kind}" x="${left}" width="${Math.max(0, width).toFixed(2)}%" y="0" height="100%"/>`;
}

export function upright(scale: Scale, value: number, kind: string): string {
  const x = at(scale, value);
  return `<line class="${kind}" x1="${x}" x2="${x}" y1="0" y2="100%"/>`;
}

export interface Estimated {
  readonly j: number;
  readonly jLow: number;
  readonly jHigh: number;
}

/** One row of a forest plot: ticks, delta, interval and mark. Decoration: the numbers stand beside it. */
export function forestRow(
  scale: Scale,
  delta: number,
  row: Estimated,
  kind: Verdict | 'control',
  bands = '',
): string {
  const ticks = scale.ticks.map((t) => upright(scale, t, 'tick')).join('');
  const bar = `<line class="bar ${kind}" x1="${at(scale, row.jLow)}" x2="${at(scale, row.jHigh)}" y1="12" y2="12"/>`;
  return `<svg class="track" height="24" aria-hidden="true">${bands}${ticks}${upright(scale, delta, 'delta')}${bar}${verdictMark(kind, at(scale, row.j), 12)}</svg>`;
}

/** The labels of a scale, to stand above or below its rows. */
export function axis(scale: Scale, format: (t: number) => string = String): string {
  const labels = scale.ticks.map(
    (t) => `<text x="${at(scale, t)}" y="14" text-anchor="middle">${format(t)}</text>`,
  );
  return `<svg class="track axis" height="18" aria-hidden="true">${labels.join('')}</svg>`;
}
