import { join } from 'node:path';
import { controlsFor, drawSteps, type Recipe, type Restore } from '../augment/index.js';
import { runFiles, type Samples, type Selection, type Sheet } from '../run/files/index.js';
import { type LearnConfig } from '../config/index.js';
import { Rng, asFileError, writeAtomic, makeFolder } from '../core/index.js';
import {
  augmentedImage,
  strataOf,
  Originals,
  type Dataset,
  type OriginalsHandle,
} from '../data/index.js';
import { writePng, type Image, type Size } from '../image/index.js';
import { maskedTile, sheetGap, tileSheet, tileSize } from './sheet.js';

/** Images in a strip; larger images get fewer, so that reports stay small. */
const columnsFor = (tile: Size): number => (tile.width <= 64 ? 8 : 6);
/** Longest side of a tile, in pixels. */
const tileLimit = 96;
/** Sets in the picture of random subsets, and members of each (thesis, figure 3.4 and section 3.2). */
const subsetCount = 4;
const subsetSize = 3;

type Source = Pick<Dataset, 'store' | 'size' | 'splits' | 'targets' | 'classes'> & {
  /** Windows are cut from these. */
  readonly originals?: OriginalsHandle;
};
type Settings = Pick<LearnConfig, 'seed' | 'restore' | 'augmentations' | 'controls'>;

/**
 * Writes `samples.json` and `samples/*.png`: every augmentation, every control and random subsets of
 * the safe set on training images of the user's own, with their masks as outlines where they have such.
 */
export async function writeSamples(
  run: string,
  data: Source,
  settings: Settings,
  selection: Pick<Selection, 'safe'>,
  panels?: Sheet,
): Promise<Samples> {
  try {
    makeFolder(join(run, 'samples'));
  } catch (error) {
    throw asFileError(error, run);
  }
  const tile = tileSize(data.size, tileLimit);
  const shown = chooseImages(data, columnsFor(tile), settings.seed);
  const restore: Restore = settings.restore === 'none' ? 'reflect' : settings.restore;

  const full = data.originals && new Originals(data.originals);
  const { targets } = data;
  const { store: masks, colours = [] } = targets.kind === 'mask' ? targets : {};

  const strip = async (file: string, recipe: Recipe): Promise<Sheet> => {
    const originals: Image[] = [];
    const augmented: Image[] = [];
    for (const index of shown) {
      const image = data.store.image(index);
      const key = { seed: settings.seed, purpose: `samples/${file}`, epoch: 0, index };
      const drawn = drawSteps(recipe, image, key, undefined, full?.sizeOf(index));
      const source = { store: data.store, masks, originals: full };
      const mask = masks && { ...data.size, data: masks.view(index) };
      originals.push(await maskedTile({ image, mask }, tile, colours));
      const result = await augmentedImage(source, index, drawn, { restore });
      augmented.push(await maskedTile(result, tile, colours));
    }
    await writePng(join(run, 'samples', file), tileSheet([originals, augmented]));
    return { file: `samples/${file}`, rows: 2, columns: shown.length, tile, gap: sheetGap };
  };

  const samples: Samples = {
    version: 1,
    augmentations: [],
    controls: [],
    subsets: [],
    ...(panels && { panels }),
  };
  const controls = settings.controls
    ? Object.values(controlsFor(settings.augmentations)).flatMap((names) =>
        names.map((name) => ({ name })),
      )
    : [];
  for (const [list, specs] of [
    [samples.augmentations, settings.augmentations],
    [samples.controls, controls],
  ] as const)
    for (const spec of specs) {
      const recipe: Recipe = { kind: 'sequence', transforms: [spec], restore };
      list.push({ name: spec.name, ...(await strip(`${spec.name}.png`, recipe)) });
    }
  for (const [i, members] of chooseSubsets(selection.safe, settings.seed).entries()) {
    const transforms = settings.augmentations.filter((spec) => members.includes(spec.name));
    const recipe: Recipe = { kind: 'subset', transforms, size: members.length, p: 0.5, restore };
    samples.subsets.push({ members, ...(await strip(`subset-${i + 1}.png`, recipe)) });
  }
  writeAtomic(join(run, runFiles.samples), `${JSON.stringify(samples, null, 2)}\n`);
  return samples;
}

/** Training images of different classes, as far as there are. */
function chooseImages({ splits, targets, classes }: Source, count: number, seed: number): number[] {
  const { of } = strataOf(targets, classes);
  const order = new Rng(seed, 'samples').shuffle(Uint32Array.from(splits.train));
  const seen = new Map<number, number>();
  const ranked = Array.from(order, (index) => {
    const rank = seen.get(of[index]) ?? 0;
    seen.set(of[index], rank + 1);
    return { index, rank };
  });
  // Stable: the first of every class in random order, then the second of every class.
  return ranked
    .sort((a, b) => a.rank - b.rank)
    .slice(0, count)
    .map(({ index }) => index);
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
