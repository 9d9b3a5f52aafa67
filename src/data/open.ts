import { resolve } from 'node:path';
import { closest, UserError } from '../core/index.js';
import { readCached, writeCached } from './cache/dataset-cache.js';
import { cacheFolder, keyOf } from './cache/folder.js';
import { Place } from './cache/place.js';
import {
  computeNormalisation,
  countPixels,
  findDuplicates,
  fingerprintOf,
  hashInTurns,
} from './content.js';
import type { Dataset } from './dataset.js';
import { decodeAll } from './decode-all.js';
import { isDirectory, requireFolder } from './folders.js';
import type { OriginalsHandle } from './originals.js';
import type { PixelStore } from './pixel-store.js';
import { readers } from './readers/index.js';
import type { DatasetTargets, TargetKind } from './targets.js';
import type {
  BadFile,
  DatasetOptions,
  Duplicates,
  Item,
  ListedImage,
  Listing,
  Reader,
  SplitName,
} from './types.js';

/**
 * Reads a labelled data set and decodes all of it: into memory, or, where it is many megabytes, into a mapped
 * file of the cache, from which it is there at once the next time.
 *
 * @param spec a folder whose kind is recognised, or `KIND:DIR`, e.g. `cifar10:data/cifar`
 * @throws UserError `DATA_*` and `IMAGE_*`
 */
export async function openDataset(spec: string, options: DatasetOptions = {}): Promise<Dataset> {
  const { reader, root } = findReader(spec);
  const folder = cacheFolder();
  const key = options.cache === false ? undefined : keyOf(reader.kind, root, options);
  const cached = key === undefined ? undefined : readCached(folder, key, root);
  if (cached !== undefined) return cached;
  const place = new Place(key === undefined ? undefined : folder);
  try {
    const data = await readAll(reader, root, options, place);
    return key === undefined ? data : writeCached(folder, key, root, data, place);
  } catch (error) {
    place.drop();
    throw error;
  }
}

async function readAll(
  reader: Reader,
  root: string,
  options: DatasetOptions,
  place: Place,
): Promise<Dataset> {
  const listing = await reader.list(root);
  const { store, masks, kept, sizes, badFiles } = await decodeAll(listing.images, options, place);
  const images = listing.images.filter((_, i) => kept[i] !== 0);
  const items = images.map(({ name, split }): Item => ({ name, split }));
  const indicesOf = (split: SplitName): Uint32Array =>
    Uint32Array.from(items.flatMap((item, i) => (item.split === split ? [i] : [])));
  const splits = { train: indicesOf('train'), val: indicesOf('val'), test: indicesOf('test') };
  const targets = targetsIn(listing, images, masks, splits.train);
  const warnings = requireEveryClass(listing.classes, targets, splits.train, root);
  const hashes = await hashInTurns(store, options.signal);
  const duplicates = findDuplicates(items, targets, hashes);
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
    normalisation: listing.normalisation ?? computeNormalisation(store, splits.train),
    fingerprint: fingerprintOf(
      listing.classes,
      items,
      targets,
      store,
      hashes,
      masks && (await hashInTurns(masks, options.signal)),
    ),
    badFiles,
    ignoredFiles: listing.ignoredFiles,
    duplicates,
    warnings: [
      ...listing.warnings,
      ...warnings,
      ...warningsOf(badFiles, listing.ignoredFiles, duplicates),
    ],
  };
}

/** What the data say of an image, by their reader alone: no image is read. @throws UserError `DATA_*` */
export function targetKindOf(spec: string): TargetKind {
  return findReader(spec).reader.targets;
}

