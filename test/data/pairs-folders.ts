import { Rng } from '../../src/core/index.js';
import { encodeMaskPng, encodePng, type Size } from '../../src/image/index.js';
import { noise, write } from './folders.js';

export const pairSize: Size = { width: 16, height: 12 };

/** A mask of blocks whose labels are drawn from `values`. */
export function blocks(key: string, values: readonly number[], size = pairSize): Uint8Array {
  const rng = new Rng('blocks', key);
  const grid = Array.from({ length: 64 }, () => values[rng.int(0, values.length)]);
  return Uint8Array.from({ length: size.width * size.height }, (_, i) => {
    const x = i % size.width;
    const y = Math.floor(i / size.width);
    return grid[(y >> 2) * 8 + ((x >> 2) % 8)];
  });
}

/** Writes `count` images and masks: IMAGES/0.png and LABELS/0.png, and so on. */
export async function writePairs(
  folder: string,
  { images, labels, count, values, size = pairSize, ending = ['.png', '.png'] }: PairOptions,
): Promise<void> {
  for (let i = 0; i < count; i++) {
    const key = `${images}/${i}`;
    write(folder, `${images}/${i}${ending[0]}`, await encodePng(noise(key, size)));
    const data = blocks(key, values, size);
    write(folder, `${labels}/${i}${ending[1]}`, await encodeMaskPng({ ...size, data }));
  }
}

export interface PairOptions {
  readonly images: string;
  readonly labels: string;
  readonly count: number;
  readonly values: readonly number[];
  readonly size?: Size;
  readonly ending?: readonly [string, string];
}
