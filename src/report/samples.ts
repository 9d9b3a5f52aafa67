import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Samples, Selection, Sheet } from '../run/files/index.js';
import { escape, section } from './html.js';
import { byJ, verdictBadge } from './marks.js';

/** Strips of the user's own images, embedded; a picture that is no longer there is left out. */
export function sampleSections(run: string, samples: Samples, selection: Selection): string {
  const strip = (sheet: Sheet, what: string, caption: string): string => {
    const path = join(run, sheet.file);
    if (!existsSync(path)) return '';
    const width = sheet.columns * (sheet.tile.width + sheet.gap) - sheet.gap;
    const height = sheet.rows * (sheet.tile.height + sheet.gap) - sheet.gap;
    const data = readFileSync(path).toString('base64');
    return `<figure class="strip"><figcaption>${caption}</figcaption><img loading="lazy" width="${width}" height="${height}" alt="${escape(`Above ${sheet.columns} images as they are, below the same with ${what}`)}" src="data:image/png;base64,${data}"></figure>`;
  };
  const sheets = new Map(samples.augmentations.map((s) => [s.name, s]));
  const augmentations = byJ(selection.augmentations).flatMap((a) => {
    const sheet = sheets.get(a.name);
    const caption = `${escape(a.name)} ${verdictBadge(a.verdict)}`;
    return sheet === undefined ? [] : [strip(sheet, a.name, caption)];
  });
  const controls = samples.controls.map((s) => strip(s, s.name, escape(s.name)));
  const subsets = samples.subsets.map((s, i) =>
    strip(
      s,
      `a random part of ${s.members.join(', ')}`,
      `Set ${i + 1}: ${s.members.map(escape).join(', ')}`,
    ),
  );
  const strips = (all: readonly string[]): string =>
    all.join('') === '' ? '' : `<div class="strips">${all.join('')}</div>`;
  const more =
    strips(controls) === ''
      ? ''
      : `<details><summary>The controls on the same images</summary>${strips(controls)}</details>`;
  const own = strips(augmentations);
  const sets = strips(subsets);
  return (
    section(
      'samples',
      'On your own images',
      own === ''
        ? ''
        : `<p>Upper row: as they are. Lower row: the same images, augmented.</p>${own}${more}`,
    ) +
    section(
      'subsets',
      'Random subsets of the safe set',
      sets === ''
        ? ''
        : `<p>As in training with the policy: every member applied with probability 0.5 (figure 3.4 of the thesis).</p>${sets}`,
    )
  );
}
