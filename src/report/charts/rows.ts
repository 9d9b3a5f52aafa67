import { min } from 'd3-array';
import { scaleLinear, type ScaleLinear } from 'd3-scale';
import type { Selection, Verdict } from '../../run/files/index.js';
import { markup, nothing, type Content, type Markup } from '../html.js';

/**
 * A horizontal scale in percent of the width, so that a drawing fits any width with its text, lines and marks at
 * their own size. What lies outside is drawn at the edge.
 */
export type RowScale = ScaleLinear<number, number>;

export function rowScale(low: number, high: number): RowScale {
  return scaleLinear().domain([low, high]).range([0, 100]).clamp(true);
}

/** The scale of J for a run: from a little below the lowest interval to 1. */
export function scaleOfJ(selection: Selection): RowScale {
  const lowest = min([...selection.augmentations, ...selection.controls], (r) => r.jLow) ?? 0;
  return rowScale(Math.min(-0.08, lowest) - 0.02, 1.02);
}

/** A value's place along the row. */
export function at(scale: RowScale, value: number): string {
  return `${scale(value).toFixed(2)}%`;
}

/** A drawing beside a label. Decoration: the numbers stand in the table or beside it. */
export function track(...drawn: readonly Content[]): Markup {
  return markup`<svg class="track" height="24" aria-hidden="true">${drawn}</svg>`;
}

/** A drawing with its label before it and, where there is one, its value after it. */
export function row(label: Content, drawn: Content, value: Content, valueClass = 'value'): Markup {
  return markup`<div class="row"><span class="label">${label}</span>${drawn}<span class="${valueClass}">${value}</span></div>`;
}

/** A line across the row at a value. */
export function upright(scale: RowScale, value: number, kind: string): Markup {
  const x = at(scale, value);
  return markup`<line class="${kind}" x1="${x}" x2="${x}" y1="0" y2="100%"/>`;
}

/** A band from one value to another, behind the marks. */
export function band(scale: RowScale, from: number, to: number, kind: string): Markup {
  const width = Math.max(0, scale(to) - scale(from)).toFixed(2);
  return markup`<rect class="band ${kind}" x="${at(scale, from)}" width="${width}%" y="0" height="100%"/>`;
}

/** A bar from one value to another along the middle of the row. */
export function bar(scale: RowScale, from: number, to: number, kind: string): Markup {
  return markup`<line class="${kind}" x1="${at(scale, from)}" x2="${at(scale, to)}" y1="12" y2="12"/>`;
}

/** The labels of a scale, to stand above or below its rows. */
export function axis(
  scale: RowScale,
  ticks: readonly number[],
  format = (t: number): string => String(t).replace('-', '−'),
): Markup {
  const labels = ticks.map(
    (t) => markup`<text x="${at(scale, t)}" y="14" text-anchor="middle">${format(t)}</text>`,
  );
  return markup`<svg class="track axis" height="18" aria-hidden="true">${labels}</svg>`;
}

/** The shape of a verdict at a place given in any SVG unit; `y` in pixels. */
export function verdictMark(verdict: Verdict | 'control', x: string, y: number): Markup {
  if (verdict === 'unsafe')
    // A square needs a corner, which percentages cannot give: a thick upright line draws it.
    return markup`<line class="mark ${verdict}" x1="${x}" x2="${x}" y1="${y - 4}" y2="${y + 4}" stroke-width="8"/>`;
  const hollow = verdict === 'undecided' ? ' hollow' : '';
  return markup`<circle class="mark ${verdict}${hollow}" cx="${x}" cy="${y}" r="4.5"/>`;
}

/** J of one row with its interval, against delta. */
export function jTrack(
  scale: RowScale,
  ticks: readonly number[],
  delta: number,
  measured: { readonly j: number; readonly jLow: number; readonly jHigh: number },
  kind: Verdict | 'control',
  bands: Content = nothing,
): Markup {
  const { j, jLow, jHigh } = measured;
  return track(
    bands,
    ticks.map((t) => upright(scale, t, 'tick')),
    upright(scale, delta, 'delta'),
    bar(scale, jLow, jHigh, `bar ${kind}`),
    verdictMark(kind, at(scale, j), 12),
  );
}
