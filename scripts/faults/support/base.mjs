import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { lastWords, runCommand } from './command.mjs';
import { png } from './png.mjs';
import { pool } from './pool.mjs';
import { random } from './random.mjs';

/** Settings of the shortest run that writes every file; nothing in them depends on the machine's speed. */
export const quick = [
  ...['--epochs', '2', '--batch', '8', '--workers', '0', '--threads', '1', '--seed', '1'],
  ...['--set', 'model.width=8', '--set', 'budget=null'],
];
export const fewLabels = [
  ...['--augmentations', 'Blur,HorizontalFlip', '--no-controls', '--delta', '0.3'],
  ...['--set', 'judging.maxDraws=1'],
];

export function write(path, data) {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, data);
}

/** An image that tells its class: stripes of its own width, with noise. */
export function picture(key, label, width, height = width) {
  const rng = random('picture', key);
  const pixels = Buffer.alloc(width * height * 3);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++)
      for (let c = 0; c < 3; c++)
        pixels[(y * width + x) * 3 + c] =
          (((label === 0 ? x : y) >> 2) % 2 === 0 ? 60 : 160) + rng.int(40);
  return pixels;
}

/** Class folders `cat` and `dog` of PNGs. */
export function classFolders(folder, { count = 12, side = 32, key = '' } = {}) {
  for (const [label, name] of ['cat', 'dog'].entries())
    for (let i = 0; i < count; i++)
      write(
        join(folder, name, `${i}.png`),
        png(side, side, 3, picture(`${key}${name}${i}`, label, side)),
      );
}

/** Images with masks of three classes. */
export function pairs(folder, { count = 14, width = 32, height = 24 } = {}) {
  write(join(folder, 'classes.txt'), 'ground\nroad #808080\nsky\n');
  for (let i = 0; i < count; i++) {
    const mask = Buffer.alloc(width * height);
    for (let p = 0; p < mask.length; p++) mask[p] = Math.floor((3 * p) / mask.length + i) % 3;
    write(
      join(folder, 'images', `${i}.png`),
      png(width, height, 3, picture(`pair${i}`, i % 2, width, height)),
    );
    write(join(folder, 'labels', `${i}.png`), png(width, height, 1, mask));
  }
}

/** Runs that others start from, by folder. */
const runs = {
  learned: ['learn', 'images', ...quick, ...fewLabels],
  several: ['learn', 'images', 'other', ...quick, ...fewLabels],
  trained: ['train', 'images', '--policy', 'none', ...quick],
  masked: ['train', 'pairs:scenes', '--policy', 'none', ...quick],
  compared: ['compare', 'images', '--arms', 'none,all', '--seeds', '1', ...quick],
};

/**
 * Data and runs that the tests start from, made in `folder` where they are not there yet.
 *
 * @param {string} folder
 * @param {string[]} wanted runs: learned, several, trained, masked, compared
 */
export async function makeBase(folder, wanted) {
  if (!existsSync(join(folder, 'images'))) {
    classFolders(join(folder, 'images'));
    classFolders(join(folder, 'other'), { key: 'other' });
    pairs(join(folder, 'scenes'));
  }
  const missing = wanted.filter((name) => !existsSync(join(folder, name)));
  await pool(missing, 2, async (name) => {
    const ended = await runCommand([...runs[name], '--out', name], { cwd: folder, limit: 600 });
    if (ended.code !== 0)
      throw new Error(`the run that tests start from, ${name}, fails:\n${lastWords(ended)}`);
  });
  return folder;
}
