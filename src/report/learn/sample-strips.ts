import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Samples, Selection, Sheet } from '../../run/files/index.js';
import { markup, nothing, type Content, type Markup } from '../html.js';
import { byJ, section, verdictBadge } from '../elements.js';

/** Strips of the user's own images, embedded; a picture that is no longer there is left out. */
export function sampleSections(run: string, samples: Samples, selection: Selection): Markup {
  const strip = (sheet: Sheet, what: string, caption: Content): Markup[] => {
    const path = join(run, sheet.file);
    if (!existsSync(path)) return [];
    const width = sheet.columns * (sheet.tile.width + sheet.gap) - sheet.gap;
    const height = sheet.rows * (sheet.tile.height + sheet.gap) - sheet.gap;
    const data = readFileSync(path).toString('base64');
    return [
      markup`<figure class="strip"><figcaption>${caption}</figcaption><img loading="lazy" width="${width}" height="${height}" alt="Above ${sheet.columns} images as they are, below the same with ${what}" src="data:image/png;base64,${data}"></figure>`,
    ];
  };
  const sheets = new Map(samples.augmentations.map((s) => [s.name, s]));
  const augmentations = byJ(selection.augmentations).flatMap((a) => {
    const sheet = sheets.get(a.name);
    const caption = markup`${a.name} ${verdictBadge(a.verdict)}`;
    return sheet === undefined ? [] : strip(sheet, a.name, caption);
  });
  const controls = samples.controls.flatMap((s) => strip(s, s.name, s.name));
  const subsets = samples.subsets.flatMap((s, i) => {
    const members = s.members.join(', ');
    return strip(s, `a random part of ${members}`, `Set ${i + 1}: ${members}`);
  });
  const strips = (all: readonly Markup[]): Markup =>
    all.length === 0 ? nothing : markup`<div class="strips">${all}</div>`;
  const more =
    controls.length === 0
      ? nothing
      : markup`<details><summary>The controls on the same images</summary>${strips(controls)}</details>`;
  const own =
    augmentations.length === 0
      ? nothing
      : markup`<p>Upper row: the images as they are. Lower row: the same images, augmented.</p>${strips(augmentations)}${more}`;
  const sets =
    subsets.length === 0
      ? nothing
      : markup`<p>As in training with the policy: each member is applied with probability 0.5 (figure 3.4 of the thesis).</p>${strips(subsets)}`;
  return markup`${section('samples', 'On your own images', own)}${section('subsets', 'Random subsets of the safe set', sets)}`;
}
