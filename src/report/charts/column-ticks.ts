import type { ScaleLinear } from 'd3-scale';
import { markup, type Markup } from '../html.js';

/** Vertical lines at round values of a horizontal axis, from `top` to `bottom` in pixels, each with its value below. */
export function columnTicks(x: ScaleLinear<number, number>, top: number, bottom: number): Markup[] {
  return x
    .ticks(6)
    .map(
      (value) =>
        markup`<line class="tick" x1="${x(value)}" x2="${x(value)}" y1="${top}" y2="${bottom}"/><text x="${x(value)}" y="${bottom + 18}" text-anchor="middle">${String(value).replace('-', '−')}</text>`,
    );
}
