import { resolve } from 'node:path';
import { closest, printable, stopIfAborted, UserError } from '../core/index.js';
import { readCached, writeCached } from './cache/dataset-cache.js';
import { cacheFolder, dropLeftBehind, keyOf } from './cache/folder.js';
import { Place } from './cache/place.js';
import { computeNormalisation, countPixels, fingerprintOf, hashImages } from './content.js';
import type { Dataset } from './dataset.js';
import { decodeAll } from './decode-all.js';
import { findDuplicates } from './duplicates.js';
import { withGroups } from './groups/groups.js';
import { nearDuplicates } from './groups/near-duplicates.js';
import { countOf, isDirectory, requireFile, requireFolder } from './folders.js';
import type { OriginalsHandle } from './originals.js';
import type { PixelStore } from './pixel-store.js';
import { readers } from './readers/index.js';
import { proposingValues } from './readers/found-values.js';
import { requireNoMasks } from './readers/mask-layouts.js';
import { table } from './readers/table.js';
import type { DatasetTargets, TargetKind } from './targets.js';
import type {
  BadFile,
  DatasetOptions,
  Item,
  LabelOptions,
  ListedImage,
  Listing,
  Reader,
  SplitName,
} from './listing.js';

/**
 * Reads a labelled data set and decodes all of it: into memory, or, where it is many megabytes, into a mapped
 * file of the cache, from which it is there at once the next time.
 *
 * @param spec a folder or an .npz file, whose kind is then detected, or `KIND:DIR`, e.g. `cifar10:data/cifar`
 * @throws UserError `DATA_*`, `IMAGE_*` and `GROUP_PATTERN`
 */
export async function openDataset(spec: string, options: DatasetOptions = {}): Promise<Dataset> {
  const { groupBy } = options;
  const data = await readData(spec, options);
  const column = options.labels?.groupColumn ?? null;
  if (column !== null && data.kind !== table.kind) throw noTableOfGroups(column, data);
  return withGroups(data, {
    groupBy,
    nearDuplicates: options.nearDuplicates !== 'apart',
    namesAlike: options.namesAlike !== 'apart',
  });
}

function noTableOfGroups(column: string, { root, kind }: Dataset): UserError {
  return new UserError('DATA_LABELS_COLUMN', 'These images have no table with their groups.', {
    where: `${root}, labels.groupColumn ${column}`,
    expected: 'images whose classes are in a table',
    got: `data of the kind ${kind}`,
    remedy: "say by the images' names what belongs together: --group-by '{group}_*'",
  });
}

async function readData(spec: string, options: DatasetOptions): Promise<Dataset> {
  const { signal } = options;
  stopIfAborted(signal);
  const { reader, root } = await readerOf(spec, options.labels);
  const folder = cacheFolder();
  const key = options.cache === false ? undefined : keyOf(reader.kind, root, options);
  if (key !== undefined) dropLeftBehind(folder);
  const cached = key === undefined ? undefined : await readCached(folder, key, root, signal);
  if (cached !== undefined) return cached;
  const place = new Place(key === undefined ? undefined : folder);
  try {
    const data = await readAll(reader, root, options, place);
    if (key === undefined) return data;
    return await writeCached(folder, key, root, data, place, signal);
  } catch (error) {
    place.drop();
    throw await proposingValues(error, root);
  }
}

