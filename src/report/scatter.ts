import type { Selection } from '../run/files/index.js';
import { taskFigure } from './figure-text.js';
import { escape, figure, points, signed } from './html.js';
import { placeLabels, type Box, type PlacedLabel } from './labels.js';
import { verdictMark } from './marks.js';

const width = 760;
const height = 460;
const frame: Box = { x: 56, y: 14, width: width - 56 - 14, height: height - 14 - 48 };

/** Two axes: how recognisable an augmentation is, and what it does to the task. */
export function scatter(selection: Selection): string {
  const rows = selection.augmentations;
  const changes = rows.map((a) => a.taskChange.value);
  const pad = 0.08 * Math.max(0.05, Math.max(0, ...changes) - Math.min(0, ...changes));
  const low = Math.min(0, ...changes) - pad;
  const high = Math.max(0, ...changes) + pad;
  const left = Math.min(-0.05, ...rows.map((a) => a.j)) - 0.02;
  const x = (j: number): number => frame.x + ((j - left) / (1.03 - left)) * frame.width;
  const y = (change: number): number => frame.y + ((high - change) / (high - low)) * frame.height;
  const bottom = frame.y + frame.height;
  const right = frame.x + frame.width;

  const columns = [0, 0.2, 0.4, 0.6, 0.8, 1].map(
    (j) =>
      `<line class="tick" x1="${x(j)}" x2="${x(j)}" y1="${frame.y}" y2="${bottom}"/><text x="${x(j)}" y="${bottom + 18}" text-anchor="middle">${j}</text>`,
  );
  const lines = ticks(low, high).map(
    (c) =>
      `<line class="${c === 0 ? 'zero' : 'tick'}" x1="${frame.x}" x2="${right}" y1="${y(c)}" y2="${y(c)}"/><text x="${frame.x - 8}" y="${y(c) + 4}" text-anchor="end">${signed(100 * c, 0)}</text>`,
  );
  const delta = `<line class="delta" x1="${x(selection.delta)}" x2="${x(selection.delta)}" y1="${frame.y}" y2="${bottom}"/>`;
  const placed = placeLabels(
    rows.map((a) => ({ text: a.name, x: x(a.j), y: y(a.taskChange.value) })),
    frame,
  );
  const marks = rows.map((a) => verdictMark(a.verdict, x(a.j).toFixed(1), y(a.taskChange.value)));
  const leaders = placed.map(leader);
  const names = placed.map((label, i) => text(label, rows[i].verdict));
  const axes = `<text class="name" x="${frame.x + frame.width / 2}" y="${height - 6}" text-anchor="middle">J: how recognisable it is; dashed: delta</text><text class="name" transform="translate(14 ${frame.y + frame.height / 2}) rotate(-90)" text-anchor="middle">task change, percentage points</text>`;
  const told = rows
    .map((a) => `${a.name}: J ${a.j.toFixed(2)}, task ${points(a.taskChange.value)}`)
    .join('; ');
  return figure(
    'Recognisable is one thing, harmful another',
    `<div class="scroll" tabindex="0" role="region" aria-label="scatter plot"><svg class="plane" role="img" aria-label="${escape(`J against the change of task ${taskFigure(selection)} in percentage points. ${told}`)}" viewBox="0 0 ${width} ${height}">${columns.join('')}${lines.join('')}${delta}${leaders.join('')}${names.join('')}${marks.join('')}${axes}</svg></div>`,
    'Safe is not the same as useful: further right, the network recognises it better; further down, it makes this network’s task harder. ● safe, ○ undecided, ■ unsafe.',
  );
}

function text({ text: name, x, box }: PlacedLabel, verdict: string): string {
  // The box is wider than most texts: they start at the side that faces the point.
  const right = box.x > x;
  const left = box.x + box.width < x;
  const [at, anchor] = right
    ? [box.x, 'start']
    : left
      ? [box.x + box.width, 'end']
      : [box.x + box.width / 2, 'middle'];
  return `<text class="point ${verdict}" x="${at.toFixed(1)}" y="${(box.y + box.height / 2 + 4).toFixed(1)}" text-anchor="${anchor}">${escape(name)}</text>`;
}

/** A line from the point to a label that lies further off. */
function leader({ x, y, box }: PlacedLabel): string {
  const nx = Math.min(box.x + box.width, Math.max(box.x, x));
  const ny = Math.min(box.y + box.height, Math.max(box.y, y));
  if (Math.hypot(nx - x, ny - y) < 14) return '';
  return `<line class="leader" x1="${x.toFixed(1)}" y1="${y.toFixed(1)}" x2="${nx.toFixed(1)}" y2="${ny.toFixed(1)}"/>`;
}

function ticks(low: number, high: number): number[] {
  const step = [0.01, 0.02, 0.05, 0.1, 0.2].find((s) => (high - low) / s <= 7) ?? 0.5;
  const first = Math.ceil(low / step);
  return Array.from({ length: Math.floor(high / step) - first + 1 }, (_, i) =>
    Number(((first + i) * step).toFixed(2)),
  );
}
