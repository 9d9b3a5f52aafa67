import type { AugmentationResult, Selection } from '../run/files/index.js';
import { taskFigure } from './figure-text.js';
import { escape, figure, percent } from './html.js';
import { byJ } from './marks.js';
import { at, axis, upright, type Scale } from './track.js';

const scale: Scale = { low: -0.02, high: 1.02, ticks: [0, 0.2, 0.4, 0.6, 0.8, 1] };

/** Figure 3.1 of the thesis from this run: both passes' rates and the task's accuracy under each augmentation. */
export function figure31(selection: Selection): string {
  const clean = selection.cleanAccuracy?.value;
  const rows = byJ(selection.augmentations).map(
    (a) =>
      `<div class="row"><span class="label">${escape(a.name)}</span>${track(a, clean)}<span class="value sr">false positives ${percent(a.fpr)}, recognised ${percent(a.tpr)}${a.taskAccuracy === undefined ? '' : `, task ${taskFigure(selection)} ${percent(a.taskAccuracy)}`}</span></div>`,
  );
  const key = `<p class="key"><span><i class="swatch fpr"></i>false positives on clean images</span><span><i class="swatch tpr"></i>recognised when applied</span><span><i class="swatch task"></i>task ${taskFigure(selection)} under it</span>${clean === undefined ? '' : `<span><i class="swatch clean"></i>task ${taskFigure(selection)} without augmentation (${percent(clean)})</span>`}</p>`;
  return figure(
    'False positives, recognition and the task (figure 3.1 of the thesis, from this run)',
    `${key}<div class="rows wide">${rows.join('')}<div class="row"><span class="label"></span>${axis(scale, (t) => `${Math.round(100 * t)} %`)}<span class="value sr"></span></div></div>`,
    'The distance between the two dots is J. Both rates are taken at each label’s calibrated cut-off; where an augmentation cannot be recognised they coincide, wherever that cut-off happens to put them. The thesis’s own figures, at probability 0.5, stand in the table of verdicts.',
  );
}

function track(a: AugmentationResult, clean: number | undefined): string {
  const ticks = scale.ticks.map((t) => upright(scale, t, 'tick')).join('');
  const line = clean === undefined ? '' : upright(scale, clean, 'clean');
  const task =
    a.taskAccuracy === undefined
      ? ''
      : `<line class="task" x1="${at(scale, a.taskAccuracy)}" x2="${at(scale, a.taskAccuracy)}" y1="4" y2="20"/>`;
  return `<svg class="track" height="24" aria-hidden="true">${ticks}${line}<line class="link" x1="${at(scale, a.fpr)}" x2="${at(scale, a.tpr)}" y1="12" y2="12"/>${task}<circle class="fpr" cx="${at(scale, a.fpr)}" cy="12" r="5"/><circle class="tpr" cx="${at(scale, a.tpr)}" cy="12" r="5"/></svg>`;
}
