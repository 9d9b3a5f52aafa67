import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { controlsFor, drawSteps, type Recipe, type Restore } from '../augment/index.js';
import { readEvents, type Samples, type Sheet } from '../run/files/index.js';
import type { LearnConfig } from '../config/index.js';
import { Rng, asFileError, makeFolder } from '../core/index.js';
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

/** The images that strips show. */
export type StripSource = Pick<Dataset, 'store' | 'size' | 'splits' | 'targets' | 'classes'> & {
  /** Windows are cut from these. */
  readonly originals?: OriginalsHandle;
};

/** Draws a strip into a run folder's `samples/`: images as they are above, the same under a recipe below. */
export type StripDrawer = (file: string, recipe: Recipe) => Promise<Sheet>;

/**
 * What draws strips of a data set's training images, with their masks as outlines where they have such.
 *
 * @throws UserError `DISK_FULL`, `NO_RIGHTS`
 */
export function stripDrawer(
  run: string,
  data: StripSource,
  settings: Pick<LearnConfig, 'seed' | 'restore'>,
): StripDrawer {
  try {
    makeFolder(join(run, 'samples'));
  } catch (error) {
    throw asFileError(error, run);
  }
  const tile = tileSize(data.size, tileLimit);
  const shown = chooseImages(data, columnsFor(tile), settings.seed);
  const restore = restoreOf(settings);
  const full = data.originals && new Originals(data.originals);
  const { targets } = data;
  const { store: masks, colours = [], ignored = 0 } = targets.kind === 'mask' ? targets : {};

  return async (file, recipe) => {
    const originals: Image[] = [];
    const augmented: Image[] = [];
    const border =
      recipe.kind === 'policy' ? ({ mode: 'fill', value: ignored } as const) : undefined;
    for (const index of shown) {
      const image = data.store.image(index);
      const key = { seed: settings.seed, purpose: `samples/${file}`, epoch: 0, index };
      const drawn = drawSteps(recipe, image, key, undefined, full?.sizeOf(index));
      const source = { store: data.store, masks, originals: full };
      const mask = masks && { ...data.size, data: masks.view(index) };
      originals.push(await maskedTile({ image, mask }, tile, colours));
      const result = await augmentedImage(source, index, drawn, { restore, border });
      augmented.push(await maskedTile(result, tile, colours));
    }
    await writePng(join(run, 'samples', file), tileSheet([originals, augmented]));
    return { file: `samples/${file}`, rows: 2, columns: shown.length, tile, gap: sheetGap };
  };
}

/** How a strip's images come back to their size. */
export function restoreOf({ restore }: Pick<LearnConfig, 'restore'>): Restore {
  return restore === 'none' ? 'reflect' : restore;
}

/** A strip of every augmentation and of every control. */
export async function singleStrips(
  strip: StripDrawer,
  settings: Pick<LearnConfig, 'restore' | 'augmentations' | 'controls'>,
): Promise<Pick<Samples, 'augmentations' | 'controls'>> {
  const controls = settings.controls
    ? Object.values(controlsFor(settings.augmentations)).flatMap((names) =>
        names.map((name) => ({ name })),
      )
    : [];
  const restore = restoreOf(settings);
  const of = async (specs: LearnConfig['augmentations']): Promise<Samples['augmentations']> => {
    const strips: Samples['augmentations'] = [];
    for (const spec of specs) {
      const recipe: Recipe = { kind: 'sequence', transforms: [spec], restore };
      strips.push({ name: spec.name, ...(await strip(`${spec.name}.png`, recipe)) });
    }
    return strips;
  };
  return { augmentations: await of(settings.augmentations), controls: await of(controls) };
}

/** Whether a run's events tell of strips that are still there. */
export function hasStrips(run: string): boolean {
  const told = readEvents(run).flatMap((event): Sheet[] =>
    event.type === 'samples' ? event.sheets : [],
  );
  return told.length > 0 && told.every(({ file }) => existsSync(join(run, file)));
}

/** Training images of different classes, as far as there are. */
function chooseImages(
  { splits, targets, classes }: StripSource,
  count: number,
  seed: number,
): number[] {
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
