import { join } from 'node:path';
import { printable, UserError } from '../../core/index.js';
import { convertRemedy, loadImage, readFormats } from '../../image/index.js';
import {
  countOf,
  listFolder,
  listImagesBelow,
  skippedWarning,
  splitNames,
  type Skipped,
} from '../folders.js';
import type { ListedImage, Listing, Reader, SplitName } from '../listing.js';

const layout =
  'DIR/CLASS/image.png, or DIR/train/CLASS/image.png with val/ and test/ next to train/';

/** One folder a class, with or without train, val and test above; classes in alphabetical order. */
export const classFolders: Reader = {
  kind: 'folder',
  targets: 'class',
  summary: `class folders: ${layout}`,
  recognises: (root) => listFolder(root).folders.length > 0,
  list: (root) => Promise.resolve(listClassFolders(root)),
};

export function listClassFolders(root: string, kind = 'folder'): Listing {
  const top = listFolder(root);
  const parts = splitFolders(root, top.folders);
  const warnings = parts.length > 0 ? [] : partsAsClasses(top.folders);
  const skipped = [...top.skipped];
  // Only what lies among the images counts: a README beside the class folders is as it should be.
  let ignoredFiles = 0;
  if (parts.length > 0) {
    const others = top.folders.filter((name) => !parts.some((part) => part.folder === name));
    if (others.length > 0)
      warnings.push(`ignored folders next to the splits: ${others.map(printable).join(', ')}`);
  }
  if (top.images.length > 0) {
    if (top.folders.length === 0) throw looseImages(root, top.images.length);
    ignoredFiles += top.images.length;
    warnings.push(`ignored ${countOf(top.images.length, 'image')} outside the class folders`);
  }

  const images: ListedImage[] = [];
  let classes: string[] | undefined;
  for (const part of parts.length > 0 ? parts : [{ split: 'train' as const, folder: '' }]) {
    const base = join(root, part.folder);
    const content = part.folder === '' ? top : listFolder(base);
    if (content.folders.length === 0) throw looseImages(base, content.images.length);
    classes ??= content.folders;
    const found = listPart(base, content.folders, classes, part.split);
    ignoredFiles += found.ignoredFiles;
    skipped.push(...(content === top ? [] : content.skipped), ...found.skipped);
    for (const { label, path } of found.images)
      images.push({
        name: part.folder === '' ? path : `${part.folder}/${path}`,
        label,
        split: part.split,
        load: (size) => loadImage(join(base, path), size),
        file: { image: join(base, path) },
      });
    const absent = classes.filter((name) => !content.folders.includes(name));
    if (absent.length > 0)
      warnings.push(
        `${part.folder} has no images of class ${absent.slice(0, 10).map(printable).join(', ')}`,
      );
  }
  if (classes === undefined) throw looseImages(root, 0);
  requireTwoClasses(root, classes);
  return {
    kind,
    classes,
    images,
    ignoredFiles,
    warnings: [...warnings, ...skippedWarning(skipped)],
  };
}

/** The folders that are splits, train first; none if the folders are classes. */
function splitFolders(root: string, folders: string[]): { split: SplitName; folder: string }[] {
  const parts = folders
    .map((folder) => ({ split: splitNames[folder.toLowerCase()], folder }))
    .filter((part) => part.split !== undefined);
  // A class may be called train: such a folder has images of its own, and other classes beside it.
  const isClass = ({ split, folder }: (typeof parts)[number]): boolean =>
    split === 'train' && listFolder(join(root, folder)).folders.length === 0;
  if (parts.length < folders.length && parts.some(isClass)) return [];
  const order: SplitName[] = ['train', 'val', 'test'];
  parts.sort((a, b) => order.indexOf(a.split) - order.indexOf(b.split));
  for (let i = 1; i < parts.length; i++)
    if (parts[i].split === parts[i - 1].split)
      throw new UserError(
        'DATA_SPLIT_TWICE',
        `There are two folders for the ${parts[i].split} part.`,
        {
          where: root,
          expected: 'one folder per part',
          got: `${parts[i - 1].folder} and ${parts[i].folder}`,
          remedy: 'rename or remove one of them',
        },
      );
  if (parts.length > 0 && parts[0].split !== 'train') {
    // Folders called val or test among many others may well be classes.
    if (parts.length < folders.length) return [];
    throw new UserError('DATA_NO_TRAIN', 'There are no training images.', {
      where: root,
      expected: 'a folder train/ with one subfolder per class',
      got: parts.map((part) => `${part.folder}/`).join(', '),
      remedy: 'rename the folder of training images to train',
    });
  }
  return parts;
}

/** Names that may mean a part of the data, and are read as classes. */
function partsAsClasses(folders: readonly string[]): string[] {
  const such = folders.filter((name) => splitNames[name.toLowerCase().split(/[_\-. ]/, 1)[0]]);
  return such.length === 0
    ? []
    : [
        `read as ${such.length === 1 ? 'a class' : 'classes'}: ${such.map(printable).join(', ')}; a part of the data must be called train, val or test, and contain class folders`,
      ];
}

function listPart(base: string, folders: string[], classes: string[], split: SplitName) {
  const images: { label: number; path: string }[] = [];
  const skipped: Skipped[] = [];
  let ignoredFiles = 0;
  for (const folder of folders) {
    const label = classes.indexOf(folder);
    if (label < 0)
      throw new UserError(
        'DATA_UNKNOWN_CLASS',
        `The ${split} part has a class that is missing from train.`,
        {
          where: join(base, folder),
          expected: `one of the ${classes.length} classes of the training part`,
          got: folder,
          remedy: 'rename or remove the folder, or add training images of that class',
        },
      );
    const below = listImagesBelow(join(base, folder));
    ignoredFiles += below.ignoredFiles;
    skipped.push(...below.skipped);
    const unread = below.skipped.find(({ format }) => format !== undefined)?.format;
    if (below.images.length === 0)
      throw new UserError('DATA_EMPTY_CLASS', `The class "${folder}" has no images.`, {
        where: join(base, folder),
        expected: `${readFormats} files`,
        got:
          unread !== undefined
            ? `${countOf(below.skipped.length, 'file')}, ${unread} among them, which is not read`
            : below.ignoredFiles === 0
              ? 'an empty folder'
              : `${countOf(below.ignoredFiles, 'file')}, no images`,
        remedy: unread === undefined ? 'add images or remove the folder' : convertRemedy,
      });
    for (const image of below.images) images.push({ label, path: `${folder}/${image}` });
  }
  return { images, ignoredFiles, skipped };
}

function requireTwoClasses(root: string, classes: string[]): void {
  if (classes.length >= 2) return;
  throw new UserError('DATA_ONE_CLASS', 'There is only one class.', {
    where: root,
    expected: `at least two class folders (${layout})`,
    got: `only "${classes[0]}"`,
    remedy:
      'pass the folder above the class folders, or add images of another class; classes in a table are read by table:DIR',
  });
}

function looseImages(where: string, count: number): UserError {
  return new UserError('DATA_NOT_LABELLED', 'This is not a folder of labelled images.', {
    where,
    expected: layout,
    got:
      count === 0
        ? 'no class folders and no images'
        : `${countOf(count, 'image')} without class folders`,
    remedy:
      'put the images of each class into a separate folder named after the class; or put a table file,label next to them (table:DIR)',
  });
}
