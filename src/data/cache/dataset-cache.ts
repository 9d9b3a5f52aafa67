import { createHash, type Hash } from 'node:crypto';
import { createReadStream, existsSync, readFileSync } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { basename, join, resolve } from 'node:path';
import { InternalError, stopIfAborted, writeAtomic } from '../../core/index.js';
import type { Dataset } from '../dataset.js';
import { inTurns } from '../../core/in-turns.js';
import { PixelStore, type MappedFile } from '../pixel-store.js';
import type { DatasetTargets, MaskTargets } from '../targets.js';
import type { Item, SplitName } from '../listing.js';
import { packOriginals, unpackOriginals, type FileNames } from './file-names.js';
import { touch } from './folder.js';
import { partName, type Place } from './place.js';

const splitNames: readonly SplitName[] = ['train', 'val', 'test'];

/** A data set as it stands in the cache's index: everything but the pixels, which lie in `pixels`. */
interface Entry extends Omit<
  Dataset,
  'root' | 'items' | 'targets' | 'splits' | 'store' | 'originals' | 'groups'
> {
  readonly originals?: FileNames;
  readonly names: readonly string[];
  /** What each image belongs to, where a table says it. */
  readonly belongs?: readonly (string | null)[];
  readonly targets: StoredTargets;
  /** Index into train, val, test. */
  readonly parts: readonly number[];
  readonly channels: 1 | 3;
  readonly pixels: StoredPixels;
}

/** The files of a store, and what their bytes must be. */
interface StoredPixels {
  readonly files: readonly string[];
  readonly perBuffer: number;
  /** SHA-256 (hex) over the pixels of all images in order. */
  readonly checksum: string;
}

/** Targets as plain JSON; the masks' pixels lie in files of their own. */
type StoredTargets =
  | { readonly kind: 'class'; readonly classes: readonly number[] }
  | { readonly kind: 'labels'; readonly labels: readonly number[] }
  | (Omit<MaskTargets, 'store' | 'pixels'> & {
      readonly masks: StoredPixels;
      readonly pixels: readonly number[];
    });

const indexFile = (folder: string, key: string): string => join(folder, `${key}.json`);

/**
 * The data set of a key, its pixels mapped; undefined where the cache does not hold it whole and unchanged.
 *
 * @throws Interrupted
 */
export async function readCached(
  folder: string,
  key: string,
  root: string,
  signal?: AbortSignal,
): Promise<Dataset | undefined> {
  const path = indexFile(folder, key);
  if (!existsSync(path)) return undefined;
  try {
    const entry = readIndex(path);
    const { names, belongs, targets, parts, channels, pixels, originals, ...same } = entry;
    const count = names.length;
    const mapped = async (stored: StoredPixels, of: 1 | 3): Promise<PixelStore> => {
      const [buffer, ...further] = stored.files.map((file) => ({ path: join(folder, file) }));
      const { perBuffer } = stored;
      const handle = { buffer, further, perBuffer, size: entry.size, channels: of, count };
      const bytes = count * entry.size.width * entry.size.height * of;
      await requireChecksum([buffer, ...further], bytes, stored, count, signal);
      return new PixelStore(handle);
    };
    const store = await mapped(pixels, channels);
    const masks = targets.kind === 'mask' ? await mapped(targets.masks, 1) : undefined;
    const items = names.map((name, i): Item => ({
      name,
      split: splitNames[parts[i]],
      ...(typeof belongs?.[i] === 'string' && { group: belongs[i] }),
    }));
    const data: Dataset = {
      ...same,
      root: resolve(root),
      items,
      targets: targetsFrom(targets, masks),
      splits: splitsOf(parts),
      store,
      ...(originals && { originals: unpackOriginals(originals, root) }),
    };
    touch(folder, [
      basename(path),
      ...pixels.files,
      ...(targets.kind === 'mask' ? targets.masks.files : []),
    ]);
    return data;
  } catch {
    stopIfAborted(signal);
    // Damaged, of another version, or cleared by someone: decoded anew.
    return undefined;
  }
}

/** @throws Error where the index is not as it was written */
function readIndex(path: string): Entry {
  const { checksum, ...entry } = JSON.parse(readFileSync(path, 'utf8')) as Entry & Sealed;
  if (checksum !== sealOf(entry)) throw new Error(`${path} was changed`);
  return entry;
}

interface Sealed {
  /** SHA-256 (hex) of the rest of the index, as JSON. */
  readonly checksum: string;
}

const sealOf = (entry: object): string =>
  createHash('sha256').update(JSON.stringify(entry)).digest('hex');

/**
 * Reads the files instead of their maps, so that the pixels do not count as this process's memory.
 *
 * @throws Error where the pixels are not those that were written
 */
