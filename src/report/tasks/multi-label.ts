import { markup, nothing, type Markup } from '../html.js';
import { section, table } from '../elements.js';
import { percent } from '../wording.js';
import type { TaskFindings } from './findings.js';

/** Average precision of every label with its share of the images, best first; labels that no image has last. */
export function multiLabelSection({ labels }: TaskFindings): Markup {
  if (labels === undefined) return nothing;
  const sorted = [...labels].sort(
    (a, b) => (b.averagePrecision ?? -1) - (a.averagePrecision ?? -1),
  );
  const shown = table(
    'Labels',
    [
      { head: 'Label' },
      { head: 'Average precision', kind: 'n' },
      { head: markup`<span class="sr">as a bar</span>` },
      { head: 'Images that have it', kind: 'n' },
    ],
    sorted.map(({ name, averagePrecision: value, share }) => [
      name,
      value === null ? 'no images' : percent(value),
      markup`<span class="iou"><i style="width:${(100 * (value ?? 0)).toFixed(1)}%;background:var(--a)"></i></span>`,
      percent(share),
    ]),
  );
  return section(
    'labels',
    'Labels',
    markup`${shown}<p class="soft">A random order of the images would give a label its share as its average precision.</p>`,
  );
}
