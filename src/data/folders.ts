import {
  readdirSync,
  readFileSync,
  realpathSync,
  statSync,
  type Dirent,
  type Stats,
} from 'node:fs';
import { basename, dirname, join, resolve, sep } from 'node:path';
import { closest, printable, UserError } from '../core/index.js';
import { convertRemedy, looksLikeImage, unreadImageFormat } from '../image/index.js';
import { isOutput } from './run-output.js';
import type { SplitName } from './listing.js';

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
  readonly skipped: Skipped[];
}

/** What else is left out: links that lead back up, pipes and devices, folders of this program's runs, unread images. */
export interface Skipped {
  readonly path: string;
  /** In words. */
  readonly reason: string;
  /** Of an image in a format that is not read. */
  readonly format?: string;
}

/** What lies in a folder, links followed. @throws UserError `DATA_UNREADABLE`, `DATA_NAME` */
export function listFolder(path: string): FolderContent {
  const content: FolderContent & { ignoredFiles: number } = {
    folders: [],
    images: [],
    otherFiles: [],
    ignoredFiles: 0,
    skipped: [],
  };
  for (const entry of entriesOf(path)) note(content, path, entry);
  for (const names of [content.folders, content.images, content.otherFiles]) names.sort();
  return content;
}

function note(
  content: FolderContent & { ignoredFiles: number },
  folder: string,
  entry: Dirent,
): void {
  const { name } = entry;
  const path = join(folder, name);
  const isLink = entry.isSymbolicLink();
  const kind: Dirent | Stats | undefined = isLink ? statusOf(path) : entry;
  const hidden = name.startsWith('.') || name === '__MACOSX';
  if (kind?.isDirectory()) {
    if (hidden) return;
    requireName(folder, name);
    if (isLink && leadsUp(path, folder))
      content.skipped.push({ path, reason: 'a link to a folder above it' });
    else if (isOutput(path)) content.skipped.push({ path, reason: 'runs of safe-augment' });
    else content.folders.push(name);
    return;
  }
  // A link that leads nowhere is named when its image is read.
  const isSpecial = kind !== undefined && !kind.isFile();
  if (isSpecial && !hidden) content.skipped.push({ path, reason: 'a pipe, socket or device' });
  if (!hidden && !isSpecial && looksLikeImage(path)) {
    requireName(folder, name);
    content.images.push(name);
    return;
  }
  const unread = hidden || isSpecial ? undefined : unreadImageFormat(path);
  if (unread !== undefined) {
    content.skipped.push({ path, reason: 'an image that is not read', format: unread });
    return;
  }
  content.ignoredFiles++;
  if (!hidden && !isSpecial) content.otherFiles.push(name);
}

/** Whether a link leads to the folder that it lies in, or to one above: a circle without end. */
function leadsUp(link: string, folder: string): boolean {
  const target = realpathSync(link);
  const from = realpathSync(folder);
  return from === target || from.startsWith(target.endsWith(sep) ? target : target + sep);
}

/** A name that is no UTF-8 comes with marks in place of its bytes, and cannot be opened by it. */
function requireName(folder: string, name: string): void {
  if (!name.includes('\ufffd') || statusOf(join(folder, name)) !== undefined) return;
  throw new UserError('DATA_NAME', 'The name of a file is not UTF-8.', {
    where: folder,
    expected: 'names in UTF-8',
    got: name,
    remedy: `rename it, or all names below: convmv -f latin1 -t utf8 -r --notest ${folder}`,
  });
}

function unreadable(what: 'file' | 'folder', path: string, cause: unknown): UserError {
  const code = (cause as NodeJS.ErrnoException).code;
  const remedy =
    what === 'file' ? 'change its permissions' : 'change its permissions, or pass another folder';
  const details = { where: path, got: code, remedy };
  return new UserError('DATA_UNREADABLE', `Cannot read a ${what}.`, details, { cause });
}

function entriesOf(path: string): Dirent[] {
  try {
    return readdirSync(path, { withFileTypes: true });
  } catch (cause) {
    throw unreadable('folder', path, cause);
  }
}

export interface ImagesBelow {
  /** Sorted paths relative to the folder, with forward slashes. */
  readonly images: string[];
  readonly ignoredFiles: number;
  readonly skipped: Skipped[];
}

/**
 * All images below a folder, however deep. No folder is entered twice, so that links between folders make neither circles
 * nor repeats; a folder's own place goes before links to it.
 */
