import { extname, join } from 'node:path';
import { listFolder, listImagesBelow, splitNames, type Skipped } from '../folders.js';
import type { SplitName } from '../listing.js';
import { isIndexed } from './mask-layouts.js';

/** What programs and data sets add to an image's name for its mask: `a_mask`, `a_manual1`. */
const maskSuffix =
  /[_\-. ]+(?:masks?|labels?|annotations?|gt|ground_?truth|seg|segmentation|lbl|manual)[_-]?\d*$/i;

/** An image and its mask, relative to the data set's folder. */
export interface Pair {
  readonly image: string;
  readonly mask: string;
}

/** A part of the data, its images paired with masks. */
export interface PairedPart {
  readonly split: SplitName;
  readonly pairs: readonly Pair[];
  /** Images without a mask. */
  readonly alone: readonly string[];
  readonly ignoredFiles: number;
  readonly skipped: readonly Skipped[];
}

/** The name without the ending of a file. */
export const stemOf = (name: string): string => name.slice(0, name.length - extname(name).length);

/** The stem of the image that a mask belongs to, by its suffix; undefined where it has none. */
export function withoutSuffix(stem: string): string | undefined {
  const image = stem.replace(maskSuffix, '');
  return image === stem || image === '' || image.endsWith('/') ? undefined : image;
}

/**
 * Images and masks in one folder: `a.jpg` with `a_mask.png`, or `a.bmp` with a grey `a.png`, in DIR or in its train, val and
 * test; empty where most images have no mask beside them.
 *
 * @param coloured a PNG in colours may be the mask of a file in another format. Default false
 */
export function pairsBeside(root: string, coloured = false): PairedPart[] {
  const { folders } = listFolder(root);
  const parts = folders.flatMap((name) => {
    const split = splitNames[name.toLowerCase()];
    return split === undefined ? [] : [pairsIn(root, name, split, coloured)];
  });
  const found = parts.some(({ pairs }) => pairs.length > 0)
    ? parts
    : [pairsIn(root, '.', 'train', coloured)];
  const paired = found.reduce((sum, { pairs }) => sum + pairs.length, 0);
  const alone = found.reduce((sum, part) => sum + part.alone.length, 0);
  return paired > alone ? found : [];
}

function pairsIn(root: string, base: string, split: SplitName, coloured: boolean): PairedPart {
  const { images, ignoredFiles, skipped } = listImagesBelow(join(root, base));
  const maskOf = new Map<string, string>();
  const stems = new Set(images.map(stemOf));
  const others: string[] = [];
  for (const name of images) {
    const image = withoutSuffix(stemOf(name));
    if (image !== undefined && stems.has(image)) maskOf.set(image, name);
    else others.push(name);
  }
  const pairs: Pair[] = [];
  const alone: string[] = [];
  const place = (name: string): string => join(base, name);
  for (const [stem, names] of byStem(others)) {
    const mask = maskOf.get(stem) ?? twinOf(names, (name) => join(root, place(name)), coloured);
    const own = names.filter((name) => name !== mask);
    if (mask === undefined || own.length !== 1) alone.push(...own.map(place));
    else pairs.push({ image: place(own[0]), mask: place(mask) });
  }
  return { split, pairs, alone, ignoredFiles, skipped };
}

function byStem(names: readonly string[]): Map<string, string[]> {
  const groups = new Map<string, string[]>();
  for (const name of names) {
    const group = groups.get(stemOf(name));
    if (group === undefined) groups.set(stemOf(name), [name]);
    else group.push(name);
  }
  return groups;
}

/** Of two files of one stem, the PNG of grey values or a palette, if only one is such; else the PNG, where it may have colours. */
function twinOf(
  names: readonly string[],
  path: (name: string) => string,
  coloured: boolean,
): string | undefined {
  if (names.length !== 2) return undefined;
  const grey = names.filter((name) => isIndexed(path(name)));
  if (grey.length > 0 || !coloured) return grey.length === 1 ? grey[0] : undefined;
  const plain = names.filter((name) => extname(name).toLowerCase() === '.png');
  return plain.length === 1 ? plain[0] : undefined;
}
