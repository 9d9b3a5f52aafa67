import type { Selection } from '../run/files/index.js';
import { escape, figure } from './html.js';
import { byJ, interval } from './marks.js';
import { axis, band, forestRow, scaleOfJ } from './track.js';

/** J of every augmentation with its interval, against delta and what the controls reach. */
export function forestPlot(selection: Selection): string {
  const scale = scaleOfJ(selection, [0, 0.2, 0.4, 0.6, 0.8, 1]);
  const span = (kind: string): readonly [number, number] | undefined => {
    const rows = selection.controls.filter((c) => c.kind === kind);
    if (rows.length === 0) return undefined;
    return [Math.min(...rows.map((c) => c.jLow)), Math.max(...rows.map((c) => c.jHigh))];
  };
  const bands = (['harmless', 'positive'] as const)
    .map((kind) => {
      const ends = span(kind);
      return ends === undefined ? '' : band(scale, ends[0], ends[1], kind);
    })
    .join('');
  const rows = byJ(selection.augmentations).map(
    (a) =>
      `<div class="row"><span class="label">${escape(a.name)}</span>${forestRow(scale, selection.delta, a, a.verdict, bands)}<span class="value">${interval(a)}</span></div>`,
  );
  const key =
    bands === ''
      ? ''
      : `<p class="key"><span><i class="swatch harmless"></i>reach of the harmless controls</span><span><i class="swatch positive"></i>reach of the positive controls</span><span><i class="swatch delta"></i>delta</span></p>`;
  return figure(
    'How recognisable each augmentation is',
    `${key}<div class="rows">${rows.join('')}<div class="row"><span class="label">J</span>${axis(scale)}<span class="value"></span></div></div>`,
    `Intervals hold for all augmentations together (Holm${selection.alpha === undefined ? '' : `, error rate ${selection.alpha}`}); the bands span the controls’ 95 % intervals. ● safe, ○ undecided, ■ unsafe.`,
  );
}
