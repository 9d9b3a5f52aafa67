import type { EventLine, Manifest, Selection } from '../run/files/index.js';
import { curves } from './curves.js';
import { escape, fixed, listed, percent, section } from './html.js';
import { facts, layout, nameOf } from './layout.js';
import { verdictBadge } from './marks.js';
import { provenance } from './provenance.js';

/** A data set of the run: its name, its verdicts, and where its own report lies. */
export interface ReportedSet {
  readonly name: string;
  readonly data: string;
  readonly selection: Selection;
  /** Relative to the page. */
  readonly report: string;
}

/** What the report of a run on several data sets is made of. */
export interface SeveralReportInput {
  readonly manifest: Manifest;
  readonly sets: readonly ReportedSet[];
  readonly events: readonly EventLine[];
}

/** The verdicts for all data sets side by side, each with a link to its own report. */
export function severalPage({ manifest, sets, events }: SeveralReportInput): string {
  return layout({
    title: `Safe augmentations for ${listed(sets.map(({ data }) => nameOf(data)))}`,
    facts: facts({ manifest, events }),
    versions: manifest.versions,
    body: `<p class="lead">${headline(sets)}</p>
${section('sets', 'Data sets', setTable(sets))}
${section('verdicts', 'Verdicts', `${explained}${verdicts(sets)}`)}
${section('training', 'Training', curves(events))}
${section('made', 'How it was made', provenance(manifest))}`,
  });
}

const explained = `<p>One network learned all of them: one trunk and one recognition head, and a task head for each. Each was judged on held-out images of its own, against controls and a delta of its own. <dfn>J</dfn> is the recognition rate minus the false-positive rate: 0 where an augmentation cannot be told from nothing, 1 where it always can.</p>`;

function headline(sets: readonly ReportedSet[]): string {
  const silent = sets.filter(({ selection }) => selection.status === 'undertrained');
  if (silent.length === sets.length)
    return '<strong>No verdict: undertrained.</strong> The network has not learned enough of any data set: give the run more time (<code>--budget</code>) or more images.';
  const spoken = sets.filter((set) => !silent.includes(set));
  const common = commonSafe(spoken);
  const of = spoken.length === sets.length ? 'all data sets' : listed(spoken.map((s) => s.name));
  const first =
    common.length === 0
      ? `No augmentation is safe for ${of}.`
      : `<strong>${listed(common)} ${common.length === 1 ? 'is' : 'are'} safe for ${of}.</strong>`;
  const parted = differing(spoken);
  const second =
    parted.length === 0 ? '' : ` Safe for some and unsafe for others: ${listed(parted)}.`;
  const third =
    silent.length === 0
      ? ''
      : ` For ${listed(silent.map((s) => s.name))} there is no verdict: undertrained.`;
  return first + second + third;
}

function commonSafe(sets: readonly ReportedSet[]): string[] {
  const [first] = sets;
  return first.selection.safe.filter((name) =>
    sets.every(({ selection }) => selection.safe.includes(name)),
  );
}

/** Augmentations that are surely safe for one set and surely unsafe for another. */
function differing(sets: readonly ReportedSet[]): string[] {
  return sets[0].selection.augmentations
    .map(({ name }) => name)
    .filter((name) => {
      const told = new Set(sets.map(({ selection }) => verdictOf(selection, name)?.verdict));
      return told.has('safe') && told.has('unsafe');
    });
}

const verdictOf = (selection: Selection, name: string) =>
  selection.augmentations.find((a) => a.name === name);

function setTable(sets: readonly ReportedSet[]): string {
  const rows = sets.map(({ name, data, selection, report }) => {
    const { cleanAccuracy: clean, delta, status, safe } = selection;
    const accuracy =
      clean === undefined
        ? ''
        : `${percent(clean.value)}<small>${percent(clean.low)} to ${percent(clean.high)}</small>`;
    const names = status === 'undertrained' ? 'no verdict: undertrained' : listed(safe) || 'none';
    return `<tr><th scope="row"><a href="${escape(link(report))}">${escape(name)}</a></th><td><code>${escape(data)}</code></td><td class="n">${accuracy}</td><td class="n">${fixed(delta)}</td><td>${names}</td></tr>`;
  });
  return table(
    'Data sets',
    `<th scope="col">Data set<small>its own report</small></th><th scope="col">Folder</th><th scope="col" class="n">Task accuracy<small>clean judging images, 95 %</small></th><th scope="col" class="n">delta</th><th scope="col">Safe</th>`,
    rows,
  );
}

const link = (path: string): string => path.split('/').map(encodeURIComponent).join('/');

function verdicts(sets: readonly ReportedSet[]): string {
  const total = (name: string): number =>
    sets.reduce((sum, { selection }) => sum + (verdictOf(selection, name)?.j ?? 0), 0);
  const names = sets[0].selection.augmentations
    .map(({ name }) => name)
    .sort((a, b) => total(a) - total(b));
  const rows = names.map((name) => {
    const cells = sets.map(({ selection }) => {
      const a = verdictOf(selection, name);
      if (a === undefined) return '<td></td><td class="n"></td>';
      const silent = selection.status === 'undertrained';
      return `<td>${silent ? '<span class="soft">no verdict</span>' : verdictBadge(a.verdict)}</td><td class="n">${fixed(a.j)}<small>${fixed(a.jLow)} to ${fixed(a.jHigh)}</small></td>`;
    });
    return `<tr><th scope="row">${escape(name)}</th>${cells.join('')}</tr>`;
  });
  const heads = sets.map(
    ({ name }) =>
      `<th scope="col">${escape(name)}</th><th scope="col" class="n">J<small>95 %</small></th>`,
  );
  return table('Verdicts', `<th scope="col">Augmentation</th>${heads.join('')}`, rows);
}

function table(label: string, heads: string, rows: readonly string[]): string {
  return `<div class="scroll" tabindex="0" role="region" aria-label="${label}"><table><thead><tr>${heads}</tr></thead><tbody>${rows.join('\n')}</tbody></table></div>`;
}
