import type { Selection } from '../config/index.js';
import { escape, figure } from './html.js';
import { palette } from './style.js';

const width = 1000;
const height = 440;
const margin = { left: 80, right: 170, top: 20, bottom: 50 };
const lineHeight = 16;

interface Point {
  readonly name: string;
  readonly x: number;
  readonly y: number;
  readonly colour: string;
}

/** Two axes: how recognisable an augmentation is, and what it does to the task. */
export function scatter(selection: Selection): string {
  const rows = selection.augmentations;
  const changes = rows.map((a) => a.taskChange.value);
  const lowest = Math.min(-0.02, ...changes) - 0.01;
  const highest = Math.max(0.02, ...changes) + 0.01;
  const x = (auc: number): number =>
    margin.left + ((auc - 0.45) / 0.55) * (width - margin.left - margin.right);
  const y = (change: number): number =>
    margin.top + ((highest - change) / (highest - lowest)) * (height - margin.top - margin.bottom);
  const points = rows.map((a) => ({
    name: a.name,
    x: x(Math.max(0.45, a.auc)),
    y: y(a.taskChange.value),
    colour: palette[a.verdict],
  }));
  const bottom = height - margin.bottom;
  const vertical = [0.5, 0.6, 0.7, 0.8, 0.9, 1].map(
    (auc) =>
      `<line x1="${x(auc)}" x2="${x(auc)}" y1="${margin.top}" y2="${bottom}" stroke="#e3e6ea"/><text x="${x(auc)}" y="${bottom + 18}" text-anchor="middle" fill="#5b6470">${auc}</text>`,
  );
  const horizontal = ticks(lowest, highest).map(
    (c) =>
      `<line x1="${margin.left}" x2="${width - margin.right}" y1="${y(c)}" y2="${y(c)}" stroke="${c === 0 ? '#9aa1ab' : '#e3e6ea'}"/><text x="${margin.left - 8}" y="${y(c) + 4}" text-anchor="end" fill="#5b6470">${Math.round(100 * c)} %</text>`,
  );
  const marks = placed(points).map(
    ({ point, labelY }) =>
      `<line x1="${point.x + 5}" y1="${point.y}" x2="${point.x + 13}" y2="${labelY}" stroke="#9aa1ab"/><circle cx="${point.x}" cy="${point.y}" r="5" fill="${point.colour}"/><text x="${point.x + 15}" y="${labelY + 4}" fill="#1c2026">${escape(point.name)}</text>`,
  );
  const names = `<text x="${(margin.left + width - margin.right) / 2}" y="${height - 10}" text-anchor="middle" fill="#5b6470">AUC of recognition</text><text transform="translate(18 ${(margin.top + bottom) / 2}) rotate(-90)" text-anchor="middle" fill="#5b6470">change of task accuracy</text>`;
  const svg = `<svg role="img" aria-label="Recognition against change of task accuracy" viewBox="0 0 ${width} ${height}" font-family="system-ui,sans-serif" font-size="13"><rect width="${width}" height="${height}" fill="#fff"/>${vertical.join('')}${horizontal.join('')}${marks.join('')}${names}</svg>`;
  return figure(
    `<div class="chart">${svg}</div>`,
    'Safe is not the same as useful: to the right, what the network recognises; below, what makes its task harder. Colours are the verdicts.',
  );
}

/** Moves labels down until none covers another one that starts close by. */
function placed(points: readonly Point[]): { point: Point; labelY: number }[] {
  const done: { point: Point; labelY: number }[] = [];
  for (const point of [...points].sort((a, b) => a.y - b.y)) {
    let labelY = point.y;
    const near = done.filter((d) => Math.abs(d.point.x - point.x) < 150);
    for (const d of near.sort((a, b) => a.labelY - b.labelY))
      if (Math.abs(d.labelY - labelY) < lineHeight) labelY = d.labelY + lineHeight;
    done.push({ point, labelY });
  }
  return done;
}

function ticks(low: number, high: number): number[] {
  const step = high - low > 0.3 ? 0.1 : high - low > 0.12 ? 0.05 : 0.02;
  const all: number[] = [];
  for (let k = Math.ceil(low / step); k * step <= high; k++)
    all.push(Number((k * step).toFixed(2)));
  return all;
}
