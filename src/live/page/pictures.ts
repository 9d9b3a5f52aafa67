import { verdictBadge } from '../../report/elements.js';
import { markup, nothing, type Markup } from '../../report/html.js';
import type { LiveState } from '../live-state.js';

/** What the augmentations do to the user's own images, each with its verdict so far. */
export function pictures(state: LiveState): Markup {
  const sheets = state.last('samples')?.sheets ?? [];
  if (sheets.length === 0) return nothing;
  const verdicts = new Map(
    state.last('look')?.augmentations.map(({ name, verdict }) => [name, verdict] as const) ?? [],
  );
  const strips = sheets.map(({ name, file, rows, columns, tile, gap }) => {
    const width = columns * (tile.width + gap) - gap;
    const height = rows * (tile.height + gap) - gap;
    const verdict = verdicts.get(name);
    const badge = verdict === undefined ? nothing : verdictBadge(verdict);
    const src = file.split('/').map(encodeURIComponent).join('/');
    return markup`<figure class="strip"><figcaption>${name} ${badge}</figcaption><img loading="lazy" width="${width}" height="${height}" alt="Above ${columns} images as they are, below the same with ${name}" src="${src}"></figure>`;
  });
  return markup`<p>Upper row: the images as they are. Lower row: the same images, augmented.</p><div class="strips">${strips}</div>`;
}
