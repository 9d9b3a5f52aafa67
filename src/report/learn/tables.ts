import type { Selection } from '../../run/files/index.js';
import { axis, jTrack, scaleOfJ } from '../charts/rows.js';
import { term } from '../glossary.js';
import { markup, nothing, type Markup } from '../html.js';
import { byJ, estimate, table, twoLines, verdictBadge, type Column } from '../elements.js';
import { fixed, percent, points } from '../wording.js';

/** Ticks of J in a narrow column. */
const fewTicks = 3;

/** The verdict of every augmentation with its evidence, the least recognised first. */
export function verdictTable(selection: Selection): Markup {
  const scale = scaleOfJ(selection);
  const ticks = scale.ticks(fewTicks);
  const label = 'Verdicts with their evidence, the least recognised augmentation first';
  return table(
    label,
    [
      { head: 'Augmentation' },
      { head: 'Verdict' },
      { head: markup`${term('J')}, line at delta${axis(scale, ticks)}`, kind: 'plot' },
      { head: twoLines('J', 'interval'), kind: 'n' },
      { head: 'AUC', kind: 'n' },
      { head: twoLines('At 0.5: recognised', 'false positives'), kind: 'n' },
      { head: twoLines('Task change', 'points, 95 %'), kind: 'n' },
      { head: twoLines(term('harm', 'Harm'), 'of skill'), kind: 'n' },
      { head: 'Why', kind: 'why' },
    ],
    byJ(selection.augmentations).map((a) => [
      a.name,
      verdictBadge(a.verdict),
      jTrack(scale, ticks, selection.delta, a, a.verdict),
      estimate(a.j, a.jLow, a.jHigh),
      a.auc.toFixed(3),
      twoLines(percent(a.thesis.tpr), percent(a.thesis.fpr)),
      estimate(a.taskChange.value, a.taskChange.low, a.taskChange.high, points),
      a.harm === undefined
        ? ''
        : estimate(a.harm.value, a.harm.low, a.harm.high, (x) => fixed(x, 2)),
      a.reason,
    ]),
    markup`<caption>${label}</caption>`,
  );
}

const purposes = {
  negative: 'does nothing',
  harmless: 'sets delta',
  positive: 'must be recognised',
} as const;

/** What the controls scored, and whether they came out as they must; nothing where there are none. */
export function controlTable(selection: Selection): Markup {
  if (selection.controls.length === 0) return nothing;
  const scale = scaleOfJ(selection);
  const ticks = scale.ticks(fewTicks);
  const label = 'Controls, learned as further labels in the same run';
  const columns: Column[] = [
    { head: 'Control' },
    { head: 'Kind' },
    { head: markup`${term('J')}, line at delta${axis(scale, ticks)}`, kind: 'plot' },
    { head: twoLines('J', '95 %'), kind: 'n' },
    { head: 'AUC', kind: 'n' },
    { head: twoLines('At 0.5: recognised', 'false positives'), kind: 'n' },
    { head: twoLines('Task change', 'points'), kind: 'n' },
    { head: 'Outcome' },
  ];
  const rows = selection.controls.map((c) => [
    c.name,
    twoLines(c.kind, purposes[c.kind]),
    jTrack(scale, ticks, selection.delta, c, 'control'),
    estimate(c.j, c.jLow, c.jHigh),
    c.auc?.toFixed(3) ?? '',
    c.thesis === undefined ? '' : twoLines(percent(c.thesis.tpr), percent(c.thesis.fpr)),
    c.taskChange === undefined ? '' : points(c.taskChange.value),
    c.passed ? '✓ as expected' : markup`<strong class="unsafe">✕ not as expected</strong>`,
  ]);
  return markup`<p>The network learned each ${term('control')} as a further label in the same run. Negative controls do nothing and must not be recognised. Harmless controls are changes that hardly alter the image; they set ${term('delta')}. Positive controls must be recognised: otherwise the network has not learned enough for a verdict.</p>${table(label, columns, rows, markup`<caption>${label}</caption>`)}`;
}
