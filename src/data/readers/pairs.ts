import { join } from 'node:path';
import { printable, UserError } from '../../core/index.js';
import { loadImage } from '../../image/index.js';
import {
  countOf,
  isFile,
  listFolder,
  listImagesBelow,
  skippedWarning,
  splitNames,
} from '../folders.js';
import { ignoredLabel, loadMask, valuesIn, type MaskMeaning } from '../masks.js';
import type { ListedImage, Listing, Reader, SplitName } from '../listing.js';
import { pairsBeside, stemOf, withoutSuffix, type Pair, type PairedPart } from './beside.js';
import {
  areColours,
  classesOfValues,
  hasColours,
  readClassList,
  type ClassList,
} from './class-list.js';
import { someColoured } from './mask-samples.js';

const layout =
  'DIR/images and DIR/labels, or DIR/train/images and DIR/train/labels with val/ and test/ next to train/; DIR/classes.txt';
const classesFile = 'classes.txt';

/** What the two folders may be called, in any case; the first that is there. */
const imageNames = ['images', 'image', 'imgs', 'img'];
const labelNames = ['labels', 'masks', 'label', 'mask', 'annotations', 'annotation'];

/** A folder of images and the folder of their masks. */
export interface PairFolders {
  readonly split: SplitName;
  /** Relative to the data set's folder. */
  readonly images: string;
  readonly labels: string;
}

/** Images with masks of the same name in folders side by side. */
export const pairs: Reader = {
  kind: 'pairs',
  targets: 'mask',
  summary: `images and masks: ${layout}`,
  recognises: (root, labels) =>
    (isFile(join(root, classesFile)) || Boolean(labels?.maskValues)) &&
    (pairFolders(root).length > 0 || pairsBeside(root, areColours(labels?.maskValues)).length > 0),
  list: async (root, labels) => {
    const folders = pairFolders(root);
    const beside = (): PairedPart[] => pairsBeside(root, areColours(labels?.maskValues));
    const parts = folders.length > 0 ? partsOf(root, folders) : beside();
    if (parts.length === 0)
      throw new UserError('DATA_NOT_PAIRS', 'No images with masks were found.', {
        where: root,
        expected: layout,
        got: listFolder(root).folders.slice(0, 5).join('/, ') || 'no folders',
        remedy:
          'put the images into images/ and masks of the same names into labels/, or a_mask.png next to a.jpg',
      });
    const file = join(root, classesFile);
    const values = labels?.maskValues ?? undefined;
    if (!isFile(file) && values) return listParts(root, 'pairs', parts, classesOfValues(values));
    if (!isFile(file))
      throw new UserError('DATA_CLASSES', 'The list of classes is missing.', {
        where: file,
        expected: 'a text file with one class name per line: line i (from 0) names the value i',
        remedy: 'create it; a class named void is ignored',
      });
    const masks = parts.flatMap(({ pairs: found }) => found.map(({ mask }) => join(root, mask)));
    const byColour = !values && hasColours(file) && (await someColoured(masks));
    return listParts(root, 'pairs', parts, readClassList(file, values, byColour));
  },
};

/** The folders of images beside folders of masks, train first. */
export function pairFolders(root: string): PairFolders[] {
  const inside = (base: string, split: SplitName): PairFolders[] => {
    const { folders } = listFolder(join(root, base));
    const find = (names: readonly string[]): string | undefined =>
      names.flatMap((name) => folders.find((folder) => folder.toLowerCase() === name) ?? [])[0];
    const images = find(imageNames);
    const labels = find(labelNames);
    return images === undefined || labels === undefined
      ? []
      : [{ split, images: join(base, images), labels: join(base, labels) }];
  };
  const parts = listFolder(root).folders.flatMap((name) => {
    const split = splitNames[name.toLowerCase()];
    return split === undefined ? [] : inside(name, split);
  });
  const order: SplitName[] = ['train', 'val', 'test'];
  parts.sort((a, b) => order.indexOf(a.split) - order.indexOf(b.split));
  return parts.length > 0 ? parts : inside('.', 'train');
}

