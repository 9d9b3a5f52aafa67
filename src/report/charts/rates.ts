import type { AugmentationResult, Selection } from '../../run/files/index.js';
import { term } from '../glossary.js';
import { markup, nothing, type Markup } from '../html.js';
import { byJ, figure, key } from '../elements.js';
import { percent, taskFigure } from '../wording.js';
import { at, axis, bar, row, rowScale, track, upright } from './rows.js';

const scale = rowScale(-0.02, 1.02);
const ticks = scale.ticks(6);

/** Figure 3.1 of the thesis from this run: both rates and the task's score under each augmentation. */
export function rates(selection: Selection): Markup {
  const clean = selection.cleanAccuracy?.value;
  const task = taskFigure(selection);
  const rows = byJ(selection.augmentations).map((a) => {
    const own = a.taskAccuracy === undefined ? '' : `, task ${task} ${percent(a.taskAccuracy)}`;
    const told = `false positives ${percent(a.fpr)}, recognised ${percent(a.tpr)}${own}`;
    return row(a.name, drawn(a, clean), told, 'value sr');
  });
  const labels = axis(scale, ticks, (t) => `${Math.round(100 * t)} %`);
  const meanings = key([
    ['fpr', 'false positives on clean images'],
    ['tpr', 'recognised when applied'],
    ['task', `task ${task} under it`],
    ...(clean === undefined
      ? []
      : [['clean', `task ${task} without augmentation (${percent(clean)})`] as const]),
  ]);
  return figure(
    'False positives, recognition and the task (figure 3.1 of the thesis, from this run)',
    markup`${meanings}<div class="rows wide">${rows}${row('', labels, '', 'value sr')}</div>`,
    markup`The distance between the two dots is ${term('J')}. Both rates are measured at each label’s calibrated cut-off. Where an augmentation is not recognised they coincide, wherever the cut-off lies. The table of verdicts has the thesis’s own figures, at probability 0.5.`,
  );
}

function drawn({ fpr, tpr, taskAccuracy }: AugmentationResult, clean: number | undefined): Markup {
  const dot = (kind: string, rate: number): Markup =>
    markup`<circle class="${kind}" cx="${at(scale, rate)}" cy="12" r="5"/>`;
  const x = taskAccuracy === undefined ? undefined : at(scale, taskAccuracy);
  return track(
    ticks.map((t) => upright(scale, t, 'tick')),
    clean === undefined ? nothing : upright(scale, clean, 'clean'),
    bar(scale, fpr, tpr, 'link'),
    x === undefined ? nothing : markup`<line class="task" x1="${x}" x2="${x}" y1="4" y2="20"/>`,
    dot('fpr', fpr),
    dot('tpr', tpr),
  );
}