async function readAll(
  reader: Reader,
  root: string,
  options: DatasetOptions,
  place: Place,
): Promise<Dataset> {
  const { signal } = options;
  const listing = await reader.list(root, options.labels, options.onBadFile === 'skip');
  const decoded = await decodeAll(listing.images, options, place);
  const { store, masks, kept, sizes, badFiles } = decoded;
  const images = listing.images.filter((_, i) => kept[i] !== 0);
  const items = images.map(({ name, split, group }): Item => ({
    name,
    split,
    ...(group !== undefined && { group }),
  }));
  const indicesOf = (split: SplitName): Uint32Array =>
    Uint32Array.from(items.flatMap((item, i) => (item.split === split ? [i] : [])));
  const splits = { train: indicesOf('train'), val: indicesOf('val'), test: indicesOf('test') };
  const counts = masks && (await countPixels(masks, splits.train, signal));
  const targets = targetsIn(listing, images, masks, counts);
  const absent = requireEveryClass(listing.classes, targets, splits.train, root, counts);
  const hashes = await hashImages(store, signal);
  const maskHashes = masks && (await hashImages(masks, signal));
  const { duplicates, warnings } = findDuplicates(items, targets, hashes);
  return {
    kind: listing.kind,
    root: resolve(root),
    classes: listing.classes,
    ...(listing.superclasses && { superclasses: listing.superclasses }),
    items,
    targets,
    splits,
    size: store.size,
    store,
    ...originalsOf(
      images,
      sizes.filter((_, i) => kept[i >> 1] !== 0),
    ),
    normalisation:
      listing.normalisation ?? (await computeNormalisation(store, splits.train, signal)),
    fingerprint: fingerprintOf(listing.classes, items, targets, store, hashes, maskHashes),
    badFiles,
    ignoredFiles: listing.ignoredFiles,
    duplicates,
    nearDuplicates: await nearDuplicates(store, signal),
    warnings: [
      ...listing.warnings,
      ...absent,
      ...decoded.warnings,
      ...filesWarnings(badFiles, listing.ignoredFiles),
      ...warnings,
    ],
  };
}

/** What the data say of an image, by their reader alone: no image is read. @throws UserError `DATA_*` */
export function targetKindOf(spec: string, labels?: LabelOptions): TargetKind {
  return findReader(spec, labels).reader.targets;
}

/** `findReader`, whose errors propose what the values of masks may mean. @throws UserError */
export async function readerOf(
  spec: string,
  labels?: LabelOptions,
): Promise<ReturnType<typeof findReader>> {
  try {
    return findReader(spec, labels);
  } catch (error) {
    throw await proposingValues(error, spec);
  }
}

/** Splits `KIND:DIR`, or asks the readers. @throws UserError */
function findReader(spec: string, labels?: LabelOptions): { reader: Reader; root: string } {
  const named = /^([a-z][a-z0-9-]+):(.*)$/.exec(spec);
  if (named && !isDirectory(spec)) {
    const [, kind, root] = named;
    const reader = readers.find((r) => r.kind === kind);
    if (!reader) throw unknownKind(kind, spec);
    if (root === '')
      throw new UserError('DATA_MISSING', `No ${reader.isFile ? 'file' : 'folder'} was given.`, {
        where: spec,
        expected: `${kind}:${reader.isFile ? 'FILE' : 'DIR'}`,
        remedy: `put the ${reader.isFile ? 'file' : 'folder'} after the colon`,
      });
    if (reader.isFile) requireFile(root);
    else requireFolder(root);
    return { reader, root };
  }
  const ofFile = readers.find((r) => r.isFile && r.recognises(spec));
  if (ofFile && !isDirectory(spec)) {
    requireFile(spec);
    return { reader: ofFile, root: spec };
  }
  requireFolder(spec);
  if (labels?.file) return { reader: table, root: spec };
  // Class folders are what most people have, so their reader says best what is missing.
  const classFolders = readers[readers.length - 1];
  const reader = readers.find((r) => !r.isFile && r.recognises(spec, labels)) ?? classFolders;
  if (reader === classFolders) requireNoMasks(spec);
  return { reader, root: spec };
}

function unknownKind(kind: string, spec: string): UserError {
  const kinds = readers.map((r) => r.kind);
  const near = closest(kind, kinds);
  return new UserError('DATA_UNKNOWN_KIND', `Unknown kind of data "${kind}".`, {
    where: spec,
    expected: readers
      .map((r) => `${r.kind}:${r.isFile ? 'FILE' : 'DIR'} (${r.summary})`)
      .join('\n            '),
    got: kind,
    remedy:
      near === undefined
        ? 'pass only the folder to have its kind detected'
        : `did you mean "${near}:"?`,
  });
}

