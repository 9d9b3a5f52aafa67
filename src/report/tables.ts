import type { Selection } from '../run/files/index.js';
import { escape, fixed, percent, points } from './html.js';
import { byJ, verdictBadge } from './marks.js';
import { axis, forestRow, scaleOfJ } from './track.js';

/** The verdict of every augmentation with its evidence, most harmless first. */
export function verdictTable(selection: Selection): string {
  const scale = scaleOfJ(selection, [0, 0.5, 1]);
  const rows = byJ(selection.augmentations).map(
    (a) => `<tr><th scope="row">${escape(a.name)}</th><td>${verdictBadge(a.verdict)}</td>
<td class="plot">${forestRow(scale, selection.delta, a, a.verdict)}</td>
<td class="n">${fixed(a.j)}<small>${fixed(a.jLow)} to ${fixed(a.jHigh)}</small></td>
<td class="n">${a.auc.toFixed(3)}</td>
<td class="n">${percent(a.thesis.tpr)}<small>${percent(a.thesis.fpr)}</small></td>
<td class="n">${points(a.taskChange.value)}<small>${points(a.taskChange.low)} to ${points(a.taskChange.high)}</small></td>
<td class="n">${a.harm === undefined ? '' : `${fixed(a.harm.value, 2)}<small>${fixed(a.harm.low, 2)} to ${fixed(a.harm.high, 2)}</small>`}</td>
<td class="why">${escape(a.reason)}</td></tr>`,
  );
  return table(
    'Verdicts with their evidence, the least recognisable augmentation first',
    [
      ['Augmentation'],
      ['Verdict'],
      [`J, line at delta${axis(scale)}`, 'plot'],
      ['J<small>interval</small>', 'n'],
      ['AUC', 'n'],
      ['At 0.5: recognised<small>false positives</small>', 'n'],
      ['Task change<small>points, 95 %</small>', 'n'],
      ['Harm<small>of skill</small>', 'n'],
      ['Why', 'why'],
    ],
    rows,
  );
}

const purposes = {
  negative: 'does nothing',
  harmless: 'sets delta',
  positive: 'must be seen',
} as const;

/** What the controls scored, and whether they did what they are there for. */
export function controlTable(selection: Selection): string {
  if (selection.controls.length === 0) return '';
  const scale = scaleOfJ(selection, [0, 0.5, 1]);
  const rows = selection.controls.map(
    (
      c,
    ) => `<tr><th scope="row">${escape(c.name)}</th><td>${c.kind}<small>${purposes[c.kind]}</small></td>
<td class="plot">${forestRow(scale, selection.delta, c, 'control')}</td>
<td class="n">${fixed(c.j)}<small>${fixed(c.jLow)} to ${fixed(c.jHigh)}</small></td>
<td class="n">${c.auc?.toFixed(3) ?? ''}</td>
<td class="n">${c.thesis === undefined ? '' : `${percent(c.thesis.tpr)}<small>${percent(c.thesis.fpr)}</small>`}</td>
<td class="n">${c.taskChange === undefined ? '' : points(c.taskChange.value)}</td>
<td>${c.passed ? '✓ as expected' : '<strong class="unsafe">✕ not as expected</strong>'}</td></tr>`,
  );
  return table(
    'Controls, learned as further labels in the same run',
    [
      ['Control'],
      ['Kind'],
      [`J, line at delta${axis(scale)}`, 'plot'],
      ['J<small>95 %</small>', 'n'],
      ['AUC', 'n'],
      ['At 0.5: recognised<small>false positives</small>', 'n'],
      ['Task change<small>points</small>', 'n'],
      ['Outcome'],
    ],
    rows,
  );
}

function table(
  caption: string,
  heads: readonly (readonly [string, string?])[],
  rows: readonly string[],
): string {
  const head = heads.map(
    ([text, kind]) => `<th scope="col"${kind ? ` class="${kind}"` : ''}>${text}</th>`,
  );
  return `<div class="scroll" tabindex="0" role="region" aria-label="${caption}"><table><caption>${caption}</caption><thead><tr>${head.join('')}</tr></thead><tbody>${rows.join('\n')}</tbody></table></div>`;
}
