import type { Selection } from '../config/index.js';
import { palette } from './style.js';
import { escape, figure } from './html.js';

const rowHeight = 22;
const left = 170;
const right = 20;
const width = 1000;
const top = 30;

/** J of every augmentation and control with its interval, against delta. */
export function forestPlot(selection: Selection): string {
  const rows = [
    ...[...selection.augmentations]
      .sort((a, b) => a.j - b.j)
      .map((a) => ({ ...a, colour: palette[a.verdict] })),
    ...selection.controls.map((c) => ({ ...c, colour: palette.grey })),
  ];
  const low = Math.min(-0.1, ...rows.map((r) => r.jLow));
  const x = (j: number): number => left + ((j - low) / (1 - low)) * (width - left - right);
  const height = top + rows.length * rowHeight + 30;
  const { delta } = selection;
  const grid = [0, 0.2, 0.4, 0.6, 0.8, 1].map(
    (j) =>
      `<line x1="${x(j)}" x2="${x(j)}" y1="${top}" y2="${height - 26}" stroke="#e3e6ea"/><text x="${x(j)}" y="${height - 10}" text-anchor="middle" fill="#5b6470">${j}</text>`,
  );
  const marks = rows.map((r, i) => {
    const y = top + i * rowHeight + rowHeight / 2;
    return `<text x="${left - 10}" y="${y + 4}" text-anchor="end" fill="#1c2026">${escape(r.name)}</text><line x1="${x(r.jLow)}" x2="${x(r.jHigh)}" y1="${y}" y2="${y}" stroke="${r.colour}" stroke-width="3"/><circle cx="${x(r.j)}" cy="${y}" r="4.5" fill="${r.colour}"/>`;
  });
  const band = `<rect x="${x(low)}" y="${top}" width="${x(delta) - x(low)}" height="${height - 26 - top}" fill="${palette.safe}" opacity="0.09"/><line x1="${x(delta)}" x2="${x(delta)}" y1="${top}" y2="${height - 26}" stroke="${palette.safe}" stroke-dasharray="5 4"/><text x="${x(delta)}" y="${top - 9}" text-anchor="middle" fill="${palette.safe}">delta ${delta.toFixed(3)}</text>`;
  const svg = `<svg role="img" aria-label="J with intervals against delta" viewBox="0 0 ${width} ${height}" font-family="system-ui,sans-serif" font-size="13"><rect width="${width}" height="${height}" fill="#fff"/>${band}${grid.join('')}${marks.join('')}</svg>`;
  return figure(
    `<div class="chart">${svg}</div>`,
    'J = recognition rate − false-positive rate at a cut-off calibrated on other images, with intervals (augmentations: corrected for all of them together; controls, grey: 95 %). Safe is what lies wholly left of delta.',
  );
}
