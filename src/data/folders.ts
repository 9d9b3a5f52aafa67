import { readdirSync, statSync, type Dirent, type Stats } from 'node:fs';
import { basename, dirname, extname, join, resolve } from 'node:path';
import { closest, UserError } from '../core/index.js';
import { imageExtensions } from '../image/index.js';
import type { SplitName } from './types.js';

/** Class folders may hold folders of images, but not without end (links may form circles). */
const maxDepth = 8;

/** The folder names under which the three parts go, in lower case. */
export const splitNames: Record<string, SplitName> = {
  train: 'train',
  training: 'train',
  val: 'val',
  valid: 'val',
  validation: 'val',
  test: 'test',
  testing: 'test',
};

export interface FolderContent {
  /** Names, sorted by code point so that the order is the same on every machine. */
  readonly folders: string[];
  readonly images: string[];
  /** Files that are no images, hidden ones left out. */
  readonly otherFiles: string[];
  /** Hidden files and files that are no images. */
  readonly ignoredFiles: number;
}

/** What lies in a folder, links followed. @throws UserError `DATA_UNREADABLE` */
export function listFolder(path: string): FolderContent {
  const folders: string[] = [];
  const images: string[] = [];
  const otherFiles: string[] = [];
  let ignoredFiles = 0;
  for (const entry of entriesOf(path)) {
    const { name } = entry;
    const isFolder =
      entry.isDirectory() || (entry.isSymbolicLink() && isDirectory(join(path, name)));
    const hidden = name.startsWith('.') || name === '__MACOSX';
    if (isFolder) {
      if (!hidden) folders.push(name);
    } else if (!hidden && imageExtensions.includes(extname(name).toLowerCase())) {
      images.push(name);
    } else {
      ignoredFiles++;
      if (!hidden) otherFiles.push(name);
    }
  }
  return {
    folders: folders.sort(),
    images: images.sort(),
    otherFiles: otherFiles.sort(),
    ignoredFiles,
  };
}

function entriesOf(path: string): Dirent[] {
  try {
    return readdirSync(path, { withFileTypes: true });
  } catch (cause) {
    throw new UserError(
      'DATA_UNREADABLE',
      'A folder cannot be read.',
      {
        where: path,
        got: (cause as NodeJS.ErrnoException).code,
        remedy: 'change its rights, or give another folder',
      },
      { cause },
    );
  }
}

/** All images below a folder, as sorted paths relative to it with forward slashes. */
export function listImagesBelow(path: string): { images: string[]; ignoredFiles: number } {
  const images: string[] = [];
  let ignoredFiles = 0;
  const visit = (folder: string, prefix: string, depth: number): void => {
    const content = listFolder(folder);
    ignoredFiles += content.ignoredFiles;
    for (const name of content.images) images.push(prefix + name);
    if (depth < maxDepth)
      for (const name of content.folders) visit(join(folder, name), `${prefix}${name}/`, depth + 1);
  };
  visit(path, '', 0);
  return { images: images.sort(), ignoredFiles };
}

export function isDirectory(path: string): boolean {
  return statusOf(path)?.isDirectory() ?? false;
}

export function isFile(path: string): boolean {
  return statusOf(path)?.isFile() ?? false;
}

/** Undefined for what is not there, for what may not be looked at, and for circles of links. */
function statusOf(path: string): Stats | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false });
  } catch {
    return undefined;
  }
}

/** @throws UserError `DATA_MISSING` that names what exists of the path and the closest name there */
export function requireFolder(path: string): void {
  const absolute = resolve(path);
  const found = statusOf(absolute);
  if (found?.isDirectory()) return;
  if (found)
    throw new UserError('DATA_NOT_A_FOLDER', 'The data set must be a folder.', {
      where: path,
      expected: 'a folder of labelled images',
      got: 'a file',
      remedy: 'unpack it first if it is an archive, and give the folder',
    });
  let existing = dirname(absolute);
  let missing = basename(absolute);
  while (!isDirectory(existing) && dirname(existing) !== existing) {
    missing = basename(existing);
    existing = dirname(existing);
  }
  const near = closest(missing, subfolders(existing));
  throw new UserError('DATA_MISSING', 'The data folder does not exist.', {
    where: path,
    expected: 'an existing folder',
    got: `no "${missing}" in ${existing}`,
    remedy: near === undefined ? 'check the path' : `did you mean ${join(existing, near)} ?`,
  });
}

function subfolders(path: string): string[] {
  try {
    return listFolder(path).folders;
  } catch {
    // Without the right to look there is nothing to propose.
    return [];
  }
}
