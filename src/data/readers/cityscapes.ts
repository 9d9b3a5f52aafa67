import { join } from 'node:path';
import { UserError } from '../../core/index.js';
import { loadImage } from '../../image/index.js';
import { isDirectory, isFile, listImagesBelow, skippedWarning, type Skipped } from '../folders.js';
import { ignoredLabel, loadMask, valuesIn } from '../masks.js';
import type { ListedImage, Listing, Reader, SplitName } from '../listing.js';
import { cityscapesClasses } from './cityscapes-classes.js';

const imageFolder = 'leftImg8bit';
const maskFolder = 'gtFine';
const imageEnding = '_leftImg8bit.png';
const maskEnding = '_gtFine_labelIds.png';

/** The official validation images are what results are compared on; the test images have no public labels. */
const parts: readonly (readonly [string, SplitName])[] = [
  ['train', 'train'],
  ['val', 'test'],
];

/** Cityscapes in its official layout, the 19 classes of the benchmark. */
export const cityscapes = readerOf('cityscapes', 19);
/** The same images with the 30 classes of the paper. */
export const cityscapes30 = readerOf('cityscapes-30', 30);

function readerOf(kind: string, count: 19 | 30): Reader {
  return {
    kind,
    targets: 'mask',
    summary: `${imageFolder}/train/CITY/*${imageEnding} and ${maskFolder}/train/CITY/*${maskEnding}, ${count} classes`,
    recognises: (root) =>
      count === 19 && isDirectory(join(root, imageFolder)) && isDirectory(join(root, maskFolder)),
    list: (root) => Promise.resolve(listCityscapes(root, kind, count)),
  };
}

function listCityscapes(root: string, kind: string, count: 19 | 30): Listing {
  for (const folder of [imageFolder, maskFolder])
    if (!isDirectory(join(root, folder)))
      throw new UserError('DATA_NOT_CITYSCAPES', 'This is not Cityscapes data.', {
        where: join(root, folder),
        expected: `${imageFolder}/ and ${maskFolder}/ side by side`,
        got: `no folder ${folder}`,
        remedy: 'unpack both archives into one folder, and pass that folder',
      });
  const { classes, colours, table, expected } = cityscapesClasses(count);
  const images: ListedImage[] = [];
  const skipped: Skipped[] = [];
  let ignoredFiles = 0;
  for (const [folder, split] of parts) {
    const base = join(root, imageFolder, folder);
    if (!isDirectory(base)) continue;
    const found = listImagesBelow(base);
    skipped.push(...found.skipped);
    for (const name of found.images) {
      if (!name.endsWith(imageEnding)) {
        ignoredFiles++;
        continue;
      }
      const mask = join(
        root,
        maskFolder,
        folder,
        name.slice(0, name.length - imageEnding.length) + maskEnding,
      );
      if (!isFile(mask)) throw noMask(join(base, name), mask);
      images.push({
        name: join(folder, name),
        label: 0,
        split,
        load: (size) => loadImage(join(base, name), size),
        loadMask: (size) => loadMask(mask, { table, expected }, size),
        file: { image: join(base, name), mask: { path: mask, table, expected } },
      });
    }
  }
  if (!images.some(({ split }) => split === 'train'))
    throw new UserError('DATA_NO_TRAIN', 'There are no training images.', {
      where: join(root, imageFolder, 'train'),
      expected: `CITY/*${imageEnding}`,
      remedy: 'unpack the archive of images again',
    });
  return {
    kind,
    classes,
    segmentation: { ignored: ignoredLabel, colours, values: valuesIn(table, classes.length) },
    images,
    ignoredFiles,
    warnings: skippedWarning(skipped),
  };
}

function noMask(where: string, mask: string): UserError {
  return new UserError('DATA_MASK_MISSING', 'An image has no mask.', {
    where,
    expected: mask,
    remedy: 'unpack the archive of masks again; only masks of labelIds are read',
  });
}
