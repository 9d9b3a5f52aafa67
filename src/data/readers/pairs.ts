import { extname, join } from 'node:path';
import { printable, UserError } from '../../core/index.js';
import { loadImage } from '../../image/index.js';
import {
  countOf,
  isFile,
  listFolder,
  listImagesBelow,
  skippedWarning,
  splitNames,
  type Skipped,
} from '../folders.js';
import { ignoredLabel, loadMask, valuesIn } from '../masks.js';
import type { ListedImage, Listing, Reader, SplitName } from '../listing.js';
import { readClassList, type ClassList } from './class-list.js';

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
  recognises: (root) => isFile(join(root, classesFile)) && pairFolders(root).length > 0,
  list: (root) => {
    const folders = pairFolders(root);
    if (folders.length === 0)
      throw new UserError('DATA_NOT_PAIRS', 'No images with masks were found.', {
        where: root,
        expected: layout,
        got: listFolder(root).folders.slice(0, 5).join('/, ') || 'no folders',
        remedy: 'put the images into images/ and masks of the same names into labels/',
      });
    const file = join(root, classesFile);
    if (!isFile(file))
      throw new UserError('DATA_CLASSES', 'The list of classes is missing.', {
        where: file,
        expected: 'a text file with one class name per line: line i (from 0) names the value i',
        remedy: 'create it; a class named void is ignored',
      });
    return Promise.resolve(listPairs(root, 'pairs', folders, readClassList(file)));
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

/**
 * Lists images with the masks of the same name (another ending apart).
 *
 * @throws UserError `DATA_MASK_MISSING`, `DATA_NO_TRAIN`, `DATA_EMPTY`
 */
export function listPairs(
  root: string,
  kind: string,
  folders: readonly PairFolders[],
  { classes, colours, table, expected }: ClassList,
): Listing {
  const images: ListedImage[] = [];
  const warnings: string[] = [];
  const skipped: Skipped[] = [];
  let ignoredFiles = 0;
  for (const { split, images: imageFolder, labels: labelFolder } of folders) {
    const found = listImagesBelow(join(root, imageFolder));
    const masks = listImagesBelow(join(root, labelFolder));
    ignoredFiles += found.ignoredFiles + masks.ignoredFiles;
    skipped.push(...found.skipped, ...masks.skipped);
    const maskOf = new Map(masks.images.map((name) => [withoutEnding(name), name]));
    for (const name of found.images) {
      const mask = maskOf.get(withoutEnding(name));
      if (mask === undefined) throw noMask(join(root, imageFolder, name), labelFolder);
      maskOf.delete(withoutEnding(name));
      const path = join(root, imageFolder, name);
      const maskPath = join(root, labelFolder, mask);
      images.push({
        name: join(imageFolder, name),
        label: 0,
        split,
        load: (size) => loadImage(path, size),
        loadMask: (size) => loadMask(maskPath, table, expected, size),
        file: { image: path, mask: { path: maskPath, table, expected } },
      });
    }
    if (maskOf.size > 0)
      warnings.push(
        `${countOf(maskOf.size, 'mask')} in ${labelFolder} without an image, e.g. ${printable([...maskOf.values()][0])}`,
      );
  }
  if (!images.some(({ split }) => split === 'train'))
    throw new UserError('DATA_NO_TRAIN', 'There are no training images.', {
      where: root,
      expected: layout,
      got: images.length === 0 ? 'no images' : folders.map(({ images }) => images).join(', '),
      remedy: 'put the training images and their masks there',
    });
  return {
    kind,
    classes,
    segmentation: { ignored: ignoredLabel, colours, values: valuesIn(table, classes.length) },
    images,
    ignoredFiles,
    warnings: [...warnings, ...skippedWarning(skipped)],
  };
}

const withoutEnding = (name: string): string => name.slice(0, name.length - extname(name).length);

function noMask(where: string, folder: string): UserError {
  return new UserError('DATA_MASK_MISSING', 'An image has no mask.', {
    where,
    expected: `a mask with the same name in ${folder}, such as a PNG`,
    remedy: 'add the mask or remove the image',
  });
}