/** Splits `KIND:DIR`, or asks the readers. @throws UserError */
function findReader(spec: string): { reader: Reader; root: string } {
  const named = /^([a-z][a-z0-9-]+):(.*)$/.exec(spec);
  if (named && !isDirectory(spec)) {
    const [, kind, root] = named;
    const reader = readers.find((r) => r.kind === kind);
    if (!reader) throw unknownKind(kind, spec);
    if (root === '')
      throw new UserError('DATA_MISSING', 'The data set has no folder.', {
        where: spec,
        expected: `${kind}:DIR`,
        remedy: 'give the folder after the colon',
      });
    requireFolder(root);
    return { reader, root };
  }
  requireFolder(spec);
  const reader = readers.find((r) => r.recognises(spec));
  // Class folders are what most people have, so their reader says best what is missing.
  return { reader: reader ?? readers[readers.length - 1], root: spec };
}

function unknownKind(kind: string, spec: string): UserError {
  const kinds = readers.map((r) => r.kind);
  const near = closest(kind, kinds);
  return new UserError('DATA_UNKNOWN_KIND', `There is no reader for "${kind}" data.`, {
    where: spec,
    expected: readers.map((r) => `${r.kind}:DIR (${r.summary})`).join('\n            '),
    got: kind,
    remedy:
      near === undefined
        ? 'give the folder alone to have its kind recognised'
        : `did you mean ${near}: ?`,
  });
}

/** What is to be learned of the images that have been decoded. */
function targetsIn(
  { segmentation, classes }: Listing,
  images: readonly ListedImage[],
  masks: PixelStore | undefined,
  train: Uint32Array,
): DatasetTargets {
  if (segmentation && masks) {
    const labelled = { ...segmentation, store: masks };
    return { kind: 'mask', ...labelled, pixels: countPixels(labelled, train, classes.length) };
  }
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
): string[] {
  if (targets.kind === 'mask') return absentClasses(classes, targets.pixels, root);
  const counts = new Array<number>(classes.length).fill(0);
  for (const i of train)
    if (targets.kind === 'class') counts[targets.classes[i]]++;
    else counts.forEach((_, l) => (counts[l] += targets.labels[i * classes.length + l]));
  const empty = counts.findIndex((n) => n === 0);
  if (empty >= 0)
    throw new UserError('DATA_EMPTY_CLASS', `The class "${classes[empty]}" has no images.`, {
      where: root,
      expected: 'at least one training image that can be decoded',
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

/** A class without a pixel cannot be learned; one that no training image shows may still be tested. */
function absentClasses(classes: readonly string[], pixels: Float64Array, root: string): string[] {
  const absent = classes.filter((_, c) => pixels[c] === 0);
  if (absent.length === classes.length)
    throw new UserError('DATA_EMPTY_CLASS', 'The masks of the training images hold no class.', {
      where: root,
      expected: 'class indices',
      got: 'nothing but ignored pixels',
      remedy: 'check the masks and the list of classes',
    });
  return absent.length > 0 ? [`no training image shows: ${absent.join(', ')}`] : [];
}

function warningsOf(badFiles: BadFile[], ignoredFiles: number, duplicates: Duplicates): string[] {
  const warnings: string[] = [];
  if (badFiles.length > 0) {
    const names = badFiles.slice(0, 5).map((file) => file.name);
    const more = badFiles.length > 5 ? ', ...' : '';
    warnings.push(`${badFiles.length} broken files are skipped: ${names.join(', ')}${more}`);
  }
  if (ignoredFiles > 0)
    warnings.push(`files among the images that are no images are ignored: ${ignoredFiles}`);
  const such = ([a, b]: readonly [string, string]): string => ` (such as ${a} = ${b})`;
  const { testInTrain, withinTrain, otherClass, examples } = duplicates;
  if (testInTrain > 0)
    warnings.push(`${testInTrain} test images are also training images${such(examples[0])}`);
  if (withinTrain > 0)
    warnings.push(
      `${withinTrain} training images repeat another one${testInTrain > 0 ? '' : such(examples[0])}`,
    );
  if (otherClass > 0) warnings.push(`${otherClass} of these repeat an image of another class`);
  return warnings;
}