export function listImagesBelow(path: string): ImagesBelow {
  const images: string[] = [];
  const skipped: Skipped[] = [];
  let ignoredFiles = 0;
  const seen = new Set<string>();
  const links: { folder: string; prefix: string }[] = [];
  const visit = (folder: string, prefix: string): void => {
    const real = realpathSync(folder);
    if (seen.has(real)) {
      skipped.push({ path: folder, reason: 'a link to a folder that is read already' });
      return;
    }
    seen.add(real);
    const content = listFolder(folder);
    ignoredFiles += content.ignoredFiles;
    skipped.push(...content.skipped);
    for (const name of content.images) images.push(prefix + name);
    for (const name of content.folders) {
      const below = { folder: join(folder, name), prefix: `${prefix}${name}/` };
      if (realpathSync(below.folder) === join(real, name)) visit(below.folder, below.prefix);
      else links.push(below);
    }
  };
  visit(path, '');
  for (const { folder, prefix } of links) visit(folder, prefix);
  return { images: images.sort(), ignoredFiles, skipped };
}

/** What was left out of the data, as warnings: images that are not read by their format, and all else together. */
export function skippedWarning(skipped: readonly Skipped[]): string[] {
  const formats = new Map<string, string[]>();
  for (const { path, format } of skipped)
    if (format !== undefined) formats.set(format, [...(formats.get(format) ?? []), path]);
  const warnings = [...formats].map(
    ([format, paths]) =>
      `left out ${countOf(paths.length, `${format} image`)}, a format that is not read: ${firstOf(paths)}; ${convertRemedy}`,
  );
  const others = skipped.filter(({ format }) => format === undefined);
  if (others.length > 0)
    warnings.push(`skipped: ${firstOf(others.map(({ path, reason }) => `${path} (${reason})`))}`);
  return warnings;
}

/** The first three in words, and how many more there are. */
function firstOf(names: readonly string[]): string {
  const more = names.length > 3 ? `, and ${names.length - 3} more` : '';
  return names.slice(0, 3).map(printable).join(', ') + more;
}

/** Characters that a list of classes or labels may have. */
const mostText = 2 ** 28;

/** The text of a small file. @throws UserError `DATA_UNREADABLE` */
export function readText(path: string): string {
  const found = statusOf(path);
  const size = found?.size ?? 0;
  try {
    // A file of the system that never ends, such as /proc/kmsg, is empty by its size.
    if (size <= mostText) return found?.size === 0 ? '' : readFileSync(path, 'utf8');
  } catch (cause) {
    throw unreadable('file', path, cause);
  }
  throw new UserError('DATA_UNREADABLE', 'A text file is too large.', {
    where: path,
    expected: `at most ${mostText} bytes`,
    got: `${size} bytes`,
    remedy: 'check that it is the file that its name says',
  });
}

/** A number of things in words, such as `1 file` or `2 files`. */
export function countOf(count: number, singular: string, plural = `${singular}s`): string {
  return `${count} ${count === 1 ? singular : plural}`;
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
  const found = statusOf(resolve(path));
  if (found?.isDirectory()) return;
  if (found)
    throw new UserError('DATA_NOT_A_FOLDER', 'The data set must be a folder.', {
      where: path,
      expected: 'a folder of labelled images, or a file FILE.npz',
      got: 'a file',
      remedy: 'if it is an archive, unpack it and pass the folder',
    });
  throw missingData(path, 'folder');
}

/** @throws UserError `DATA_MISSING` as `requireFolder`, `DATA_NOT_A_FILE` */
export function requireFile(path: string): void {
  const found = statusOf(resolve(path));
  if (found?.isFile()) return;
  if (found)
    throw new UserError('DATA_NOT_A_FILE', 'Data of this kind are a single file.', {
      where: path,
      expected: 'a file',
      got: found.isDirectory() ? 'a folder' : 'a pipe, socket or device',
      remedy: 'pass the file itself',
    });
  throw missingData(path, 'file');
}

function missingData(path: string, what: 'folder' | 'file'): UserError {
  const absolute = resolve(path);
  let existing = dirname(absolute);
  let missing = basename(absolute);
  while (!isDirectory(existing) && dirname(existing) !== existing) {
    missing = basename(existing);
    existing = dirname(existing);
  }
  const near = closest(missing, inFolder(existing, what));
  return new UserError('DATA_MISSING', `The data ${what} does not exist.`, {
    where: path,
    expected: `an existing ${what}`,
    got: `no "${missing}" in ${existing}`,
    remedy: near === undefined ? 'check the path' : `did you mean ${join(existing, near)}?`,
  });
}

function inFolder(path: string, what: 'folder' | 'file'): string[] {
  try {
    const { folders, otherFiles } = listFolder(path);
    return what === 'folder' ? folders : otherFiles;
  } catch {
    // Without the right to look there is nothing to propose.
    return [];
  }
}
