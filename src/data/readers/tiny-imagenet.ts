import { basename, join } from 'node:path';
import { UserError } from '../../core/index.js';
import { loadImage } from '../../image/index.js';
import { isDirectory, isFile, listImagesBelow, readText } from '../folders.js';
import type { ListedImage, Listing, Reader } from '../listing.js';

const archiveFolder = 'tiny-imagenet-200';
const annotations = 'val/val_annotations.txt';

/**
 * Tiny ImageNet in its official layout: `wnids.txt`, `words.txt`, `train/<wnid>/images/*.JPEG`,
 * `val/images/*.JPEG` with `val/val_annotations.txt`.
 *
 * The official test images have no labels, so the validation part is the test part, as in the
 * literature. Classes stand in the order of `wnids.txt` and are called by their first word.
 */
export const tinyImageNet: Reader = {
  kind: 'tiny-imagenet',
  targets: 'class',
  summary: 'Tiny ImageNet: wnids.txt, train/WNID/images, val/images, val/val_annotations.txt',
  recognises: (root) => officialFolder(root) !== undefined,
  list: (root) => Promise.resolve(list(root)),
};

function officialFolder(root: string): string | undefined {
  return [root, join(root, archiveFolder)].find(
    (folder) => isFile(join(folder, 'wnids.txt')) && isDirectory(join(folder, 'train')),
  );
}

function list(root: string): Listing {
  const folder = officialFolder(root);
  if (folder === undefined)
    throw new UserError('DATA_NOT_TINY_IMAGENET', 'This is not Tiny ImageNet data.', {
      where: root,
      expected: 'wnids.txt and train/ as in the official archive',
      got: 'one or both are missing',
      remedy: `unpack the official archive and pass the folder ${archiveFolder}`,
    });
  const ids = readLines(join(folder, 'wnids.txt'));
  const train = listTrain(folder, ids);
  const warnings: string[] = [];
  const test = isFile(join(folder, annotations)) ? listVal(folder, ids) : [];
  if (test.length === 0) warnings.push(`${annotations} is missing: no test images`);
  return {
    kind: 'tiny-imagenet',
    classes: classNames(folder, ids),
    images: [...train.images, ...test],
    ignoredFiles: train.ignoredFiles,
    warnings,
  };
}

function listTrain(folder: string, ids: string[]): { images: ListedImage[]; ignoredFiles: number } {
  const images: ListedImage[] = [];
  let ignoredFiles = 0;
  ids.forEach((id, label) => {
    const base = join(folder, 'train', id);
    const below = isDirectory(base) ? listImagesBelow(base) : { images: [], ignoredFiles: 0 };
    if (below.images.length === 0)
      throw new UserError('DATA_EMPTY_CLASS', `The class "${id}" has no training images.`, {
        where: base,
        expected: 'images of each class in wnids.txt',
        got: 'none',
        remedy: 'unpack the archive again, or remove the class from wnids.txt',
      });
    // Each class folder of the archive has a list of boxes beside its images: nothing to report.
    ignoredFiles += below.ignoredFiles - (isFile(join(base, `${id}_boxes.txt`)) ? 1 : 0);
    for (const path of below.images)
      images.push({
        name: `train/${id}/${path}`,
        label,
        split: 'train',
        load: (size) => loadImage(join(base, path), size),
      });
  });
  return { images, ignoredFiles };
}

/** Lines of `file <tab> wnid <tab> box`. */
function listVal(folder: string, ids: string[]): ListedImage[] {
  const path = join(folder, annotations);
  return readLines(path).map((line, i): ListedImage => {
    const [file, id] = line.split('\t');
    const label = ids.indexOf(id);
    if (label < 0)
      throw new UserError('DATA_LABEL_RANGE', 'A label is not one of the classes.', {
        where: `${path}, line ${i + 1}`,
        expected: 'file name, tab, one of the ids in wnids.txt',
        got: JSON.stringify(line.slice(0, 80)),
        remedy: 'download the archive again',
      });
    // Only a name: an annotation must not lead out of the folder.
    const name = basename(file);
    return {
      name: `val/images/${name}`,
      label,
      split: 'test',
      load: (size) => loadImage(join(folder, 'val/images', name), size),
    };
  });
}

/** The first word of each class, or its id where there is none or where another class has it too. */
function classNames(folder: string, ids: string[]): string[] {
  const path = join(folder, 'words.txt');
  if (!isFile(path)) return ids;
  const words = new Map(readLines(path).map((line) => line.split('\t') as [string, string]));
  const names = ids.map((id) => words.get(id)?.split(',')[0].trim() || id);
  return names.map((name, i) => (names.indexOf(name) === names.lastIndexOf(name) ? name : ids[i]));
}

function readLines(path: string): string[] {
  return readText(path)
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
}
