import { extname, join } from 'node:path';
import { UserError } from '../../core/index.js';
import { decodeImage } from '../../image/index.js';
import { isDirectory, isFile, listFolder, listImagesBelow, splitNames } from '../folders.js';
import { ignoredLabel, loadMask, valuesIn } from '../masks.js';
import type { ListedImage, Listing, Reader, SplitName } from '../types.js';
import { readClassList, type ClassList } from './class-list.js';

const layout =
  'DIR/images and DIR/labels, or DIR/train/images and DIR/train/labels with val/ and test/ beside train/; DIR/classes.txt';
const classesFile = 'classes.txt';

/** A folder of images and the folder of their masks. */
export interface PairFolders {
  readonly split: SplitName;
  /** Relative to the data set's folder. */
  readonly images: string;
  readonly labels: string;
}

/** Images with masks of the same name, as PNG, in folders side by side. */
export const pairs: Reader = {
  kind: 'pairs',
  targets: 'mask',
  summary: `images and masks: ${layout}`,
  recognises: (root) => isFile(join(root, classesFile)) && pairFolders(root).length > 0,
  list: (root) => {
    const folders = pairFolders(root);
    if (folders.length === 0)
      throw new UserError('DATA_NOT_PAIRS', 'These are no images with masks.', {
        where: root,
        expected: layout,
        got: listFolder(root).folders.slice(0, 5).join('/, ') || 'no folders',
        remedy: 'put the images into images/ and their masks, of the same names, into labels/',
      });
    const file = join(root, classesFile);
    if (!isFile(file))
      throw new UserError('DATA_CLASSES', 'The list of classes is missing.', {
        where: file,
        expected: 'a text file with one class name a line: line i (from 0) names the value i',
        remedy: 'write it; a class called void counts for nothing',
      });
    return Promise.resolve(listPairs(root, 'pairs', folders, readClassList(file)));
  },
};

/** The folders of images beside folders of masks, train first. */
export function pairFolders(root: string): PairFolders[] {
  const inside = (base: string, split: SplitName): PairFolders[] => {
    const images = join(base, 'images');
    const labels = ['labels', 'masks'].map((name) => join(base, name));
    const found = labels.find((folder) => isDirectory(join(root, folder)));
    return found !== undefined && isDirectory(join(root, images))
      ? [{ split, images, labels: found }]
      : [];
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
  let ignoredFiles = 0;
  for (const { split, images: imageFolder, labels: labelFolder } of folders) {
    const found = listImagesBelow(join(root, imageFolder));
    const masks = listImagesBelow(join(root, labelFolder));
    ignoredFiles += found.ignoredFiles + masks.ignoredFiles;
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
        load: () => decodeImage(path),
        loadMask: () => loadMask(maskPath, table, expected),
        file: { image: path, mask: { path: maskPath, table, expected } },
      });
    }
    if (maskOf.size > 0)
      warnings.push(
        `${maskOf.size} masks in ${labelFolder} have no image, such as ${[...maskOf.values()][0]}`,
      );
  }
  if (!images.some(({ split }) => split === 'train'))
    throw new UserError('DATA_NO_TRAIN', 'There are no training images.', {
      where: root,
      expected: layout,
      got: images.length === 0 ? 'no images' : folders.map(({ images }) => images).join(', '),
      remedy: 'put the training images and their masks where they are expected',
    });
  return {
    kind,
    classes,
    segmentation: { ignored: ignoredLabel, colours, values: valuesIn(table, classes.length) },
    images,
    ignoredFiles,
    warnings,
  };
}

const withoutEnding = (name: string): string => name.slice(0, name.length - extname(name).length);

function noMask(where: string, folder: string): UserError {
  return new UserError('DATA_MASK_MISSING', 'An image has no mask.', {
    where,
    expected: `a PNG of the same name in ${folder}`,
    remedy: 'add the mask or remove the image',
  });
}
