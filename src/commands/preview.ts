import {
  baselinePolicy,
  drawSteps,
  isBaselineName,
  thesisNames,
  type Recipe,
} from '../augment/index.js';
import type { Size } from '../image/image.js';
import { augmentationSets, resolveLearnConfig, type LearnInput } from '../config/index.js';
import { existsSync } from 'node:fs';
import { relative, sep } from 'node:path';
import { realPathOf, Rng, UserError } from '../core/index.js';
import { augmentedImage, openDataset, type Dataset } from '../data/index.js';
import { writePng, type Image } from '../image/index.js';
import { refuseRunFiles, type RunHooks } from '../run/files/index.js';
import { settleImages } from '../run/settle-images.js';
import { labelHeight, labelImage, labelWidth } from '../pictures/bitmap-font.js';
import { blank, maskedTile, paste, sheetGap, tileSheet, tileSize } from '../pictures/sheet.js';
import { requirePngName } from './png-name.js';

export interface PreviewOptions {
  readonly data: string;
  /** PNG to write. */
  readonly out: string;
  readonly columns: number;
  readonly seed: number;
  readonly size?: string;
  /** What masks have for classes, and whether their sizes may differ from those of their images. */
  readonly labels?: LearnInput['labels'];
  /** Augmentations, baselines such as `standard`, and sets such as `wide`. Default: the fifteen. */
  readonly transform?: readonly string[];
}

/** Longest side of a tile; smaller images are drawn larger by a whole factor. */
const tileLimit = 96;
const labelScale = 2;
const margin = 8;

/**
 * Draws a sheet: the images as they are in the first row, then a row for every augmentation; with their masks as outlines
 * where they have such.
 *
 * @returns the path written
 * @throws UserError `PREVIEW_COLUMNS`, `OUTPUT_FORMAT`, `OUTPUT_IN_RUN`, `OUTPUT_IN_DATA`, and as `openDataset`
 */
export async function preview(options: PreviewOptions): Promise<string> {
  const { columns, seed, out } = options;
  if (!Number.isInteger(columns) || columns < 1 || columns > 64)
    throw new UserError('PREVIEW_COLUMNS', 'Invalid number of columns.', {
      where: '--columns',
      expected: 'an integer from 1 to 64',
      got: String(columns),
    });
  requirePngName(out);
  refuseRunFiles([out]);
  const { data: source, labels } = options;
  const config = resolveLearnConfig({ flags: { data: source, size: options.size, labels } });
  // As `learn` would work on them.
  const hooks: RunHooks = { onEvent: () => undefined, signal: new AbortController().signal };
  const { size, fit } = await settleImages({ ...config, device: 'cpu', threads: 1 }, hooks);
  const data = await openDataset(source, {
    size: size ? { ...size, fit } : undefined,
    labels: config.labels,
  });
  refuseInData(out, data);
  const pool = Uint32Array.from(data.splits.train);
  const shown = [...new Rng(seed, 'preview').shuffle(pool)].slice(0, columns);
  const tile = tileSize(data.size, tileLimit);
  const factor = Math.max(1, Math.floor(tileLimit / Math.max(tile.width, tile.height)));
  const { targets } = data;
  const { store: masks, colours = [], ignored = 0 } = targets.kind === 'mask' ? targets : {};
  const draw = async (recipe: Recipe): Promise<Image[]> =>
    Promise.all(
      shown.map(async (index) => {
        const key = { seed, purpose: 'preview', epoch: 0, index };
        const drawn = drawSteps(recipe, data.store.image(index), key);
        const done = await augmentedImage({ store: data.store, masks }, index, drawn, {
          restore: 'reflect',
          border: recipe.kind === 'policy' ? { mode: 'fill', value: ignored } : undefined,
        });
        return enlarged(await maskedTile(done, tile, colours), factor);
      }),
    );
  const names = (options.transform ?? thesisNames).flatMap(
    (name) => augmentationSets[name] ?? [name],
  );
  const rows: Image[][] = [await draw({ kind: 'none' })];
  for (const name of names) rows.push(await draw(recipeOf(name, data.size)));
  await writePng(out, labelled(tileSheet(rows), ['original', ...names]));
  return out;
}

/** What a row shows: an augmentation, or a baseline with everything that it is made of. */
function recipeOf(name: string, size: Size): Recipe {
  return isBaselineName(name)
    ? { kind: 'policy', policy: baselinePolicy(name, size), restore: 'reflect' }
    : { kind: 'sequence', transforms: [{ name }], restore: 'reflect' };
}

/** A file in the data folder may be an image, a mask or a list: none of them is ever replaced. */
function refuseInData(out: string, { root }: Dataset): void {
  const path = relative(realPathOf(root), realPathOf(out));
  const inside = path !== '..' && !path.startsWith(`..${sep}`);
  if (!inside || !existsSync(out)) return;
  throw new UserError('OUTPUT_IN_DATA', 'The output would replace a file in the data folder.', {
    where: out,
    expected: 'a new file, or one outside the data folder',
    remedy: 'choose another file with --out, or remove this one first',
  });
}

/** Every pixel as a square, so that small images can be judged by eye. */
function enlarged(image: Image, factor: number): Image {
  const width = image.width * factor;
  const height = image.height * factor;
  const data = new Uint8Array(width * height * image.channels);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++)
      for (let c = 0; c < image.channels; c++)
        data[(y * width + x) * image.channels + c] =
          image.data[
            (Math.floor(y / factor) * image.width + Math.floor(x / factor)) * image.channels + c
          ];
  return { ...image, width, height, data };
}

/** The sheet with a name beside every row. */
function labelled(sheet: Image, names: readonly string[]): Image {
  const side = Math.max(...names.map((name) => labelWidth(name, labelScale)));
  const target = blank({ width: side + 2 * margin + sheet.width, height: sheet.height }, 0xff);
  paste(target, sheet, side + 2 * margin, 0);
  const row = (sheet.height + sheetGap) / names.length;
  names.forEach((name, i) => {
    const y = Math.round(i * row + (row - sheetGap - labelHeight * labelScale) / 2);
    paste(target, labelImage(name, side, labelScale), margin, Math.max(0, y));
  });
  return target;
}