async function requireChecksum(
  files: readonly MappedFile[],
  bytes: number,
  { perBuffer, checksum }: StoredPixels,
  count: number,
  signal?: AbortSignal,
): Promise<void> {
  const hash = createHash('sha256');
  const inFull = (bytes / count) * perBuffer;
  for (const [part, { path }] of files.entries()) {
    const end = Math.min(inFull, bytes - part * inFull) - 1;
    await pipeline(createReadStream(path, { end, highWaterMark: 2 ** 20 }), into(hash), { signal });
  }
  if (hash.digest('hex') !== checksum) throw new Error('the pixels were changed');
}

/** Takes a stream into a hash that goes on afterwards. */
function into(hash: Hash): (chunks: AsyncIterable<Uint8Array>) => Promise<void> {
  return async (chunks) => {
    for await (const chunk of chunks) hash.update(chunk);
  };
}

async function checksumOf(store: PixelStore, signal?: AbortSignal): Promise<string> {
  const hash = createHash('sha256');
  await inTurns(store.count, store.stride, (i) => hash.update(store.view(i)), signal);
  return hash.digest('hex');
}

function targetsFrom(stored: StoredTargets, store: PixelStore | undefined): DatasetTargets {
  switch (stored.kind) {
    case 'class':
      return { kind: 'class', classes: Int32Array.from(stored.classes) };
    case 'labels':
      return { kind: 'labels', labels: Uint8Array.from(stored.labels) };
    case 'mask': {
      if (store === undefined) throw new InternalError('the masks of the cache are not mapped');
      const pixels = Float64Array.from(stored.pixels);
      return { ...without(stored, ['masks']), pixels, store };
    }
  }
}

function storedTargets(targets: DatasetTargets, masks: StoredPixels | undefined): StoredTargets {
  switch (targets.kind) {
    case 'class':
      return { kind: 'class', classes: [...targets.classes] };
    case 'labels':
      return { kind: 'labels', labels: [...targets.labels] };
    case 'mask': {
      if (masks === undefined) throw new InternalError('the masks have no files');
      return { ...without(targets, ['store']), masks, pixels: [...targets.pixels] };
    }
  }
}

function splitsOf(parts: readonly number[]): Dataset['splits'] {
  const of = (part: number): Uint32Array => {
    const indices = new Uint32Array(parts.length);
    let n = 0;
    parts.forEach((p, i) => {
      if (p === part) indices[n++] = i;
    });
    return indices.slice(0, n);
  };
  return { train: of(0), val: of(1), test: of(2) };
}

/**
 * Keeps a data set whose pixels were decoded into the cache's files, named by their content. The index comes last, when
 * the pixels are on the disk.
 *
 * @throws Interrupted
 */
export async function writeCached(
  folder: string,
  key: string,
  root: string,
  data: Dataset,
  place: Place,
  signal?: AbortSignal,
): Promise<Dataset> {
  if (!('path' in data.store.buffer)) return data;
  let kept = data;
  const keep = async (from: PixelStore, name: string): Promise<[PixelStore, StoredPixels]> => {
    const checksum = await checksumOf(from, signal);
    const store = await place.keep(from, name);
    const files = store.buffers.map((_, part) => partName(name, part));
    return [store, { files, perBuffer: store.perBuffer, checksum }];
  };
  try {
    const { items, targets, originals } = data;
    const [store, pixels] = await keep(data.store, `${data.fingerprint}.pixels`);
    kept = { ...kept, store };
    let masks: StoredPixels | undefined;
    if (targets.kind === 'mask') {
      const [own, stored] = await keep(targets.store, `${data.fingerprint}.masks`);
      kept = { ...kept, targets: { ...targets, store: own } };
      masks = stored;
    }
    const same = without(data, [
      ...(['root', 'items', 'splits', 'store', 'targets', 'originals'] as const),
      'groups',
    ]);
    const entry: Entry = {
      ...same,
      ...(originals && { originals: packOriginals(originals, root) }),
      names: items.map((item) => item.name),
      ...(items.some(({ group }) => group !== undefined) && {
        belongs: items.map(({ group }) => group ?? null),
      }),
      targets: storedTargets(targets, masks),
      parts: items.map((item) => splitNames.indexOf(item.split)),
      channels: store.channels,
      pixels,
    };
    writeAtomic(indexFile(folder, key), JSON.stringify({ checksum: sealOf(entry), ...entry }));
    // Of a store that lost images on the way, the last files may not be needed.
    place.drop();
  } catch {
    stopIfAborted(signal);
    // A cache that cannot be written costs time later, nothing else.
  }
  return kept;
}

function without<T extends object, K extends keyof T>(data: T, left: readonly K[]): Omit<T, K> {
  const entries = Object.entries(data).filter(([name]) => !left.includes(name as K));
  return Object.fromEntries(entries) as Omit<T, K>;
}
