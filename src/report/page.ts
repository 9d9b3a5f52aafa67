import { basename } from 'node:path';
import {
  formatDuration,
  type EventLine,
  type Manifest,
  type Samples,
  type Selection,
} from '../config/index.js';
import { curves } from './curves.js';
import { figure31 } from './figure31.js';
import { forestPlot } from './forest.js';
import { count, escape, section } from './html.js';
import { limits, provenance } from './provenance.js';
import { sampleSections } from './samples.js';
import { scatter } from './scatter.js';
import { css } from './style.js';
import { conflicts, rule, summary } from './summary.js';
import { controlTable, verdictTable } from './tables.js';

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
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Safe augmentations for ${name}</title>
<style>${css}</style>
</head>
<body>
<header><p class="eyebrow">safe-augment</p><h1>Safe augmentations for ${name}</h1><p class="soft">${facts(input)}</p></header>
<main>
${summary(selection)}
${section('verdicts', 'Verdicts', `${rule(selection)}${verdictTable(selection)}${conflicts(selection)}${forestPlot(selection)}`)}
${section('task', 'Recognition and the task', figure31(selection) + scatter(selection))}
${section('controls', 'Controls', controls(selection))}
${samples === null ? '' : sampleSections(run, samples, selection)}
${section('training', 'Training', curves(events))}
${section('limits', 'What this says, and what not', limits(selection))}
${section('made', 'How it was made', provenance(manifest))}
</main>
<footer><p class="soft">Made by safe-augment ${escape(manifest.versions['safe-augment'] ?? '')} from the run folder alone. Method: Baran, Kupyn, Kravchenko, <cite>Safe Augmentation: Learning Task-Specific Transformations from Data</cite>, 2019 (arXiv 1907.12896).</p></footer>
</body>
</html>
`;
}

/** `cifar10:/data/cifar10` and `/data/cifar10` are called cifar10. */
function nameOf(source: string): string {
  return basename(source.replace(/^[a-z][a-z0-9-]+:(?=.)/, '').replace(/[/\\]+$/, '')) || source;
}

function facts({ manifest, events }: ReportInput): string {
  const { data, hardware, created } = manifest;
  const done = events.flatMap((e) => (e.type === 'finished' ? [e.seconds] : [])).at(-1);
  return [
    count(data.images, 'image'),
    `${data.height} × ${data.width} px`,
    count(data.classes.length, 'class').replace('classs', 'classes'),
    ...(done === undefined ? [] : [`${formatDuration(done)} on ${escape(hardware.device)}`]),
    escape(created.slice(0, 10)),
  ].join(' · ');
}

function controls(selection: Selection): string {
  const body = controlTable(selection);
  if (body === '') return '';
  return `<p>Learned as further labels in the same run, as a yardstick. Negative ones do nothing and must not be recognised; harmless ones are changes nobody would call unsafe and set delta; positive ones must be recognised, or the network has not learned to look.</p>${body}`;
}
