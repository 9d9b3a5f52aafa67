import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { transformNames } from '../../src/augment/index.js';
import { Rng } from '../../src/core/index.js';
import { writePng } from '../../src/image/index.js';
import type { Known, PlantedSet } from './types.js';

/** What is known of each of the fifteen transforms. */
export function truthOf(set: PlantedSet): Record<string, Known> {
  const unknown: Known = { truth: 'ambiguous', reason: 'not determined by the construction' };
  return Object.fromEntries(transformNames.map((name) => [name, set.truth[name] ?? unknown]));
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
  const truth = { name, summary, seed, images, classes, nearMiss, augmentations: truthOf(set) };
  writeFileSync(join(folder, 'truth.json'), `${JSON.stringify(truth, null, 2)}\n`);
}
