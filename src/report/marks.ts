import type { AugmentationResult, Verdict } from '../run/files/index.js';
import { fixed } from './html.js';

/** Verdicts are told apart by shape and sign too, never by colour alone. */
export const signs: Record<Verdict, string> = { safe: '✓', unsafe: '✕', undecided: '?' };

export function verdictBadge(verdict: Verdict): string {
  return `<span class="badge ${verdict}"><span aria-hidden="true">${signs[verdict]}</span> ${verdict}</span>`;
}

/** The shape of a verdict at a place given in any SVG unit; `y` in pixels. */
export function verdictMark(verdict: Verdict | 'control', x: string, y: number): string {
  if (verdict === 'unsafe')
    // A square needs a corner, which percentages cannot give: a rotated line cap does it.
    return `<line class="mark ${verdict}" x1="${x}" x2="${x}" y1="${y - 4}" y2="${y + 4}" stroke-width="8"/>`;
  const hollow = verdict === 'undecided' ? ' hollow' : '';
  return `<circle class="mark ${verdict}${hollow}" cx="${x}" cy="${y}" r="4.5"/>`;
}

/** Most harmless first: the order of every list in the report. */
export function byJ<T extends { j: number }>(rows: readonly T[]): T[] {
  return [...rows].sort((a, b) => a.j - b.j);
}

/** `0.026 [−0.031, 0.083]` */
export function interval(r: Pick<AugmentationResult, 'j' | 'jLow' | 'jHigh'>): string {
  return `${fixed(r.j)} [${fixed(r.jLow)}, ${fixed(r.jHigh)}]`;
}
