import type { EventLine, Manifest, Samples, Selection } from '../config/index.js';
import { curves } from './curves.js';
import { figure31 } from './figure31.js';
import { forestPlot } from './forest.js';
import { escape, percent } from './html.js';
import { sampleStrips } from './samples.js';
import { scatter } from './scatter.js';
import { css } from './style.js';
import { controlTable, reasons, verdictTable } from './tables.js';

/** Everything a report is made of: the run folder's files. */
export interface ReportInput {
  readonly run: string;
  readonly manifest: Manifest;
  readonly selection: Selection;
  readonly samples: Samples | null;
  readonly events: readonly EventLine[];
}

/** The report as one self-contained page. */
export function page(input: ReportInput): string {
  const { run, manifest, selection, samples, events } = input;
  const title = `Safe augmentations for ${escape(manifest.data.source)}`;
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1"><title>${title}</title><style>${css}</style></head><body>
<h1>${title}</h1>
${headline(selection)}
<h2>Verdicts</h2>${verdictTable(selection)}${reasons(selection)}
${forestPlot(selection)}
<p>${power(selection)}</p>
<h2>Recognition and the task</h2>${figure31(selection)}${scatter(selection)}
<h2>Controls</h2><p>Learned as further labels in the same run. Negative ones do nothing and must not be recognised; harmless ones set delta; positive ones must be recognised, or the network has not learned to look.</p>${controlTable(selection)}
<h2>Training</h2>${curves(events)}
${samples === null ? '' : sampleStrips(run, samples, selection)}
<h2>How this was made</h2>${provenance(manifest)}
<h2>What this does not say</h2><p>Each augmentation was judged alone, on images held out from training; the test images were not touched. Safe means that the network cannot tell augmented images from clean ones better than harmless changes allow. It does not promise that accuracy rises: the task change shows what the augmentation does to this network.</p>
<footer>Made by safe-augment ${escape(manifest.versions['safe-augment'] ?? '')}.</footer>
</body></html>
`;
}

function headline(selection: Selection): string {
  const names = (verdict: string): string =>
    selection.augmentations
      .filter((a) => a.verdict === verdict)
      .map((a) => escape(a.name))
      .join(', ') || 'none';
  if (selection.status === 'undertrained')
    return `<p class="lead"><strong>No verdict.</strong> The network missed the positive controls: it has not learned enough to judge. Give the run more time.</p>`;
  return `<p class="lead"><span class="verdict safe">Safe:</span> ${names('safe')}.<br><span class="verdict unsafe">Unsafe:</span> ${names('unsafe')}.<br><span class="verdict undecided">Undecided:</span> ${names('undecided')}.</p><p class="soft">Delta is ${selection.delta.toFixed(3)}: ${escape(selection.deltaFrom)}. Rule: ${selection.rule}.</p>`;
}

function power(selection: Selection): string {
  const smallest = selection.smallestDifference;
  const accuracy = selection.cleanAccuracy;
  const parts: string[] = [];
  if (smallest !== undefined)
    parts.push(
      `With the images and draws used, differences of J under ${smallest.toFixed(3)} cannot be excluded for the least certain augmentation.`,
    );
  if (accuracy !== undefined)
    parts.push(
      `The task’s accuracy on the clean judging images is ${percent(accuracy.value)} (95 %: ${percent(accuracy.low)} to ${percent(accuracy.high)}).`,
    );
  return parts.join(' ');
}

function provenance(m: Manifest): string {
  const rows: [string, string][] = [
    ['Command', `<code>${escape(m.command)}</code>`],
    ['Made', escape(m.created)],
    [
      'Data',
      `${escape(m.data.kind)}, ${m.data.images} images of ${m.data.height}×${m.data.width} px, ${m.data.classes.length} classes; fingerprint <code>${escape(m.data.fingerprint.slice(0, 16))}</code>`,
    ],
    [
      'Split',
      escape(
        Object.entries(m.split)
          .map(([name, n]) => `${name} ${n}`)
          .join(', '),
      ),
    ],
    ['Seed', String(m.seed)],
    [
      'Machine',
      escape(
        `${m.hardware.cpu}, ${m.hardware.cores} cores, ${m.hardware.device}, ${m.threads} threads, ${m.workers} workers`,
      ),
    ],
    [
      'Versions',
      escape(
        Object.entries(m.versions)
          .map(([name, v]) => `${name} ${v}`)
          .join(', '),
      ),
    ],
  ];
  if (m.data.skipped.length > 0) rows.push(['Skipped', escape(m.data.skipped.join(', '))]);
  return `<dl>${rows.map(([name, value]) => `<dt>${name}</dt><dd>${value}</dd>`).join('')}</dl>`;
}
