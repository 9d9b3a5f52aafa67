import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { transformNames } from '../../src/augment/index.js';
import { Rng } from '../../src/core/index.js';
import { writePng } from '../../src/image/index.js';
import type { Known, KnownLabel, LabelTruth, PlantedSet } from './types.js';

/** What is known of each transform of the wide set. */
export function truthOf(set: PlantedSet): Record<string, Known> {
  const unknown: Known = { truth: 'ambiguous', reason: 'not determined by the construction' };
  return Object.fromEntries(transformNames.map((name) => [name, set.truth[name] ?? unknown]));
}

/** What is known of the labels under each transform of the wide set: what is safe keeps them. */
export function labelsOf(
  set: PlantedSet,
): Record<string, { readonly label: LabelTruth; readonly reason: string }> {
  const unknown = { label: 'ambiguous', reason: 'not determined by the construction' } as const;
  return Object.fromEntries(
    transformNames.map((name) => {
      const truth = set.truth[name];
      const safe: KnownLabel | undefined =
        truth?.truth === 'safe' ? { label: 'keeps', reason: truth.reason } : undefined;
      return [name, set.labels?.[name] ?? safe ?? unknown];
    }),
  );
}

/**
 * Writes a planted data set as class folders of PNG images, with `truth.json` beside them.
 *
 * @param images in all classes together
 */
export async function writePlanted(
  set: PlantedSet,
  folder: string,
  options: { images: number; seed: number },
): Promise<void> {
  const { images, seed } = options;
  for (const name of set.classes) mkdirSync(join(folder, name), { recursive: true });
  for (let i = 0; i < images; i++) {
    const label = i % set.classes.length;
    const index = Math.floor(i / set.classes.length);
    const image = await set.image(label, new Rng(seed, set.name, label, index), index);
    const file = `${String(index).padStart(5, '0')}.png`;
    await writePng(join(folder, set.classes[label], file), image);
  }
  const { name, summary, classes, nearMiss } = set;
  const [augmentations, labels] = [truthOf(set), labelsOf(set)];
  const truth = { name, summary, seed, images, classes, nearMiss, augmentations, labels };
  writeFileSync(join(folder, 'truth.json'), `${JSON.stringify(truth, null, 2)}\n`);
}