/** What is to be learned of the images that have been decoded. */
function targetsIn(
  { segmentation, classes }: Listing,
  images: readonly ListedImage[],
  masks: PixelStore | undefined,
  counts: Float64Array | undefined,
): DatasetTargets {
  if (segmentation && masks && counts)
    return { kind: 'mask', ...segmentation, store: masks, pixels: counts.slice(0, classes.length) };
  if (images.some(({ labels }) => labels !== undefined))
    return {
      kind: 'labels',
      labels: Uint8Array.from(images.flatMap(({ labels }) => labels ?? [])),
    };
  return { kind: 'class', classes: Int32Array.from(images, ({ label }) => label) };
}

/**
 * Whether the training images show every class.
 *
 * @returns what is to be said where they may go on without
 * @throws UserError `DATA_EMPTY_CLASS`
 */
function requireEveryClass(
  classes: readonly string[],
  targets: DatasetTargets,
  train: Uint32Array,
  root: string,
  maskPixels: Float64Array | undefined,
): string[] {
  if (targets.kind === 'mask')
    return absentClasses(classes, targets.pixels, maskPixels?.[targets.ignored] ?? 0, root);
  const counts = new Array<number>(classes.length).fill(0);
  for (const i of train)
    if (targets.kind === 'class') counts[targets.classes[i]]++;
    else counts.forEach((_, l) => (counts[l] += targets.labels[i * classes.length + l]));
  const empty = counts.findIndex((n) => n === 0);
  if (empty >= 0)
    throw new UserError('DATA_EMPTY_CLASS', `The class "${classes[empty]}" has no images.`, {
      where: root,
      expected: 'at least one training image that can be read',
      got: 'none',
      remedy: 'add images of that class or remove it',
    });
  return [];
}

/** The files of the images, where every one has its own. */
function originalsOf(
  images: readonly ListedImage[],
  sizes: Uint32Array,
): { originals?: OriginalsHandle } {
  const files = images.flatMap(({ file }) => (file === undefined ? [] : [file]));
  return files.length === images.length ? { originals: { files, sizes } } : {};
}

/** A class without a pixel cannot be learned; one that no training image contains may still be tested. */
function absentClasses(
  classes: readonly string[],
  pixels: Float64Array,
  ignored: number,
  root: string,
): string[] {
  const absent = classes.filter((_, c) => pixels[c] === 0);
  if (absent.length === classes.length)
    throw new UserError('DATA_EMPTY_CLASS', 'The training masks contain no class.', {
      where: root,
      expected: 'class indices',
      got: 'only ignored pixels',
      remedy: 'check the masks and the list of classes',
    });
  if (absent.length === classes.length - 1 && ignored > 0) {
    const there = classes.findIndex((name) => !absent.includes(name));
    const share = (100 * ignored) / (ignored + pixels[there]);
    throw new UserError('DATA_EMPTY_CLASS', 'The training masks contain only one class.', {
      where: root,
      expected: `pixels of at least two of the ${classes.length} classes`,
      got: `"${classes[there]}", and the value 255 (ignored) in ${share.toFixed(1)} % of the pixels`,
      remedy:
        'if 255 stands for a class, as in masks for display, save it as the index of that class: 0 and 255 as 0 and 1',
    });
  }
  return absent.length > 0
    ? [`no training image contains: ${absent.map(printable).join(', ')}`]
    : [];
}

function filesWarnings(badFiles: readonly BadFile[], ignoredFiles: number): string[] {
  const warnings: string[] = [];
  if (badFiles.length > 0) {
    const names = badFiles.slice(0, 5).map((file) => printable(file.name));
    const more = badFiles.length > 5 ? ', ...' : '';
    const count = countOf(badFiles.length, 'unreadable file');
    warnings.push(`skipped ${count}: ${names.join(', ')}${more}`);
  }
  if (ignoredFiles > 0)
    warnings.push(
      `ignored ${countOf(ignoredFiles, 'file that is not an image', 'files that are not images')}`,
    );
  return warnings;
}