/** The images of each folder with their masks in the other: of the same name, the ending and a suffix apart. */
function partsOf(root: string, folders: readonly PairFolders[]): (PairedPart & Unused)[] {
  return folders.map(({ split, images: imageFolder, labels: labelFolder }) => {
    const found = listImagesBelow(join(root, imageFolder));
    const masks = listImagesBelow(join(root, labelFolder));
    const maskOf = new Map(masks.images.map((name) => [stemOf(name), name]));
    const stems = new Set(found.images.map(stemOf));
    for (const name of masks.images) {
      const image = withoutSuffix(stemOf(name));
      if (image === undefined || !stems.has(image) || maskOf.has(image)) continue;
      maskOf.delete(stemOf(name));
      maskOf.set(image, name);
    }
    const pairs: Pair[] = [];
    for (const name of found.images) {
      const mask = maskOf.get(stemOf(name));
      if (mask === undefined) throw noMask(join(root, imageFolder, name), labelFolder);
      maskOf.delete(stemOf(name));
      pairs.push({ image: join(imageFolder, name), mask: join(labelFolder, mask) });
    }
    return {
      split,
      pairs,
      alone: [],
      ignoredFiles: found.ignoredFiles + masks.ignoredFiles,
      skipped: [...found.skipped, ...masks.skipped],
      unused: { folder: labelFolder, masks: [...maskOf.values()] },
    };
  });
}

interface Unused {
  /** Masks without an image. */
  readonly unused?: { readonly folder: string; readonly masks: readonly string[] };
}

/**
 * Lists images with the masks of the same name (another ending apart).
 *
 * @throws UserError `DATA_MASK_MISSING`, `DATA_NO_TRAIN`
 */
export function listPairs(
  root: string,
  kind: string,
  folders: readonly PairFolders[],
  list: ClassList,
): Listing {
  return listParts(root, kind, partsOf(root, folders), list);
}

function listParts(
  root: string,
  kind: string,
  parts: readonly (PairedPart & Unused)[],
  { classes, colours, table, expected, byColour }: ClassList,
): Listing {
  const images: ListedImage[] = [];
  const warnings: string[] = [];
  const meaning: MaskMeaning = { table, expected, ...(byColour && { colours: byColour }) };
  for (const { split, pairs: found, alone, unused } of parts) {
    if (alone.length > 0) throw noMask(join(root, alone[0]), 'the same folder');
    for (const { image: name, mask } of found) {
      const path = join(root, name);
      const maskPath = join(root, mask);
      images.push({
        name,
        label: 0,
        split,
        load: (size) => loadImage(path, size),
        loadMask: (size) => loadMask(maskPath, meaning, size),
        file: { image: path, mask: { path: maskPath, ...meaning } },
      });
    }
    if (unused !== undefined && unused.masks.length > 0)
      warnings.push(
        `${countOf(unused.masks.length, 'mask')} in ${unused.folder} without an image, e.g. ${printable(unused.masks[0])}`,
      );
  }
  const skipped = parts.flatMap((part) => part.skipped);
  const ignoredFiles = parts.reduce((sum, part) => sum + part.ignoredFiles, 0);
  if (!images.some(({ split }) => split === 'train'))
    throw new UserError('DATA_NO_TRAIN', 'There are no training images.', {
      where: root,
      expected: layout,
      got: images.length === 0 ? 'no images' : parts.map(({ split }) => split).join(', '),
      remedy: 'put the training images and their masks there',
    });
  return {
    kind,
    classes,
    segmentation: {
      ignored: ignoredLabel,
      colours,
      values: valuesIn(table, classes.length),
      ...(byColour && { coloured: true }),
    },
    images,
    ignoredFiles,
    warnings: [...warnings, ...skippedWarning(skipped)],
  };
}

function noMask(where: string, folder: string): UserError {
  return new UserError('DATA_MASK_MISSING', 'An image has no mask.', {
    where,
    expected: `a mask with the same name in ${folder}, such as a PNG`,
    remedy: 'add the mask or remove the image',
  });
}
