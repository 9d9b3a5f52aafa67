import type { Selection } from '../config/index.js';
import { escape, percent, signed } from './html.js';

/** The verdict of every augmentation, most harmless first. */
export function verdictTable(selection: Selection): string {
  const rows = [...selection.augmentations]
    .sort((a, b) => a.j - b.j)
    .map(
      (a) =>
        `<tr><th scope="row">${escape(a.name)}</th><td class="verdict ${a.verdict}">${a.verdict}</td><td class="n">${signed(a.j)}</td><td class="n">${signed(a.jLow)} … ${signed(a.jHigh)}</td><td class="n">${a.auc.toFixed(3)}</td><td class="n">${percent(a.thesis.tpr)}</td><td class="n">${percent(a.thesis.fpr)}</td><td class="n">${signed(100 * a.taskChange.value, 1)} %</td><td class="n">${signed(100 * a.taskChange.low, 1)} … ${signed(100 * a.taskChange.high, 1)}</td><td class="n">${a.n}</td></tr>`,
    );
  return table(
    [
      'Augmentation',
      'Verdict',
      'J',
      'interval',
      'AUC',
      'TPR at 0.5',
      'FPR at 0.5',
      'Task change',
      '95 %',
      'n',
    ],
    rows,
  );
}

/** The reason of every verdict, in the same order. */
export function reasons(selection: Selection): string {
  const rows = [...selection.augmentations]
    .sort((a, b) => a.j - b.j)
    .map((a) => `<dt>${escape(a.name)}</dt><dd>${escape(a.reason)}</dd>`);
  return `<details><summary>Reasons</summary><dl>${rows.join('')}</dl></details>`;
}

/** What the controls scored, and whether they did what they are there for. */
export function controlTable(selection: Selection): string {
  const rows = selection.controls.map(
    (c) =>
      `<tr><th scope="row">${escape(c.name)}</th><td>${c.kind}</td><td class="n">${signed(c.j)}</td><td class="n">${signed(c.jLow)} … ${signed(c.jHigh)}</td><td class="n">${c.auc?.toFixed(3) ?? ''}</td><td class="n">${percent(c.tpr)}</td><td class="n">${percent(c.fpr)}</td><td class="n">${c.n}</td><td class="verdict ${c.passed ? 'safe' : 'unsafe'}">${c.passed ? 'as expected' : 'not as expected'}</td></tr>`,
  );
  return table(['Control', 'Kind', 'J', '95 %', 'AUC', 'TPR', 'FPR', 'n', 'Outcome'], rows);
}

function table(heads: readonly string[], rows: readonly string[]): string {
  const text = new Set(['Augmentation', 'Verdict', 'Control', 'Kind', 'Outcome']);
  const head = heads.map((h) => `<th scope="col"${text.has(h) ? '' : ' class="n"'}>${h}</th>`);
  return `<div class="scroll"><table><thead><tr>${head.join('')}</tr></thead><tbody>${rows.join('')}</tbody></table></div>`;
}
