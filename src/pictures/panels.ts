import { join } from 'node:path';
import type { Sheet } from '../run/files/index.js';
import { asFileError, makeFolder } from '../core/index.js';
import { paintMask } from './paint.js';
import { targetsAs, type Batch, type PixelStore } from '../data/index.js';
import { writePng, type Image } from '../image/index.js';
import { asTile, sheetGap, tileSheet, tileSize } from './sheet.js';

/** Images shown, and the longest side of a tile in pixels: large enough to distinguish a pole from a tree. */
const columns = 6;
const tileLimit = 192;
const file = 'samples/predictions.png';

/** Images at even distances, as many as a sheet shows. */
export function shownImages(indices: Uint32Array): Uint32Array {
  const count = Math.min(columns, indices.length);
  return Uint32Array.from(
    { length: count },
    (_, i) => indices[Math.floor(((i + 0.5) * indices.length) / count)],
  );
}

/**
 * Draws images, their masks below and the predictions below these, into the run folder.
 *
 * @param colours of the classes, `#rrggbb`
 * @param batches the images shown, as they are
 * @param predict the likeliest class of every pixel, uint8 `[B,H,W]`
 */
export async function writePanels(
  run: string,
  { colours, store }: { readonly colours: readonly string[]; readonly store: PixelStore },
  batches: AsyncIterable<Batch>,
  predict: (batch: Batch) => Uint8Array,
): Promise<Sheet> {
  const rows: Image[][] = [[], [], []];
  for await (const batch of batches) {
    const { size, count, indices, targets } = batch;
    const { masks: truth } = targetsAs(targets, 'mask');
    const tile = tileSize(size, tileLimit);
    const predicted = predict(batch);
    const pixels = size.width * size.height;
    for (let i = 0; i < count; i++) {
      const painted = (all: Uint8Array): Image =>
        paintMask({ ...size, data: all.subarray(i * pixels, (i + 1) * pixels) }, colours);
      const pictures = [store.image(indices[i]), painted(truth), painted(predicted)];
      for (const [row, picture] of pictures.entries()) rows[row].push(await asTile(picture, tile));
    }
  }
  try {
    makeFolder(join(run, 'samples'));
  } catch (error) {
    throw asFileError(error, run);
  }
  await writePng(join(run, file), tileSheet(rows));
  const [{ width, height }] = rows[0];
  return { file, rows: 3, columns: rows[0].length, tile: { width, height }, gap: sheetGap };
}
