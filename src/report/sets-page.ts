import type { EventLine, Manifest, Selection } from '../run/files/index.js';
import { augmentedNote, curves } from './charts/curves.js';
import { term } from './glossary.js';
import { markup, type Content, type Markup } from './html.js';
import { sourceName, facts, layout } from './layout.js';
import { estimate, section, table, twoLines, verdictBadge } from './elements.js';
import { provenance } from './provenance.js';
import { warnings } from './warnings.js';
import { fixed, listed, percent, taskFigure } from './wording.js';

/** A data set of the run: its name, its verdicts, and where its own report lies. */
export interface ReportedSet {
  readonly name: string;
  readonly data: string;
  readonly selection: Selection;
  /** Relative to the page. */
  readonly report: string;
}

/** What the report of a run on several data sets is made of. */
export interface SetsReportInput {
  readonly manifest: Manifest;
  readonly sets: readonly ReportedSet[];
  readonly events: readonly EventLine[];
}

/** The verdicts for all data sets side by side, each with a link to its own report. */
export function setsPage({ manifest, sets, events }: SetsReportInput): string {
  return layout({
    title: `Safe augmentations for ${listed(sets.map(({ data }) => sourceName(data)))}`,
    facts: facts({ manifest, events }),
    versions: manifest.versions,
    body: markup`<p class="lead">${headline(sets)}</p>
${section('sets', 'Data sets', setTable(sets))}
${section('verdicts', 'Verdicts', markup`${explained}${verdicts(sets)}`)}
${warnings(events)}
${section('training', 'Training', curves(events, augmentedNote))}
${section('made', 'How it was made', provenance(manifest))}`,
  });
}

const explained = markup`<p>One network learned all data sets: one trunk, one recognition head, and a task head for each. Each set was judged on ${term('judging images')} of its own, with its own ${term('control', 'controls')} and its own ${term('delta')}. ${term('J')} is the recognition rate minus the false-positive rate: 0 where the augmentation is not recognised, 1 where it always is.</p>`;

function headline(sets: readonly ReportedSet[]): Content {
  const undertrained = sets.filter(({ selection }) => selection.status === 'undertrained');
  if (undertrained.length === sets.length)
    return markup`<strong>No verdict: undertrained.</strong> The network has not learned enough of any data set: give the run more time (<code>--budget</code>) or more images.`;
  const judged = sets.filter((set) => !undertrained.includes(set));
  const common = commonSafe(judged);
  const of = judged.length === sets.length ? 'all data sets' : listed(judged.map((s) => s.name));
  const first =
    common.length === 0
      ? `No augmentation is safe for ${of}.`
      : markup`<strong>${listed(common)} ${common.length === 1 ? 'is' : 'are'} safe for ${of}.</strong>`;
  const parted = differing(judged);
  const second =
    parted.length === 0 ? '' : ` Safe for some and unsafe for others: ${listed(parted)}.`;
  const third =
    undertrained.length === 0
      ? ''
      : ` For ${listed(undertrained.map((s) => s.name))} there is no verdict: undertrained.`;
  return [first, second, third];
}

function commonSafe(sets: readonly ReportedSet[]): string[] {
  const [first] = sets;
  return first.selection.safe.filter((name) =>
    sets.every(({ selection }) => selection.safe.includes(name)),
  );
}

/** Augmentations that are safe for one set and unsafe for another. */
function differing(sets: readonly ReportedSet[]): string[] {
  return sets[0].selection.augmentations
    .map(({ name }) => name)
    .filter((name) => {
      const found = new Set(sets.map(({ selection }) => verdictOf(selection, name)?.verdict));
      return found.has('safe') && found.has('unsafe');
    });
}

const verdictOf = (selection: Selection, name: string) =>
  selection.augmentations.find((a) => a.name === name);

function setTable(sets: readonly ReportedSet[]): Markup {
  // One name for the column: the sets of a run share their task.
  const task = taskFigure(sets[0].selection);
  return table(
    'Data sets',
    [
      { head: twoLines('Data set', 'its own report') },
      { head: 'Folder' },
      { head: twoLines(`Task ${task}`, 'clean judging images, 95 %'), kind: 'n' },
      { head: 'delta', kind: 'n' },
      { head: 'Safe' },
    ],
    sets.map(({ name, data, selection, report }) => {
      const { cleanAccuracy: clean, delta, status, safe } = selection;
      const names = status === 'undertrained' ? 'no verdict: undertrained' : listed(safe) || 'none';
      return [
        markup`<a href="${link(report)}">${name}</a>`,
        markup`<code>${data}</code>`,
        clean === undefined ? '' : estimate(clean.value, clean.low, clean.high, percent),
        fixed(delta),
        names,
      ];
    }),
  );
}

const link = (path: string): string => path.split('/').map(encodeURIComponent).join('/');

function verdicts(sets: readonly ReportedSet[]): Markup {
  const total = (name: string): number =>
    sets.reduce((sum, { selection }) => sum + (verdictOf(selection, name)?.j ?? 0), 0);
  const names = sets[0].selection.augmentations
    .map(({ name }) => name)
    .sort((a, b) => total(a) - total(b));
  const rows = names.map((name) => {
    const cells = sets.flatMap(({ selection }): Content[] => {
      const a = verdictOf(selection, name);
      if (a === undefined) return ['', ''];
      const badge =
        selection.status === 'undertrained'
          ? markup`<span class="soft">no verdict</span>`
          : verdictBadge(a.verdict);
      return [badge, estimate(a.j, a.jLow, a.jHigh)];
    });
    return [name, ...cells];
  });
  const heads = sets.flatMap(({ name }) => [
    { head: name },
    { head: twoLines('J', '95 %'), kind: 'n' as const },
  ]);
  return table('Verdicts', [{ head: 'Augmentation' }, ...heads], rows);
}
