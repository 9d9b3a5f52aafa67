import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Samples, Selection } from '../config/index.js';
import { escape } from './html.js';

/** Strips of the user's own images, embedded; a picture that is no longer there is left out. */
export function sampleStrips(run: string, samples: Samples, selection: Selection): string {
  const verdicts = new Map(selection.augmentations.map((a) => [a.name, a.verdict]));
  const strip = (file: string, alt: string, caption: string): string => {
    const path = join(run, file);
    if (!existsSync(path)) return '';
    const data = readFileSync(path).toString('base64');
    return `<figure><img alt="${escape(alt)}" src="data:image/png;base64,${data}"><figcaption>${caption}</figcaption></figure>`;
  };
  const augmentations = samples.augmentations.map((s) => {
    const verdict = verdicts.get(s.name) ?? 'undecided';
    const caption = `${escape(s.name)} <span class="verdict ${verdict}">${verdict}</span>`;
    return strip(s.file, `images as they are, and below with ${s.name}`, caption);
  });
  const subsets = samples.subsets.map((s, i) =>
    strip(
      s.file,
      `images as they are, and below with random members of ${s.members.join(', ')}`,
      `Set ${i + 1}: ${s.members.map(escape).join(', ')}`,
    ),
  );
  const second =
    subsets.length === 0
      ? ''
      : `<h2>Random subsets of the safe set</h2><p class="soft">Each member applied with probability 0.5, as in figure 3.4 of the thesis.</p><div class="strips">${subsets.join('')}</div>`;
  return `<h2>On your own images</h2><p class="soft">Upper row: as they are. Lower row: augmented.</p><div class="strips">${augmentations.join('')}</div>${second}`;
}
