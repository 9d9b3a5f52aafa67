import type { EventLine, Manifest, Samples, Selection } from '../run/files/index.js';
import { curves } from './curves.js';
import { figure31 } from './figure31.js';
import { forestPlot } from './forest.js';
import { escape, section } from './html.js';
import { facts, layout, nameOf } from './layout.js';
import { identities, matrix } from './matrix.js';
import { limits, provenance } from './provenance.js';
import { sampleSections } from './samples.js';
import { scatter } from './scatter.js';
import { strengths } from './strengths.js';
import { conflicts, rule, summary } from './summary.js';
import { controlTable, verdictTable } from './tables.js';
import { taskSections } from './tasks/index.js';

/** Everything a report is made of: the run folder's files. */
export interface ReportInput {
  readonly run: string;
  readonly manifest: Manifest;
  readonly selection: Selection;
  readonly samples: Samples | null;
  readonly events: readonly EventLine[];
}

/** The report as one self-contained page: no script, nothing from the network. */
export function page(input: ReportInput): string {
  const { run, manifest, selection, samples, events } = input;
  const name = escape(nameOf(manifest.data.source));
  return layout({
    title: `Safe augmentations for ${name}`,
    facts: facts(input),
    versions: manifest.versions,
    body: `${summary(selection)}
${section('verdicts', 'Verdicts', `${rule(selection)}${verdictTable(selection)}${forestPlot(selection)}`)}
${section('pairs', 'Combinations', `${conflicts(selection)}${matrix(selection)}${identities(selection)}`)}
${section('ranges', 'How far they may reach', strengths(selection))}
${section('task', 'Recognition and the task', figure31(selection) + scatter(selection))}
${section('controls', 'Controls', controls(selection))}
${taskSections({ ...selection, run, panels: samples?.panels })}
${samples === null ? '' : sampleSections(run, samples, selection)}
${section('training', 'Training', curves(events))}
${section('limits', 'What this says, and what not', limits(selection))}
${section('made', 'How it was made', provenance(manifest))}`,
  });
}

function controls(selection: Selection): string {
  const body = controlTable(selection);
  if (body === '') return '';
  return `<p>Learned as further labels in the same run, as a yardstick. Negative ones do nothing and must not be recognised; harmless ones are changes nobody would call unsafe and set delta; positive ones must be recognised, or the network has not learned to look.</p>${body}`;
}
