import { max, min } from 'd3-array';
import { scaleLinear } from 'd3-scale';
import { joined, markup, nothing, raw, type Markup } from '../html.js';
import { count, percent } from '../wording.js';
import { textBox } from './point-labels.js';

/** Accuracy of one arm over the epochs, its mean over seeds. */
export interface ArmCurve {
  readonly name: string;
  /** By rising epoch; accuracy in [0, 1]. */
  readonly points: readonly (readonly [epoch: number, accuracy: number])[];
}

const plotWidth = 560;
const height = 380;
const margin = { left: 58, top: 12, bottom: 34 };
const lineHeight = 15;
/** Hues that differ in lightness too; further arms repeat them, dashed. */
const hues = ['#2f62a8', '#c56a1d', '#7a4fa3', '#8a8f98', '#b3402a', '#94660a', '#3d8fb5'];

/**
 * One line an arm, with its name where it ends.
 *
 * @param alone it stands on no page of ours: with a ground and a font of its own
 */
export function armCurves(curves: readonly ArmCurve[], alone = false): Markup {
  const shown = curves.filter(({ points }) => points.length > 1);
  if (shown.length === 0) return nothing;
  const all = shown.flatMap(({ points }) => points);
  const last = max(all, ([epoch]) => epoch)!;
  const [low, high] = [min(all, ([, v]) => v)!, max(all, ([, v]) => v)!];
  const bottom = height - margin.bottom;
  const right = margin.left + plotWidth;
  const words = shown.map(({ name, points }) => `${name} ${percent(points.at(-1)![1])}`);
  const width = right + 24 + Math.max(...words.map((text) => textBox(text).width));
  const x = scaleLinear([0, last], [margin.left, right]);
  const y = scaleLinear([low, high], [bottom, margin.top]).nice(5);
  const grid = y
    .ticks(6)
    .map(
      (v) =>
        markup`<line class="tick" stroke="#dde1e6" x1="${margin.left}" x2="${right}" y1="${y(v).toFixed(1)}" y2="${y(v).toFixed(1)}"/><text x="${margin.left - 7}" y="${(y(v) + 4).toFixed(1)}" text-anchor="end">${(100 * v).toFixed(0)} %</text>`,
    );
  const epochs = x
    .ticks(6)
    .filter((v) => Number.isInteger(v) && v > 0)
    .map(
      (v) =>
        markup`<text x="${x(v).toFixed(1)}" y="${bottom + 19}" text-anchor="middle">${v}</text>`,
    );
  const looks = looksOf(shown.map(({ name }) => name));
  const places = apart(shown.map(({ points }) => y(points.at(-1)![1])));
  const lines = shown.map(({ points }, i) => {
    const path = points.map(([e, v]) => `${x(e).toFixed(1)},${y(v).toFixed(1)}`);
    const { stroke, dash, weight } = looks[i];
    const [end, value] = points.at(-1)!;
    const style = markup`fill="none" stroke="${stroke}" stroke-width="${weight}" stroke-linejoin="round"`;
    const dashes = dash === '' ? nothing : markup` stroke-dasharray="${dash}"`;
    return markup`<polyline ${style}${dashes} points="${joined(path, ' ')}"/><line stroke="${stroke}" stroke-width="0.7" x1="${x(end).toFixed(1)}" y1="${y(value).toFixed(1)}" x2="${right + 14}" y2="${places[i].toFixed(1)}"/><text x="${right + 18}" y="${(places[i] + 4).toFixed(1)}" style="fill:${stroke}"${weight > 2.5 ? raw(' font-weight="700"') : nothing}>${words[i]}</text>`;
  });
  const label = `Accuracy of ${count(shown.length, 'arm')} over ${count(last, 'epoch')}; at the end: ${words.join(', ')}`;
  const head = alone
    ? markup` xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" font-family="system-ui, sans-serif" font-size="12.5" fill="#59626d"`
    : markup` class="plane"`;
  const ground = alone ? markup`<rect width="100%" height="100%" fill="#fff"/>` : nothing;
  return markup`<svg role="img"${head} aria-label="${label}" viewBox="0 0 ${width} ${height}">${ground}${grid}${epochs}${lines}</svg>`;
}

/** The recommended policy stands out; the others take hues in turn. */
function looksOf(names: readonly string[]) {
  let used = 0;
  return names.map((name) => {
    if (name === 'recommended') return { stroke: '#0f766a', dash: '', weight: 3 };
    const turn = used++;
    const dash = ['', '6 3', '2 3'][Math.floor(turn / hues.length) % 3];
    return { stroke: hues[turn % hues.length], dash, weight: 1.8 };
  });
}

/** The heights of labels, moved apart so that none covers another. */
function apart(heights: readonly number[]): number[] {
  const order = heights.map((_, i) => i).sort((a, b) => heights[a] - heights[b]);
  const placed = [...heights];
  let next = -Infinity;
  for (const i of order) next = (placed[i] = Math.max(placed[i], next)) + lineHeight;
  // Those that ran over the lower edge push the ones above them up again.
  let limit = height - margin.bottom + lineHeight;
  for (const i of order.reverse()) limit = (placed[i] = Math.min(placed[i], limit)) - lineHeight;
  return placed;
}
