import { extent, min } from 'd3-array';
import { scaleLinear } from 'd3-scale';
import type { Selection } from '../../run/files/index.js';
import { markup, nothing, type Markup } from '../html.js';
import { figure, scrolling } from '../elements.js';
import { points, signed, taskFigure } from '../wording.js';
import { columnTicks } from './column-ticks.js';
import { placeLabels, type Box, type PlacedLabel } from './point-labels.js';
import { verdictMark } from './rows.js';

const width = 760;
const height = 460;
const frame: Box = { x: 56, y: 14, width: width - 56 - 14, height: height - 14 - 48 };

/** Two axes: how well an augmentation is recognised, and what it does to the task. */
export function scatter(selection: Selection): Markup {
  const rows = selection.augmentations;
  const [low, high] = extent([0, ...rows.map((a) => a.taskChange.value)]) as [number, number];
  const pad = 0.08 * Math.max(0.05, high - low);
  const bottom = frame.y + frame.height;
  const right = frame.x + frame.width;
  const left = Math.min(-0.05, min(rows, (a) => a.j) ?? 0) - 0.02;
  const x = scaleLinear().domain([left, 1.03]).range([frame.x, right]);
  const y = scaleLinear()
    .domain([low - pad, high + pad])
    .range([bottom, frame.y]);

  const columns = columnTicks(x, frame.y, bottom);
  const lines = y
    .ticks(6)
    .map(
      (c) =>
        markup`<line class="${c === 0 ? 'zero' : 'tick'}" x1="${frame.x}" x2="${right}" y1="${y(c)}" y2="${y(c)}"/><text x="${frame.x - 8}" y="${y(c) + 4}" text-anchor="end">${signed(100 * c, 1).replace(/\.0$/, '')}</text>`,
    );
  const delta = markup`<line class="delta" x1="${x(selection.delta)}" x2="${x(selection.delta)}" y1="${frame.y}" y2="${bottom}"/>`;
  const placed = placeLabels(
    rows.map((a) => ({ text: a.name, x: x(a.j), y: y(a.taskChange.value) })),
    frame,
  );
  const marks = rows.map((a) => verdictMark(a.verdict, x(a.j).toFixed(1), y(a.taskChange.value)));
  const names = placed.map((label, i) => pointLabel(label, rows[i].verdict));
  const axes = markup`<text class="name" x="${frame.x + frame.width / 2}" y="${height - 6}" text-anchor="middle">J: how well it is recognised; dashed: delta</text><text class="name" transform="translate(14 ${frame.y + frame.height / 2}) rotate(-90)" text-anchor="middle">task change, percentage points</text>`;
  const told = rows
    .map((a) => `${a.name}: J ${a.j.toFixed(2)}, task ${points(a.taskChange.value)}`)
    .join('; ');
  const label = `J against the change of task ${taskFigure(selection)} in percentage points. ${told}`;
  return figure(
    'Recognition against the change of the task',
    scrolling(
      'scatter plot',
      markup`<svg class="plane" role="img" aria-label="${label}" viewBox="0 0 ${width} ${height}">${columns}${lines}${delta}${placed.map(leader)}${names}${marks}${axes}</svg>`,
    ),
    'The further right, the better the augmentation is recognised. The further down, the harder it makes this network’s task. Safe does not mean useful. ● safe, ○ undecided, ■ unsafe.',
  );
}

/** A label in its place. @param style of the point it belongs to */
export function pointLabel({ text: name, x, box }: PlacedLabel, style: string): Markup {
  // The box is wider than most texts: they start at the side that faces the point.
  const right = box.x > x;
  const left = box.x + box.width < x;
  const [at, anchor] = right
    ? [box.x, 'start']
    : left
      ? [box.x + box.width, 'end']
      : [box.x + box.width / 2, 'middle'];
  return markup`<text class="point ${style}" x="${at.toFixed(1)}" y="${(box.y + box.height / 2 + 4).toFixed(1)}" text-anchor="${anchor}">${name}</text>`;
}

/** A line from the point to a label that lies further off. */
export function leader({ x, y, box }: PlacedLabel): Markup {
  const nx = Math.min(box.x + box.width, Math.max(box.x, x));
  const ny = Math.min(box.y + box.height, Math.max(box.y, y));
  if (Math.hypot(nx - x, ny - y) < 14) return nothing;
  return markup`<line class="leader" x1="${x.toFixed(1)}" y1="${y.toFixed(1)}" x2="${nx.toFixed(1)}" y2="${ny.toFixed(1)}"/>`;
}
