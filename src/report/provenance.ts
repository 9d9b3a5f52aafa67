import type { Manifest } from '../run/files/index.js';
import { commandLine } from './elements.js';
import { markup, type Content, type Markup } from './html.js';
import { count, whole } from './wording.js';

/** How the run was made: what is needed to make it again, or to doubt it. */
export function provenance(m: Manifest): Markup {
  const pairs = (record: Record<string, unknown>): string =>
    Object.entries(record)
      .map(([name, value]) => `${name} ${typeof value === 'number' ? whole(value) : String(value)}`)
      .join(', ');
  const { hardware: h, data } = m;
  const rows: [string, Content][] = [
    ['Command', commandLine(m.command)],
    ['Started', timeOf(m.created)],
    ...(m.grown ?? []).map(({ command, at }): [string, Content] => [
      'Grown by',
      markup`${commandLine(command)} (${timeOf(at)})`,
    ]),
    ['Data', markup`<code>${data.source}</code> (${data.kind})`],
    [
      'Images',
      `${whole(data.images)}${data.groups === undefined ? '' : ` (in ${whole(data.groups)} groups; intervals are over groups)`} of ${data.height} × ${data.width} px in ${data.classes.length} classes: ${firstOf(data.classes, 12)}`,
    ],
    ['Split', pairs(m.split)],
    ['Fingerprint', markup`<code>${data.fingerprint}</code>`],
    ['Seed', m.seed],
    [
      'Machine',
      `${h.cpu}, ${count(h.cores, 'core')}, ${(h.memoryBytes / 2 ** 30).toFixed(0)} GiB; on ${h.device}${m.precision === undefined ? '' : ` in ${m.precision}`} with ${count(m.threads, 'thread')}, ${count(m.workers, 'loader thread')}`,
    ],
    ['Versions', pairs(m.versions)],
  ];
  const skipped = data.skipped.length;
  if (skipped > 0) rows.push(['Left out', `${whole(skipped)} broken: ${firstOf(data.skipped, 8)}`]);
  return markup`<dl>${rows.map(([name, value]) => markup`<dt>${name}</dt><dd>${value}</dd>`)}</dl>`;
}

function timeOf(iso: string): string {
  return iso.replace('T', ' ').replace(/\.\d+Z$/, ' UTC');
}

/** The first few names, and dots for the others. */
function firstOf(names: readonly string[], few: number): string {
  return `${names.slice(0, few).join(', ')}${names.length > few ? ', …' : ''}`;
}
