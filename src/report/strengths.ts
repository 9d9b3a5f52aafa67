import type { Selection } from '../run/files/index.js';
import { escape, fixed } from './html.js';

/** How far each augmentation that is not safe may reach and still be; empty where none was judged. */
export function strengths(selection: Selection): string {
  const items = selection.augmentations.flatMap(({ name, strengths: own }) =>
    (own ?? []).map((s) => {
      const points = s.points.map(
        (p) => `${fixed(p.magnitude, 2)}: J ${fixed(p.fitted, 2)}, up to ${fixed(p.high, 2)}`,
      );
      const told =
        s.safeUpTo === null
          ? 'not safe at any magnitude that was tried'
          : `safe up to ${fixed(s.safeUpTo, 2)} ${escape(s.unit)}`;
      return `<li><strong>${escape(name)}</strong>, ${escape(s.option)}: ${told} <span class="soft">(${points.join('; ')})</span></li>`;
    }),
  );
  if (items.length === 0) return '';
  return `<p>J of narrower ranges, at the cut-off of the full one, fitted as rising with the magnitude (isotonic regression); safe where the fit’s upper limit lies below delta and the task is not surely harmed. Where there is such a range, it stands in <code>policy.json</code> under <code>narrowed</code>.</p><ul class="limits">${items.join('')}</ul>`;
}
