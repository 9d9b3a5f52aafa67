import { join } from 'node:path';
import type { Recipe } from '../augment/index.js';
import { runFiles, type Samples, type Selection, type Sheet } from '../run/files/index.js';
import { type LearnConfig } from '../config/index.js';
import { Rng, writeAtomic } from '../core/index.js';
import { restoreOf, singleStrips, stripDrawer, type StripSource } from './strips.js';

/** Sets in the picture of random subsets, and members of each (thesis, figure 3.4 and section 3.2). */
const subsetCount = 4;
const subsetSize = 3;

type Settings = Pick<LearnConfig, 'seed' | 'restore' | 'augmentations' | 'controls'>;

/**
 * Writes `samples.json` and `samples/*.png`: every augmentation, every control and random subsets of
 * the safe set on training images of the user's own, with their masks as outlines where they have such.
 */
export async function writeSamples(
  run: string,
  data: StripSource,
  settings: Settings,
  selection: Pick<Selection, 'safe'>,
  panels?: Sheet,
): Promise<Samples> {
  const strip = stripDrawer(run, data, settings);
  const samples: Samples = {
    version: 1,
    ...(await singleStrips(strip, settings)),
    subsets: [],
    ...(panels && { panels }),
  };
  const restore = restoreOf(settings);
  for (const [i, members] of chooseSubsets(selection.safe, settings.seed).entries()) {
    const transforms = settings.augmentations.filter((spec) => members.includes(spec.name));
    const recipe: Recipe = { kind: 'subset', transforms, size: members.length, p: 0.5, restore };
    samples.subsets.push({ members, ...(await strip(`subset-${i + 1}.png`, recipe)) });
  }
  writeAtomic(join(run, runFiles.samples), `${JSON.stringify(samples, null, 2)}\n`);
  return samples;
}

/** Random subsets of the safe set, no two alike. */
function chooseSubsets(safe: readonly string[], seed: number): string[][] {
  const chosen = new Map<string, string[]>();
  const size = Math.min(subsetSize, safe.length);
  if (size === 0) return [];
  const rng = new Rng(seed, 'samples', 'subsets');
  for (let tries = 0; tries < 64 && chosen.size < subsetCount; tries++) {
    const members = rng.sample(safe.length, size).sort((a, b) => a - b);
    chosen.set(
      members.join(),
      members.map((i) => safe[i]),
    );
  }
  return [...chosen.values()];
}
