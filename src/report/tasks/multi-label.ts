import { escape, percent, section } from '../html.js';
import type { TaskFindings } from './findings.js';

/** Average precision of every label with its share of the images, best first; labels that no image has last. */
export function multiLabelSection({ labels }: TaskFindings): string {
  if (labels === undefined) return '';
  const sorted = [...labels].sort(
    (a, b) => (b.averagePrecision ?? -1) - (a.averagePrecision ?? -1),
  );
  const rows = sorted.map(({ name, averagePrecision: value, share }) => {
    const bar = `<span class="iou"><i style="width:${(100 * (value ?? 0)).toFixed(1)}%;background:var(--a)"></i></span>`;
    return `<tr><th scope="row">${escape(name)}</th><td class="n">${value === null ? 'no images' : percent(value)}</td><td class="bar">${bar}</td><td class="n">${percent(share)}</td></tr>`;
  });
  return section(
    'labels',
    'Labels',
    `<div class="scroll" tabindex="0" role="region" aria-label="Labels"><table class="classes"><thead><tr><th scope="col">Label</th><th scope="col" class="n">Average precision</th><th scope="col"></th><th scope="col" class="n">Images that have it</th></tr></thead><tbody>${rows.join('')}</tbody></table></div><p class="soft">A random order of the images would reach a label’s share as its average precision.</p>`,
  );
}
