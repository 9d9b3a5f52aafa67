import type { Manifest, Selection } from '../run/files/index.js';
import { taskFigure } from './figure-text.js';
import { escape, fixed, percent, whole } from './html.js';

/** How the run was made: what is needed to make it again, or to doubt it. */
export function provenance(m: Manifest): string {
  const pairs = (record: Record<string, unknown>): string =>
    Object.entries(record)
      .map(([name, value]) => `${name} ${typeof value === 'number' ? whole(value) : String(value)}`)
      .join(', ');
  const { hardware: h, data } = m;
  const rows: [string, string][] = [
    ['Command', `<code>${escape(m.command)}</code>`],
    ['Started', escape(m.created.replace('T', ' ').replace(/\.\d+Z$/, ' UTC'))],
    ['Data', `<code>${escape(data.source)}</code> (${escape(data.kind)})`],
    [
      'Images',
      `${whole(data.images)} of ${data.height} × ${data.width} px in ${data.classes.length} classes: ${escape(data.classes.slice(0, 12).join(', '))}${data.classes.length > 12 ? ', …' : ''}`,
    ],
    ['Split', escape(pairs(m.split))],
    ['Fingerprint', `<code>${escape(data.fingerprint)}</code>`],
    ['Seed', String(m.seed)],
    [
      'Machine',
      escape(
        `${h.cpu}, ${h.cores} cores, ${(h.memoryBytes / 2 ** 30).toFixed(0)} GiB; on ${h.device} with ${m.threads} threads, ${m.workers} loader threads`,
      ),
    ],
    ['Versions', escape(pairs(m.versions))],
  ];
  const skipped = data.skipped.length;
  if (skipped > 0)
    rows.push([
      'Left out',
      `${whole(skipped)} broken: ${escape(data.skipped.slice(0, 8).join(', '))}${skipped > 8 ? ', …' : ''}`,
    ]);
  return `<dl>${rows.map(([name, value]) => `<dt>${name}</dt><dd>${value}</dd>`).join('')}</dl>`;
}

/** What this run could have seen, and what no run of this kind says. */
export function limits(selection: Selection): string {
  const items: string[] = [];
  const { smallestDifference: smallest, cleanAccuracy: clean } = selection;
  const n = Math.min(...selection.augmentations.map((a) => a.n));
  if (smallest !== undefined)
    items.push(
      `<strong>Power.</strong> J was measured on ${whole(n)} or more image pairs for each augmentation. Differences of J under ${fixed(smallest)} cannot be excluded for the least certain of them; more images or draws would narrow that.`,
    );
  if (clean !== undefined)
    items.push(
      `<strong>The network.</strong> Its task ${taskFigure(selection)} on the clean judging images is ${percent(clean.value)} (95 %: ${percent(clean.low)} to ${percent(clean.high)}). A stronger network may recognise more.`,
    );
  items.push(
    '<strong>Alone.</strong> Each augmentation was judged by itself; a combination of safe ones need not be safe.',
    '<strong>Safe is not useful.</strong> Safe says that labels and distribution are kept. Whether accuracy rises by training with it is another question; the task change shows only what it does to this network.',
    '<strong>Independent images.</strong> Intervals take images for independent. Frames of one video, or copies of one picture, are not: with them intervals are too narrow.',
    '<strong>Held out.</strong> Judging used images held out from training; the test images were not touched. The thesis selected on the test set.',
  );
  return `<ul class="limits">${items.map((item) => `<li>${item}</li>`).join('')}</ul>`;
}
